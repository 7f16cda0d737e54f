"""The words of Semaphore's enumerations, in one case, whatever case or number an answer uses.

A field holds the member of its enumeration; a word that is newer than this client stays a
lower-case text, so that reading never fails on it.
"""

from enum import StrEnum
from typing import Any

from pydantic import PlainValidator


class WorkflowTrigger(StrEnum):
    """What started a workflow; in the order of the numbers the listing uses (D 10.1)."""

    HOOK = "hook"
    SCHEDULE = "schedule"
    API = "api"
    MANUAL_RUN = "manual_run"


class PipelineTrigger(StrEnum):
    """What started a pipeline, in the order of the numbers a description uses (D 11.1)."""

    WORKFLOW = "workflow"
    PROMOTION = "promotion"
    AUTO_PROMOTION = "auto_promotion"
    PARTIAL_RE_RUN = "partial_re_run"


class QueueType(StrEnum):
    """Who made a queue, in the order of the numbers a description uses (D 11.1)."""

    IMPLICIT = "implicit"
    USER_GENERATED = "user_generated"


class PipelineState(StrEnum):
    """Where a pipeline is; only DONE is final (D 11.2)."""

    INITIALIZING = "initializing"
    PENDING = "pending"
    QUEUING = "queuing"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"


class BlockState(StrEnum):
    """Where a block of a pipeline is; only DONE is final (D 11.2)."""

    INITIALIZING = "initializing"
    WAITING = "waiting"
    RUNNING = "running"
    STOPPING = "stopping"
    DONE = "done"


class Result(StrEnum):
    """How a pipeline, block or job ended: CANCELED before it ran, STOPPED while it did."""

    PASSED = "passed"
    FAILED = "failed"
    STOPPED = "stopped"
    CANCELED = "canceled"


class ResultReason(StrEnum):
    """Why a pipeline or block ended as it did (D 11.2); SKIPPED is for blocks alone."""

    TEST = "test"
    MALFORMED = "malformed"
    STUCK = "stuck"
    USER = "user"
    INTERNAL = "internal"
    STRATEGY = "strategy"
    FAST_FAILING = "fast_failing"
    DELETED = "deleted"
    TIMEOUT = "timeout"
    SKIPPED = "skipped"


class TaskState(StrEnum):
    """Where a job is, as its block tells it; only FINISHED is final (D 11.2)."""

    ENQUEUED = "enqueued"
    RUNNING = "running"
    STOPPING = "stopping"
    FINISHED = "finished"


class JobState(StrEnum):
    """Where a job is, as the job tells it; only FINISHED is final (D 14.1)."""

    PENDING = "pending"
    QUEUED = "queued"
    RUNNING = "running"
    FINISHED = "finished"


class PromotionStatus(StrEnum):
    """Whether the promoted pipeline could be started; not how it ended (D 13.1)."""

    PROCESSING = "processing"
    PASSED = "passed"
    FAILED = "failed"


class LogEventType(StrEnum):
    """What happened in a job (D 15.1)."""

    JOB_STARTED = "job_started"
    CMD_STARTED = "cmd_started"
    CMD_OUTPUT = "cmd_output"
    CMD_FINISHED = "cmd_finished"
    JOB_FINISHED = "job_finished"


class AgentState(StrEnum):
    """What a self-hosted agent does (C 3)."""

    WAITING_FOR_JOB = "waiting_for_job"
    RUNNING_JOB = "running_job"


class TargetState(StrEnum):
    """Where a deployment target is: SYNCING refuses writes, CORDONED promotions (C 1.7)."""

    SYNCING = "syncing"
    USABLE = "usable"
    UNUSABLE = "unusable"
    CORDONED = "cordoned"


class DeploymentState(StrEnum):
    """Whether the deployment's pipeline could be started (C 1.2)."""

    PENDING = "pending"
    STARTED = "started"
    FAILED = "failed"


def word(words: type[StrEnum], *unset: str) -> PlainValidator:
    """Return what reads a word of any case, or its number, as a member of ``words``.

    "" and the words in ``unset`` stand for None.
    """
    members = tuple(words)
    known = {member.value: member for member in members}

    def read(value: Any) -> Any:
        if value is None or isinstance(value, words):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return members[value] if 0 <= value < len(members) else str(value)
        if not isinstance(value, str):
            raise ValueError("not a word")  # noqa: TRY004 — pydantic collects only ValueError
        text = value.lower()
        return None if text in ("", *unset) else known.get(text, text)

    return PlainValidator(read)
