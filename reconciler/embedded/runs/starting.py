"""How workflows and pipelines begin: by a run, a rerun, a promotion or a partial rebuild."""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from reconciler.embedded.runs import pace, queues, repository, storage
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.runs.forgetting import forget
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World


class TriggeredBy(IntEnum):
    HOOK = 0
    SCHEDULE = 1
    API = 2
    MANUAL_RUN = 3


class QueueFull(Exception):
    """Too many pipelines wait in the queue (D 9)."""

    def __init__(self) -> None:
        super().__init__("Limit of queuing pipelines reached")


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a workflow is to be; a rerun asks for the same again."""

    project_id: str
    reference: Reference
    requester_id: str
    triggered_by: TriggeredBy
    commit_sha: str = ""
    pipeline_file: str = repository.DEFAULT_PATH
    parameters: Mapping[str, str] = field(default_factory=dict, repr=False)
    task_id: str = ""
    rerun_of: str = ""
    request_token: str = ""

    @classmethod
    def again(cls, row: sqlite3.Row, requester_id: str, request_token: str) -> "Request":
        return cls(
            project_id=row["project_id"],
            reference=Reference(row["reference"]),
            requester_id=requester_id,
            triggered_by=TriggeredBy(row["triggered_by"]),
            commit_sha=row["commit_sha"],
            pipeline_file=row["pipeline_file"],
            parameters=json.loads(row["parameters"]),
            task_id=row["task_id"],
            rerun_of=row["id"],
            request_token=request_token,
        )


@dataclass(frozen=True)
class Started:
    wf_id: str
    ppl_id: str


def start_workflow(world: World, request: Request, at: float | None = None) -> Started:
    """A new workflow; or, where the token was used before, what it has started (D 10.5)."""
    _check_limit(world, request)
    holder = storage.pipeline_of_token(world, request.request_token)
    if holder is not None:
        return Started(holder["wf_id"], holder["id"])
    started = Started(world.uuid(), world.uuid())
    now = world.now().timestamp() if at is None else at
    with world.transaction():
        _insert_workflow(world, request, started, now)
        _insert_pipeline(
            world,
            started,
            now,
            project_id=request.project_id,
            request_token=request.request_token or world.uuid(),
            yml_file_path=repository.normal(request.pipeline_file),
            env_vars=[{"name": n, "value": v} for n, v in request.parameters.items()],
        )
        forget(world)
    return started


def start_pipeline(  # noqa: PLR0913 - all of them are told by name
    world: World,
    workflow_id: str,
    pipeline_file: str,
    *,
    promotion_of: str = "",
    env_vars: Iterable[tuple[str, str]] = (),
    triggerer: str = "",
    automatic: bool = False,
    deployment_target: str = "",
    request_token: str = "",
    definition: str | None = None,
    at: float | None = None,
) -> str:
    """A further pipeline of a workflow; its id, or that of the pipeline with the same token.

    The file of a promotion lies beside that of the promoted pipeline. `triggerer` is the user
    who promotes; `definition` is used instead of the file's content.
    """
    holder = storage.pipeline_of_token(world, request_token)
    if holder is not None:
        return str(holder["id"])
    workflow = storage.workflow(world, workflow_id)
    if workflow is None:
        raise LookupError("no such workflow")
    promoted = storage.pipeline(world, promotion_of) if promotion_of else None
    beside = "" if promoted is None else promoted["yml_file_path"]
    started = Started(workflow["id"], world.uuid())
    _insert_pipeline(
        world,
        started,
        world.now().timestamp() if at is None else at,
        project_id=workflow["project_id"],
        request_token=request_token or world.uuid(),
        yml_file_path=repository.beside(pipeline_file, beside),
        definition=definition,
        env_vars=[{"name": name, "value": value} for name, value in env_vars],
        promotion_of=promotion_of,
        promoter_id=triggerer,
        auto_promoted=int(automatic),
        deployment_target=deployment_target,
    )
    return started.ppl_id


def rebuild(world: World, row: sqlite3.Row, request_token: str) -> str:
    """Once more what has not passed; the other jobs are taken over (D 11.6)."""
    holder = storage.pipeline_of_token(world, request_token)
    if holder is not None:
        return str(holder["id"])
    started = Started(row["wf_id"], world.uuid())
    kept = (
        *("project_id", "yml_file_path", "env_vars", "promotion_of", "promoter_id"),
        *("auto_promoted", "deployment_target"),
    )
    _insert_pipeline(
        world,
        started,
        world.now().timestamp(),
        request_token=request_token,
        definition=None if row["reason"] == "malformed" else row["definition"],
        partial_rerun_of=row["id"],
        partially_rerun_by=world.user_id,
        **{name: row[name] for name in kept},
    )
    return started.ppl_id


def _check_limit(world: World, request: Request) -> None:
    """Only the implicit queue is looked at, and only if it exists already (D 9)."""
    file = repository.normal(request.pipeline_file)
    name = queues.implicit_name(request.reference.label, file)
    found = storage.one(
        world,
        "SELECT count(*) AS waiting FROM pipelines JOIN queues ON queues.id = queue_id"
        " WHERE queues.scope = 'project' AND queues.project_id = ? AND queues.name = ?"
        " AND pipelines.state IN ('pending', 'queuing', 'running')",
        request.project_id,
        name,
    )
    if found is not None and found["waiting"] >= world.settings.pipeline_queue_limit:
        raise QueueFull


def _insert_workflow(world: World, request: Request, started: Started, now: float) -> None:
    columns = {
        "id": started.wf_id,
        "initial_ppl_id": started.ppl_id,
        "project_id": request.project_id,
        "requester_id": request.requester_id,
        "reference": request.reference.full,
        "branch_name": request.reference.branch_name,
        "label": request.reference.label,
        "commit_sha": request.commit_sha,
        "pipeline_file": request.pipeline_file,
        "parameters": dict(request.parameters),
        "triggered_by": int(request.triggered_by),
        "task_id": request.task_id,
        "rerun_of": request.rerun_of,
        "created_at": now,
    }
    storage.insert(world, "workflows", columns)


def _insert_pipeline(world: World, started: Started, now: float, **columns: object) -> None:
    known = {"id": started.ppl_id, "wf_id": started.wf_id, "created_at": now}
    storage.insert(world, "pipelines", {**known, **columns})
    set_alarm(world, now + pace.INITIALIZATION, Alarm.INITIALIZE, started.ppl_id)
