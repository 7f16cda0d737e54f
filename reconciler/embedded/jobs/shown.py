"""Jobs as the gateway shows them (D 14.1)."""

import json
import sqlite3
from typing import Any

from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.jobs.shapes import Result, State
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import storage
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World

_SSH_PORT = 30_000
_NETWORK = "10.0.0."
_HOSTS = 254


def job(world: World, row: sqlite3.Row) -> Message:
    spec: dict[str, Any] = json.loads(row["spec"])
    if row["state"] != "PENDING":
        spec["env_vars"] = spec["env_vars"] + _git_variables(world, row)
    return {
        "metadata": {
            "name": row["name"],
            "id": row["id"],
            "create_time": _seconds(row["created_at"]),
            "update_time": _seconds(row["updated_at"]),
            "start_time": _seconds(row["started_at"]),
            "finish_time": _seconds(row["finished_at"]),
        },
        "spec": spec,
        "status": {
            "state": State[row["state"]],
            "result": Result[row["result"] or "NONE"],
            "agent": _agent(row),
        },
    }


def _agent(row: sqlite3.Row) -> Message | None:
    """None before it runs, and a blank one if it never did."""
    if row["state"] in ("PENDING", "QUEUED"):
        return None
    if row["started_at"] is None:
        return {}
    number: int = row["number"]
    return {
        "name": row["agent_name"],
        "ip": f"{_NETWORK}{number % _HOSTS + 1}",
        "ports": [{"name": "ssh", "number": _SSH_PORT + number % 10_000}],
    }


def _git_variables(world: World, row: sqlite3.Row) -> list[dict[str, str]]:
    pipeline = storage.pipeline(world, row["pipeline_id"] or "")
    workflow = None if pipeline is None else storage.workflow(world, pipeline["wf_id"])
    if workflow is None:
        return []
    reference = Reference(workflow["reference"])
    project = projects.find_by_id(world, row["project_id"])
    url = "" if project is None else projects.spec_of(project)["repository"]["url"]
    kinds = {"branch": "branch", "tag": "tag", "pr": "pull-request"}
    values = {
        "BRANCH": workflow["label"],
        "REF": reference.full,
        "REF_TYPE": kinds[reference.kind],
        "SHA": workflow["commit_sha"],
        "URL": url,
    }
    return [{"name": f"SEMAPHORE_GIT_{name}", "value": value} for name, value in values.items()]


def _seconds(timestamp: float | None) -> int:
    return int(timestamp or 0)
