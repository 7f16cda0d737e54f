"""From the tree of a checked definition to the definition itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.embedded.definitions import dependencies, names
from reconciler.embedded.definitions.jobs import check_total, expanded, pairs, seconds
from reconciler.embedded.definitions.model import (
    Agent,
    AutoCancel,
    AutoPromoteOn,
    Block,
    Container,
    Definition,
    Epilogue,
    FailFast,
    Job,
    Parameter,
    Promotion,
    QueueRule,
    When,
)

Tree = Mapping[str, Any]


def definition(tree: Tree) -> Definition:
    agent = _agent(tree["agent"])
    after = tree.get("after_pipeline")
    shared = tree.get("global_job_config", {})
    cancel = tree.get("auto_cancel")
    return Definition(
        version=tree["version"],
        name=tree.get("name", "Pipeline"),
        agent=agent,
        blocks=_blocks(tree["blocks"], agent, shared),
        after_pipeline=None if after is None else _block(after, "after_pipeline", (), agent, {}),
        promotions=_promotions(tree.get("promotions", ())),
        queue=_queue(tree.get("queue", [])),
        fail_fast=_fail_fast(tree.get("fail_fast")),
        auto_cancel=None
        if cancel is None
        else AutoCancel(queued=_when(cancel, "queued"), running=_when(cancel, "running")),
        execution_time_limit=seconds(tree.get("execution_time_limit")),
        partial_rerun=tree.get("partial_rerun", "jobs"),
    )


def _blocks(trees: Sequence[Tree], agent: Agent, shared: Tree) -> tuple[Block, ...]:
    named = names.of_blocks(tree.get("name") for tree in trees)
    waiting = dependencies.of_each(trees, named)
    together = zip(trees, named, waiting, strict=True)
    return tuple(_block(tree, name, needs, agent, shared) for tree, name, needs in together)


def _block(tree: Tree, name: str, needs: tuple[str, ...], agent: Agent, shared: Tree) -> Block:
    """What all jobs share comes first, except in epilogues, where it comes last."""
    task = tree.get("task", {})
    own, common = _epilogue(task), _epilogue(shared)
    return Block(
        name=name,
        dependencies=needs,
        agent=_agent(task["agent"]) if "agent" in task else agent,
        jobs=_jobs(name, task, shared),
        prologue=_commands(shared.get("prologue")) + _commands(task.get("prologue")),
        epilogue=Epilogue(
            always=own.always + common.always,
            on_pass=own.on_pass + common.on_pass,
            on_fail=own.on_fail + common.on_fail,
        ),
        secrets=_named(shared.get("secrets", ())) + _named(task.get("secrets", ())),
        skip=_when(tree, "skip"),
        run=_when(tree, "run"),
        fail_fast=_fail_fast(task.get("fail_fast")),
        execution_time_limit=seconds(tree.get("execution_time_limit")),
        task_file=tree.get("task_file", ""),
        partial_rerun=tree.get("partial_rerun", ""),
    )


def _jobs(block: str, task: Tree, shared: Tree) -> tuple[Job, ...]:
    trees = [*task.get("jobs", ()), *task.get("boosters", ())]
    env_vars = pairs(shared.get("env_vars", ())) + pairs(task.get("env_vars", ()))
    named = names.of_jobs(tree.get("name") for tree in trees)
    together = zip(trees, named, strict=True)
    jobs = tuple(job for tree, name in together for job in expanded(block, tree, name, env_vars))
    check_total(block, trees)
    return jobs


def _commands(tree: Tree | None) -> tuple[str, ...]:
    return tuple((tree or {}).get("commands", ()))


def _epilogue(tree: Tree) -> Epilogue:
    """Commands without an outcome are older and mean: always."""
    epilogue = tree.get("epilogue", {})
    return Epilogue(
        always=_commands(epilogue) + _commands(epilogue.get("always")),
        on_pass=_commands(epilogue.get("on_pass")),
        on_fail=_commands(epilogue.get("on_fail")),
    )


def _agent(tree: Tree) -> Agent:
    machine = tree["machine"]
    return Agent(
        machine_type=machine["type"],
        os_image=machine.get("os_image", ""),
        containers=tuple(_container(container) for container in tree.get("containers", ())),
        image_pull_secrets=_named(tree.get("image_pull_secrets", ())),
    )


def _container(tree: Tree) -> Container:
    return Container(
        name=tree["name"],
        image=tree["image"],
        command=tree.get("command", ""),
        env_vars=pairs(tree.get("env_vars", ())),
        secrets=_named(tree.get("secrets", ())),
    )


def _named(trees: Sequence[Tree]) -> tuple[str, ...]:
    return tuple(tree["name"] for tree in trees if "name" in tree)


def _when(tree: Tree, key: str) -> When | None:
    condition: When | None = tree.get(key, {}).get("when")
    return condition


def _fail_fast(tree: Tree | None) -> FailFast | None:
    if tree is None:
        return None
    return FailFast(stop=_when(tree, "stop"), cancel=_when(tree, "cancel"))


def _queue(given: Tree | Sequence[Tree]) -> tuple[QueueRule, ...]:
    trees = [given] if isinstance(given, Mapping) else given
    return tuple(QueueRule(**tree) for tree in trees)


def _promotions(trees: Sequence[Tree]) -> tuple[Promotion, ...]:
    promotions = tuple(_promotion(tree) for tree in trees)
    names.check_promotions(promotions)
    return promotions


def _promotion(tree: Tree) -> Promotion:
    parameters = tree.get("parameters", {"env_vars": ()})["env_vars"]
    return Promotion(
        name=tree["name"],
        pipeline_file=tree["pipeline_file"],
        auto_promote=_when(tree, "auto_promote"),
        auto_promote_on=tuple(_auto_promote_on(c) for c in tree.get("auto_promote_on", ())),
        deployment_target=tree.get("deployment_target", ""),
        parameters=tuple(_parameter(parameter) for parameter in parameters),
    )


def _auto_promote_on(tree: Tree) -> AutoPromoteOn:
    return AutoPromoteOn(
        result=tree["result"],
        result_reason=tree.get("result_reason", ""),
        branch=tuple(tree.get("branch", ())),
        labels=tuple(tree.get("labels", ())),
        label_patterns=tuple(tree.get("label_patterns", ())),
    )


def _parameter(tree: Tree) -> Parameter:
    return Parameter(**{**tree, "options": tuple(tree.get("options", ()))})
