"""The life of a block: it waits for others, runs its jobs, and ends as they did (D 11.2)."""

import json
import sqlite3
from collections.abc import Mapping

from reconciler.embedded.runs import jobs, planning, storage
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.runs.stopping import stop_job
from reconciler.embedded.store import World


def start(world: World, row: sqlite3.Row, at: float) -> None:
    """Run it, unless its condition says to skip it, which counts as passed."""
    if row["skipped"]:
        end(world, row, at, "passed", "skipped")
        return
    storage.change_block(
        world, row, state="running", block_id=world.uuid(), build_req_id=world.uuid()
    )
    start_jobs(world, row, at)
    if row["time_limit"] is not None:
        when = at + row["time_limit"]
        set_alarm(world, when, Alarm.BLOCK_TIMEOUT, row["pipeline_id"], row["position"])


def start_jobs(world: World, row: sqlite3.Row, at: float) -> None:
    for position, planned in enumerate(planning.planned_jobs(world, row)):
        passed = storage.job(world, planned["copy_of"]) if planned["copy_of"] else None
        if passed is not None:
            jobs.copy(world, passed, row["pipeline_id"], at)
            continue
        jobs.create(
            world,
            planned["name"],
            planned["spec"],
            at,
            time_limit=planned["time_limit"],
            pipeline_id=row["pipeline_id"],
            block=row["position"],
            position=position,
        )


def end(world: World, row: sqlite3.Row, at: float, result: str, reason: str | None) -> None:
    storage.change_block(world, row, state="done", result=result, reason=reason, done_at=at)


def stop(world: World, row: sqlite3.Row, at: float, reason: str) -> None:
    """One that has not begun is over at once; the jobs of the others get a moment."""
    if row["state"] in ("initializing", "waiting"):
        end(world, row, at, "canceled", reason)
    elif row["state"] == "running":
        storage.change_block(world, row, state="stopping", stop_reason=reason)
        for job in _jobs(world, row):
            stop_job(world, job, at)


def over(world: World, row: sqlite3.Row) -> bool:
    """Whether none of its jobs is unfinished."""
    unfinished = storage.one(
        world,
        "SELECT 1 FROM jobs WHERE pipeline_id = ? AND block = ? AND result IS NULL LIMIT 1",
        row["pipeline_id"],
        row["position"],
    )
    return unfinished is None


def end_if_over(world: World, row: sqlite3.Row, at: float) -> bool:
    """Whether the last of its jobs has finished, so that it ended now."""
    if not over(world, row):
        _fail_fast(world, row, at)
        return False
    results = {job["result"] for job in _jobs(world, row)}
    if row["state"] == "stopping":
        end(world, row, at, "stopped", row["stop_reason"])
    elif "FAILED" in results:
        end(world, row, at, "failed", "test")
    elif "STOPPED" in results:
        end(world, row, at, "stopped", "user")
    else:
        end(world, row, at, "passed", None)
    return True


def ready(row: sqlite3.Row, by_name: Mapping[str, sqlite3.Row]) -> bool:
    return all(needed["state"] == "done" for needed in _needed(row, by_name))


def hopeless(row: sqlite3.Row, by_name: Mapping[str, sqlite3.Row]) -> bool:
    return any(needed["result"] != "passed" for needed in _needed(row, by_name))


def _needed(row: sqlite3.Row, by_name: Mapping[str, sqlite3.Row]) -> list[sqlite3.Row]:
    return [by_name[name] for name in json.loads(row["dependencies"])]


def _fail_fast(world: World, row: sqlite3.Row, at: float) -> None:
    """The strategy among the jobs of a block: leave those alone that run, or stop them too."""
    if not row["fail_fast"] or row["state"] != "running":
        return
    jobs_of_block = _jobs(world, row)
    if all(job["result"] != "FAILED" for job in jobs_of_block):
        return
    for job in jobs_of_block:
        if job["state"] in ("PENDING", "QUEUED"):
            jobs.finish(world, job, at, "STOPPED")
        elif row["fail_fast"] == "stop" and not job["stopped_by"]:
            stop_job(world, job, at, stopped_by="fail_fast")


def _jobs(world: World, row: sqlite3.Row) -> list[sqlite3.Row]:
    return storage.jobs_of_block(world, row)
