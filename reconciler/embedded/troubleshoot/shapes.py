"""The parts of troubleshooting answers (D 17)."""

import json
import sqlite3
from typing import Any

from reconciler.embedded.pipelines import shown as pipelines
from reconciler.embedded.runs import specs
from reconciler.embedded.runs.listing import printed
from reconciler.embedded.runs.starting import TriggeredBy
from reconciler.embedded.store import World

Shown = dict[str, Any]

_WORKFLOW = (
    *("initial_ppl_id", "hook_id", "requester_id", "branch_id", "branch_name"),
    *("commit_sha", "rerun_of", "repository_id"),
)
_PIPELINE = (
    *("ppl_id", "name", "created_at", "pending_at", "queuing_at", "running_at", "stopping_at"),
    *("done_at", "state", "terminate_request", "error_description", "switch_id"),
    *("working_directory", "yaml_file_name", "terminated_by", "promotion_of"),
    *("partial_rerun_of", "partially_rerun_by"),
)
_BLOCK = ("block_id", "name", "build_req_id", "state", "error_description")


def project(world: World, project_id: str) -> Shown:
    return {"id": project_id, "organization_id": world.org_id}


def workflow(row: sqlite3.Row) -> Shown:
    """Without its project, which only the answer about a job has."""
    return {
        "wf_id": row["id"],
        "created_at": _time(row["created_at"]),
        "triggered_by": TriggeredBy(row["triggered_by"]).name.lower(),
        **{name: row[name] for name in _WORKFLOW},
    }


def pipeline(world: World, row: sqlite3.Row) -> Shown:
    """Unlike in the description a result is shown, empty, before there is one."""
    described = pipelines.described(world, row)
    queue = described["queue"]
    return {
        **{name: described[name] for name in _PIPELINE},
        **_result(described),
        "queue_id": queue["queue_id"],
        "queue_name": queue["name"],
        "queue_scope": queue["scope"],
        "queue_type": queue["type"],
    }


def block(world: World, row: sqlite3.Row) -> Shown:
    described = pipelines.block(world, row)
    return {name: described[name] for name in _BLOCK} | _result(described)


def job(row: sqlite3.Row, build_req_id: str) -> Shown:
    spec = json.loads(row["spec"])
    machine = (spec["agent"] or {}).get("machine") or {}
    return {
        "id": row["id"],
        "build_req_id": build_req_id,
        "name": row["name"],
        "state": _STATES[row["state"]],
        "failure_reason": row["failure_reason"],
        "is_debug_job": bool(row["debug_of"]),
        "is_self_hosted": specs.self_hosted(spec),
        "machine_type": machine.get("type", ""),
        "os_image": machine.get("os_image", ""),
        "agent_name": row["agent_name"],
        "created_at": _time(row["created_at"]),
        "enqueued_at": _time(row["enqueued_at"]),
        "started_at": _time(row["started_at"]),
        "finished_at": _time(row["finished_at"]),
        "priority": 50,
    }


_STATES = {
    "PENDING": "pending",
    "QUEUED": "enqueued",
    "RUNNING": "started",
    "FINISHED": "finished",
}


def _result(described: Shown) -> Shown:
    return {name: described.get(name, "") for name in ("result", "result_reason")}


def _time(timestamp: float | None) -> str:
    """Of workflows and jobs a time that is not known is empty (D 8)."""
    return "" if timestamp is None else printed(timestamp)
