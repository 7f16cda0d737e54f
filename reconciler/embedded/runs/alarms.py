"""What will happen and when: the moments at which something changes by itself."""

import sqlite3
from enum import StrEnum

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS alarms (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    part INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS alarms_by_time ON alarms (at, number);
"""


class Alarm(StrEnum):
    """The subject is the id of what it is about; the part is the position of a block."""

    INITIALIZE = "initialize"
    QUEUE = "queue"
    LEAVE_QUEUE = "leave_queue"
    TERMINATE = "terminate"
    PIPELINE_TIMEOUT = "pipeline_timeout"
    BLOCK_TIMEOUT = "block_timeout"
    ENQUEUE_JOB = "enqueue_job"
    START_JOB = "start_job"
    FINISH_JOB = "finish_job"
    STOP_JOB = "stop_job"
    END_SYNC = "end_sync"
    PROMOTE = "promote"
    START_SCHEDULE = "start_schedule"


def set_alarm(world: World, at: float, kind: Alarm, subject: str, part: int = 0) -> None:
    world.db.execute(
        "INSERT INTO alarms (at, kind, subject, part) VALUES (?, ?, ?, ?)",
        (at, kind, subject, part),
    )


def any_due(world: World, now: float) -> bool:
    found = world.db.execute("SELECT 1 FROM alarms WHERE at <= ? LIMIT 1", (now,))
    return found.fetchone() is not None


def next_due(world: World, now: float) -> sqlite3.Row | None:
    """Take the earliest alarm that is due; of equal times the one that was set first."""
    found = world.db.execute(
        "DELETE FROM alarms WHERE number ="
        " (SELECT number FROM alarms WHERE at <= ? ORDER BY at, number LIMIT 1)"
        " RETURNING at, kind, subject, part",
        (now,),
    )
    rows: list[sqlite3.Row] = found.fetchall()
    return rows[0] if rows else None
