"""Requests to stop: noted at once, obeyed a moment later (D 10.6, D 11.5, D 14.2)."""

import sqlite3

from reconciler.embedded.runs import pace, storage
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.store import World


def stop_pipeline(world: World, row: sqlite3.Row, *, terminated_by: str) -> None:
    """Nothing happens to a pipeline that is stopping or done."""
    if row["state"] in ("stopping", "done"):
        return
    request(world, row, "stop", "user", terminated_by=terminated_by)
    at = world.now().timestamp() + pace.STOPPING
    set_alarm(world, at, Alarm.TERMINATE, row["id"])


def request(
    world: World, row: sqlite3.Row, kind: str, reason: str, *, terminated_by: str = ""
) -> None:
    storage.change_pipeline(
        world,
        row["id"],
        terminate_request=kind,
        terminate_reason=reason,
        terminated_by=terminated_by,
    )


def stop_job(world: World, row: sqlite3.Row, at: float, *, stopped_by: str = "") -> None:
    if row["state"] == "FINISHED":
        return
    world.db.execute("UPDATE jobs SET stopped_by = ? WHERE id = ?", (stopped_by, row["id"]))
    set_alarm(world, at + pace.STOPPING, Alarm.STOP_JOB, row["id"])
