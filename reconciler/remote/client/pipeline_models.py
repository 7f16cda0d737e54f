"""What the answers about pipelines say: one form for a listing and a description (D 11.1)."""

from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator, model_validator

from reconciler.remote.client.model import EnvVar, Model
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import (
    BlockState,
    PipelineState,
    PipelineTrigger,
    QueueType,
    Result,
    ResultReason,
    TaskState,
    WorkflowTrigger,
    word,
)

_Reason = Annotated[ResultReason | str | None, word(ResultReason)]
_Result = Annotated[Result | str | None, word(Result)]


class _Ended(Model):
    """A result and its reason."""

    result: _Result = Field(default=None, description="None until it is done")
    result_reason: _Reason = Field(
        default=None, description="None where there is nothing to explain"
    )

    @model_validator(mode="before")
    @classmethod
    def _nothing_to_explain(cls, data: Any) -> Any:
        """What passed shows the reason ``test``: a zero of protobuf, not a reason (D 11.2)."""
        if isinstance(data, dict) and _folded(data, "result") == "passed":
            return {k: v for k, v in data.items() if k != "result_reason" or not _is_zero(v)}
        return data


def _folded(data: dict[str, Any], key: str) -> str:
    return str(data.get(key) or "").lower()


def _is_zero(reason: Any) -> bool:
    return str(reason).lower() == "test"


class Queue(Model):
    """What a pipeline queued in."""

    id: str = Field(default="", validation_alias=AliasChoices("id", "queue_id"))
    name: str = ""
    scope: str = ""
    type: Annotated[QueueType | str | None, word(QueueType)] = None
    project_id: str = ""
    organization_id: str = ""


class Triggerer(Model):
    """Who and what started a pipeline and its workflow; the fields are Semaphore's own."""

    wf_triggered_by: Annotated[WorkflowTrigger | str | None, word(WorkflowTrigger)] = None
    wf_triggerer_id: str = ""
    wf_triggerer_user_id: str = ""
    wf_triggerer_provider_login: str = ""
    wf_triggerer_provider_uid: str = ""
    wf_triggerer_provider_avatar: str = ""
    ppl_triggered_by: Annotated[PipelineTrigger | str | None, word(PipelineTrigger)] = None
    ppl_triggerer_id: str = ""
    ppl_triggerer_user_id: str = ""
    workflow_rerun_of: str = ""


class BlockJob(Model):
    """A job as its block shows it."""

    id: str = Field(default="", validation_alias=AliasChoices("id", "job_id"))
    name: str = ""
    index: int = 0
    status: Annotated[TaskState | str | None, word(TaskState)] = None
    result: _Result = Field(default=None, description="None until it is finished")

    @model_validator(mode="before")
    @classmethod
    def _unfinished_has_no_result(cls, data: Any) -> Any:
        """A job that still runs shows ``PASSED``, the zero of its enumeration (D 11.2)."""
        if isinstance(data, dict) and _folded(data, "status") != "finished":
            return {key: value for key, value in data.items() if key != "result"}
        return data


class Block(_Ended):
    """A block of a pipeline."""

    id: str = Field(
        default="",
        validation_alias=AliasChoices("id", "block_id"),
        description='"" if it never started',
    )
    build_req_id: str = ""
    name: str = ""
    state: Annotated[BlockState | str | None, word(BlockState)] = None
    error_description: str = ""
    jobs: tuple[BlockJob, ...] = Field(default=(), description="in order of index")

    @field_validator("jobs")
    @classmethod
    def _in_order(cls, jobs: tuple[BlockJob, ...]) -> tuple[BlockJob, ...]:
        return tuple(sorted(jobs, key=lambda job: job.index))


class Pipeline(_Ended):
    """One pipeline. Times are None until they come."""

    id: str = Field(validation_alias=AliasChoices("id", "ppl_id"))
    workflow_id: str = Field(default="", validation_alias=AliasChoices("workflow_id", "wf_id"))
    project_id: str = ""
    organization_id: str = ""
    name: str = ""
    state: Annotated[PipelineState | str | None, word(PipelineState)]
    created_at: Moment = None
    pending_at: Moment = None
    queuing_at: Moment = None
    running_at: Moment = None
    stopping_at: Moment = None
    done_at: Moment = None
    branch_name: str = ""
    branch_id: str = ""
    hook_id: str = ""
    commit_sha: str = ""
    commit_message: str = ""
    repository_id: str = ""
    snapshot_id: str = ""
    working_directory: str = ""
    yaml_file_name: str = ""
    terminate_request: str = Field(default="", description='"", "stop" or "cancel"')
    terminated_by: str = Field(default="", description="id of a user, or an internal actor")
    error_description: str = Field(default="", description="why it could not run, if so")
    switch_id: str = Field(default="", description='"" if it has no promotions')
    promotion_of: str = Field(default="", description="id of the pipeline it was promoted from")
    partial_rerun_of: str = Field(default="", description="id of the pipeline it rebuilds")
    partially_rerun_by: str = Field(default="", description="id of the user who rebuilt it")
    compile_task_id: str = ""
    after_task_id: str = ""
    with_after_task: bool = False
    env_vars: tuple[EnvVar, ...] = Field(
        default=(), description="the parameters of its run or promotion"
    )
    queue: Queue | None = None
    triggerer: Triggerer | None = None
    blocks: tuple[Block, ...] = Field(default=(), description="only from Pipelines.detailed")

    @property
    def is_done(self) -> bool:
        """Whether it has come to its end, with whatever result."""
        return self.state == PipelineState.DONE


class TopologyBlock(Model):
    """A block before it runs."""

    name: str = ""
    jobs: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
