"""From a definition to the plan of a pipeline: its blocks, their jobs and its queue."""

import json
import sqlite3
from typing import Any

from reconciler.embedded.definitions import (
    AutoCancel,
    Block,
    Definition,
    FailFast,
    Job,
    QueueRule,
    When,
    parse,
)
from reconciler.embedded.definitions.conditions import Facts, holds
from reconciler.embedded.runs import pace, queues, repository, specs, storage
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World


class Stuck(Exception):
    """The pipeline can't go on, and nobody is told why."""


AFTER = -1
"""The position of what runs after the pipeline."""


def plan(world: World, row: sqlite3.Row, workflow: sqlite3.Row, at: float) -> None:
    """Raises Malformed or Stuck, and then nothing is written."""
    text = row["definition"]
    if text is None:
        text = repository.read(world, row["project_id"], row["yml_file_path"])
    definition = definition_of(world, row, text)
    facts = facts_of(workflow)
    columns = _columns(definition, facts)
    queue_id, parallel = _queue(world, row, workflow, definition, facts)
    storage.change_pipeline(
        world,
        row["id"],
        definition=text,
        switch_id=world.uuid() if definition.promotions else "",
        queue_id=queue_id,
        parallel=parallel,
        **columns,
    )
    _Layout(world, row, definition, facts, at).lay_out()


def definition_of(world: World, row: sqlite3.Row, text: str) -> Definition:
    """What a pipeline does that has this definition. Raises Malformed."""
    parameters = {each["name"]: each["value"] for each in json.loads(row["env_vars"])}
    return parse(text, parameters, promotions=world.settings.promotions)


def facts_of(workflow: sqlite3.Row) -> Facts:
    """What conditions may ask about while the pipeline has no result."""
    reference = Reference(workflow["reference"])
    kinds = {"branch": "", "tag": "", "pr": ""} | {reference.kind: reference.label}
    return Facts(branch=kinds["branch"], tag=kinds["tag"], pull_request=kinds["pr"])


def _columns(definition: Definition, facts: Facts) -> dict[str, Any]:
    limit = definition.execution_time_limit
    return {
        "name": definition.name,
        "fail_fast": _fail_fast(definition.fail_fast, facts),
        "auto_cancel": _auto_cancel(definition.auto_cancel, facts),
        "time_limit": pace.PIPELINE_LIMIT if limit is None else limit,
        "with_after_task": definition.after_pipeline is not None,
    }


def _fail_fast(rule: FailFast | None, facts: Facts) -> str:
    if rule is None:
        return ""
    if _says(rule.stop, facts):
        return "stop"
    return "cancel" if _says(rule.cancel, facts) else ""


def _auto_cancel(rule: AutoCancel | None, facts: Facts) -> str:
    if rule is None:
        return ""
    if _says(rule.running, facts):
        return "stop"
    return "cancel" if _says(rule.queued, facts) else ""


def _says(when: When | None, facts: Facts) -> bool:
    return when is not None and holds(when, facts)


def _queue(
    world: World,
    row: sqlite3.Row,
    workflow: sqlite3.Row,
    definition: Definition,
    facts: Facts,
) -> tuple[str, bool]:
    """The queue's id, and whether the pipeline need not wait in it."""
    rules = (rule for rule in definition.queue if holds(rule.when, facts))
    rule = next(rules, QueueRule())
    if len(rule.name) > queues.LONGEST:
        raise Stuck
    name = rule.name or queues.implicit_name(workflow["label"], row["yml_file_path"])
    queue_id = queues.entered(
        world, name, rule.scope, row["project_id"], user_generated=bool(rule.name)
    )
    return queue_id, rule.processing == "parallel"


class _Layout:
    """Writes the blocks of one pipeline, taking over what a partial rebuild need not repeat."""

    def __init__(
        self, world: World, row: sqlite3.Row, definition: Definition, facts: Facts, at: float
    ) -> None:
        self._world, self._row, self._definition = world, row, definition
        self._facts, self._at = facts, at
        original = storage.blocks(world, row["partial_rerun_of"]) if row["partial_rerun_of"] else []
        self._originals = {block["name"]: block for block in original}

    def lay_out(self) -> None:
        for position, block in enumerate(self._definition.blocks):
            self._insert(position, block)
        after = self._definition.after_pipeline
        if after is not None:
            self._insert(AFTER, after)

    def _insert(self, position: int, block: Block) -> None:
        original = None if position == AFTER else self._originals.get(block.name)
        columns: dict[str, Any] = {
            "pipeline_id": self._row["id"],
            "position": position,
            "name": block.name,
            "dependencies": block.dependencies,
            "skipped": self._skipped(block),
            "fail_fast": _fail_fast(block.fail_fast, self._facts),
            "time_limit": block.execution_time_limit,
        }
        storage.insert(self._world, "blocks", columns)
        planned = [self._job(block, job, original) for job in block.jobs]
        key = {"pipeline_id": self._row["id"], "block": position}
        storage.insert(self._world, "planned_jobs", {**key, "jobs": planned})
        if original is not None and original["result"] == "passed":
            self._take_over(position, original)

    def _take_over(self, position: int, original: sqlite3.Row) -> None:
        """A block that has passed is done: another block, but with the same task and its jobs."""
        block = storage.block(self._world, self._row["id"], position)
        if block is None:
            return
        storage.change_block(
            self._world,
            block,
            state="done",
            result="passed",
            reason=original["reason"],
            done_at=self._at,
            block_id=original["block_id"] and self._world.uuid(),
            build_req_id=original["build_req_id"],
            task_of=original["task_of"] or f"{original['pipeline_id']}/{original['position']}",
        )

    def _skipped(self, block: Block) -> bool:
        if block.run is not None:
            return not holds(block.run, self._facts)
        return _says(block.skip, self._facts)

    def _job(self, block: Block, job: Job, original: sqlite3.Row | None) -> dict[str, Any]:
        return {
            "name": job.name,
            "spec": specs.of_definition(block, job, self._commands(job), self._row["project_id"]),
            "time_limit": job.execution_time_limit,
            "copy_of": self._passed_before(block, job, original),
        }

    def _commands(self, job: Job) -> list[str]:
        if not job.commands_file:
            return list(job.commands)
        path = repository.beside(job.commands_file, self._row["yml_file_path"])
        content = repository.find(self._world, self._row["project_id"], path) or ""
        return [line for line in content.splitlines() if line.strip()]

    def _keeps_jobs(self, block: Block) -> bool:
        wanted = block.partial_rerun or self._definition.partial_rerun
        return wanted != "block" and self._world.settings.job_level_partial_rerun

    def _passed_before(self, block: Block, job: Job, original: sqlite3.Row | None) -> str:
        """The job of the original pipeline that need not be repeated."""
        if original is None or not self._keeps_jobs(block):
            return ""
        return next(
            (
                earlier["id"]
                for earlier in storage.jobs_of_block(self._world, original)
                if earlier["name"] == job.name and earlier["result"] == "PASSED"
            ),
            "",
        )


def planned_jobs(world: World, block: sqlite3.Row) -> list[dict[str, Any]]:
    found = storage.one(
        world,
        "SELECT jobs FROM planned_jobs WHERE pipeline_id = ? AND block = ?",
        block["pipeline_id"],
        block["position"],
    )
    planned: list[dict[str, Any]] = [] if found is None else json.loads(found["jobs"])
    return planned
