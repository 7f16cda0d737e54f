"""A pipeline definition as the engine works with it: named, expanded, defaults filled in."""

from typing import NamedTuple

Pairs = tuple[tuple[str, str], ...]
# What a `when` says: a condition in its own language, or yes and no.
When = str | bool


class Container(NamedTuple):
    name: str
    image: str
    command: str = ""
    env_vars: Pairs = ()
    secrets: tuple[str, ...] = ()


class Agent(NamedTuple):
    machine_type: str
    os_image: str = ""
    containers: tuple[Container, ...] = ()
    image_pull_secrets: tuple[str, ...] = ()

    @property
    def self_hosted(self) -> bool:
        return self.machine_type.startswith("s1")


class Epilogue(NamedTuple):
    always: tuple[str, ...] = ()
    on_pass: tuple[str, ...] = ()
    on_fail: tuple[str, ...] = ()


class Job(NamedTuple):
    """One job that runs: of parallelism and matrices there is one for each combination."""

    name: str
    commands: tuple[str, ...] = ()
    commands_file: str = ""
    env_vars: Pairs = ()
    """The block's, then the job's, then those of its place in a matrix."""
    execution_time_limit: int | None = None
    """Seconds."""


class Block(NamedTuple):
    name: str
    dependencies: tuple[str, ...]
    """Without any in the whole pipeline each block waits for the one before it."""
    agent: Agent
    jobs: tuple[Job, ...]
    prologue: tuple[str, ...] = ()
    epilogue: Epilogue = Epilogue()
    secrets: tuple[str, ...] = ()
    skip: When | None = None
    run: When | None = None
    fail_fast: "FailFast | None" = None
    execution_time_limit: int | None = None
    """Seconds."""
    task_file: str = ""
    partial_rerun: str = ""
    """Empty where that of the pipeline counts."""


class FailFast(NamedTuple):
    stop: When | None = None
    cancel: When | None = None


class AutoCancel(NamedTuple):
    queued: When | None = None
    running: When | None = None


class QueueRule(NamedTuple):
    name: str = ""
    scope: str = "project"
    processing: str = "serialized"
    when: When = True


class Parameter(NamedTuple):
    name: str
    required: bool = True
    default_value: str = ""
    options: tuple[str, ...] = ()
    description: str = ""


class AutoPromoteOn(NamedTuple):
    """The older way to say when to promote by itself; its lists are alternatives."""

    result: str
    result_reason: str = ""
    branch: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    label_patterns: tuple[str, ...] = ()


class Promotion(NamedTuple):
    name: str
    pipeline_file: str
    auto_promote: When | None = None
    auto_promote_on: tuple[AutoPromoteOn, ...] = ()
    deployment_target: str = ""
    parameters: tuple[Parameter, ...] = ()


class Definition(NamedTuple):
    version: str
    name: str
    agent: Agent
    blocks: tuple[Block, ...]
    after_pipeline: Block | None = None
    promotions: tuple[Promotion, ...] = ()
    queue: tuple[QueueRule, ...] = ()
    """The first whose condition holds counts; none means the implicit queue."""
    fail_fast: FailFast | None = None
    auto_cancel: AutoCancel | None = None
    execution_time_limit: int | None = None
    """Seconds."""
    partial_rerun: str = "jobs"
