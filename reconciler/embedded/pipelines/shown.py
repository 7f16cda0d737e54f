"""Pipelines and blocks as they are shown, alone and in lists (D 11.1, D 11.3)."""

import json
import posixpath
import sqlite3
from enum import IntEnum
from typing import Any

from reconciler.embedded.people.storage import LOGIN
from reconciler.embedded.runs import planning, storage
from reconciler.embedded.runs.listing import encoded, printed
from reconciler.embedded.runs.starting import TriggeredBy
from reconciler.embedded.store import World

Shown = dict[str, Any]

_TIMES = ("created_at", "pending_at", "queuing_at", "running_at", "stopping_at", "done_at")
_COPIED = (
    *("wf_id", "project_id", "terminate_request", "terminated_by", "error_description"),
    *("switch_id", "promotion_of", "partial_rerun_of", "partially_rerun_by", "after_task_id"),
)
_FROM_WORKFLOW = ("branch_name", "branch_id", "hook_id", "commit_sha", "repository_id")


class QueueType(IntEnum):
    IMPLICIT = 0
    USER_GENERATED = 1


class PipelineTriggeredBy(IntEnum):
    WORKFLOW = 0
    PROMOTION = 1
    AUTO_PROMOTION = 2
    PARTIAL_RE_RUN = 3


def described(world: World, row: sqlite3.Row) -> Shown:
    """A single one: words in lower case, enumerations as numbers, times printed."""
    shown = _shown(world, row) | {name: printed(row[name]) for name in _TIMES}
    return shown | {"state": row["state"]} | _result(row)


def listed(world: World, row: sqlite3.Row) -> Shown:
    """One of a list: words in upper case, enumerations as names, times as two numbers."""
    shown = _shown(world, row) | {name: encoded(row[name]) for name in _TIMES}
    shown["state"] = row["state"].upper()
    shown |= {name: word.upper() for name, word in _result(row).items()}
    for part in ("queue", "triggerer"):
        shown[part] = {
            name: value.name if isinstance(value, IntEnum) else value
            for name, value in shown[part].items()
        }
    return shown


def block(world: World, row: sqlite3.Row) -> Shown:
    copied = ("block_id", "build_req_id", "name", "state")
    jobs = storage.jobs_of_block(world, row)
    return {
        **{name: row[name] for name in copied},
        "error_description": "",
        # The order is arbitrary in the real server, too: clients have to go by the index.
        "jobs": [_job(job) for job in sorted(jobs, key=lambda job: str(job["id"]))],
        **_result(row),
    }


def topology(world: World, row: sqlite3.Row) -> Shown:
    return {
        "name": row["name"],
        "jobs": [job["name"] for job in planning.planned_jobs(world, row)],
        "dependencies": json.loads(row["dependencies"]),
    }


def _shown(world: World, row: sqlite3.Row) -> Shown:
    workflow = storage.workflow(world, row["wf_id"])
    if workflow is None:
        raise LookupError("a pipeline without workflow")
    folder, file = posixpath.split(row["yml_file_path"])
    return {
        "ppl_id": row["id"],
        "name": row["name"] or "Pipeline",
        "organization_id": world.org_id,
        "working_directory": folder or ".",
        "yaml_file_name": file,
        "commit_message": "",
        "snapshot_id": "",
        "compile_task_id": "",
        "with_after_task": bool(row["with_after_task"]),
        "env_vars": json.loads(row["env_vars"]),
        "queue": _queue(world, row),
        "triggerer": _triggerer(world, row, workflow),
        **{name: row[name] for name in _COPIED},
        **{name: workflow[name] for name in _FROM_WORKFLOW},
    }


def _result(row: sqlite3.Row) -> dict[str, str]:
    """No keys until it is done; what passed has the reason `test` by mistake (D 11.2)."""
    if row["state"] != "done":
        return {}
    return {"result": row["result"], "result_reason": row["reason"] or "test"}


def _job(row: sqlite3.Row) -> Shown:
    """One that has not finished already shows PASSED, by mistake (D 11.2)."""
    status = {"PENDING": "ENQUEUED", "QUEUED": "ENQUEUED"}.get(row["state"], row["state"])
    if row["stopped_by"] and status != "FINISHED":
        status = "STOPPING"
    return {
        "name": row["name"],
        "index": row["position"],
        "job_id": row["id"],
        "status": status,
        "result": row["result"] or "PASSED",
    }


def _queue(world: World, row: sqlite3.Row) -> Shown:
    queue = storage.one(world, "SELECT * FROM queues WHERE id = ?", row["queue_id"])
    if queue is None:
        blank = dict.fromkeys(("queue_id", "name", "scope", "project_id", "organization_id"), "")
        return {**blank, "type": QueueType.IMPLICIT}
    return {
        "queue_id": queue["id"],
        "name": queue["name"],
        "scope": queue["scope"],
        "project_id": queue["project_id"],
        "organization_id": world.org_id,
        "type": QueueType(queue["user_generated"]),
    }


def _triggerer(world: World, row: sqlite3.Row, workflow: sqlite3.Row) -> Shown:
    how = TriggeredBy(workflow["triggered_by"])
    kind, source, user = _origin(row, workflow)
    return {
        "wf_triggered_by": how,
        "wf_triggerer_id": _workflow_origin(how, workflow),
        "wf_triggerer_user_id": workflow["requester_id"],
        "wf_triggerer_provider_login": LOGIN if workflow["requester_id"] == world.user_id else "",
        "wf_triggerer_provider_uid": "",
        "wf_triggerer_provider_avatar": "",
        "ppl_triggered_by": kind,
        "ppl_triggerer_id": source,
        "ppl_triggerer_user_id": user,
        "workflow_rerun_of": workflow["rerun_of"],
    }


def _workflow_origin(how: TriggeredBy, workflow: sqlite3.Row) -> str:
    """What made it start; of a run by this interface that is nothing."""
    if how is TriggeredBy.API:
        return ""
    return str(workflow["hook_id"] if how is TriggeredBy.HOOK else workflow["task_id"])


def _origin(row: sqlite3.Row, workflow: sqlite3.Row) -> tuple[PipelineTriggeredBy, str, str]:
    if row["partial_rerun_of"]:
        kind = PipelineTriggeredBy.PARTIAL_RE_RUN
        return kind, row["partial_rerun_of"], row["partially_rerun_by"]
    if row["promotion_of"]:
        automatic = bool(row["auto_promoted"])
        kind = PipelineTriggeredBy.AUTO_PROMOTION if automatic else PipelineTriggeredBy.PROMOTION
        return kind, row["promotion_of"], row["promoter_id"]
    return PipelineTriggeredBy.WORKFLOW, workflow["id"], workflow["requester_id"]
