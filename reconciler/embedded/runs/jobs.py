"""The life of one job: pending, queued, running, finished (D 14.1)."""

import json
import sqlite3
from typing import Any

from reconciler.embedded.runs import outcomes, pace, specs, storage
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.runs.specs import Spec
from reconciler.embedded.store import World


def create(
    world: World,
    name: str,
    spec: Spec,
    at: float,
    *,
    time_limit: float | None = None,
    **columns: Any,
) -> str:
    outcome = outcomes.of_spec(spec)
    job_id = world.uuid()
    storage.insert(
        world,
        "jobs",
        {
            "id": job_id,
            "project_id": spec["project_id"],
            "name": name,
            "spec": spec,
            "seconds": outcome.seconds,
            "passes": int(outcome.passes),
            "time_limit": pace.JOB_LIMIT if time_limit is None else time_limit,
            "created_at": at,
            "updated_at": at,
            **columns,
        },
    )
    set_alarm(world, at + pace.JOB_PENDING, Alarm.ENQUEUE_JOB, job_id)
    return job_id


def copy(world: World, row: sqlite3.Row, pipeline_id: str, at: float) -> None:
    """A finished job under a new id; its log stays with the original (D 11.6)."""
    columns = {name: row[name] for name in row.keys() if name != "number"}  # noqa: SIM118 - a row
    columns |= {
        "id": world.uuid(),
        "pipeline_id": pipeline_id,
        "original_id": row["original_id"] or row["id"],
        "updated_at": at,
    }
    storage.insert(world, "jobs", columns)


def enqueue(world: World, row: sqlite3.Row, at: float) -> None:
    if row["state"] != "PENDING":
        return
    storage.change_job(world, row["id"], at, state="QUEUED", enqueued_at=at)
    set_alarm(world, at + pace.JOB_QUEUED, Alarm.START_JOB, row["id"])


def start(world: World, row: sqlite3.Row, at: float) -> None:
    if row["state"] != "QUEUED":
        return
    kind = specs.machine_type(json.loads(row["spec"]))
    agent = f"{kind}-{row['id'][:8]}"
    storage.change_job(world, row["id"], at, state="RUNNING", started_at=at, agent_name=agent)
    if row["seconds"] > row["time_limit"]:
        set_alarm(world, at + row["time_limit"], Alarm.STOP_JOB, row["id"])
    else:
        set_alarm(world, at + row["seconds"], Alarm.FINISH_JOB, row["id"])


def finish(world: World, row: sqlite3.Row, at: float, result: str | None = None) -> None:
    """By itself, or with a result given by someone else."""
    if row["state"] == "FINISHED":
        return
    own = "PASSED" if row["passes"] else "FAILED"
    storage.change_job(world, row["id"], at, state="FINISHED", finished_at=at, result=result or own)
