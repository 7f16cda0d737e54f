"""The times a schedule was run: which workflow came of it, or why none did (A 12)."""

import json
import sqlite3
from typing import Any

from reconciler.embedded.schedules import references
from reconciler.embedded.schedules.storage import shown_time
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS schedule_triggers (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    periodic_id TEXT NOT NULL REFERENCES schedules (id) ON DELETE CASCADE,
    project_id TEXT NOT NULL,
    reference TEXT NOT NULL,
    pipeline_file TEXT NOT NULL,
    parameter_values TEXT NOT NULL,
    run_now_requester_id TEXT NOT NULL,
    scheduling_status TEXT NOT NULL DEFAULT 'running',
    scheduled_workflow_id TEXT NOT NULL DEFAULT '',
    error_description TEXT NOT NULL DEFAULT '',
    triggered_at REAL NOT NULL,
    scheduled_at REAL
);
CREATE INDEX IF NOT EXISTS triggers_of_schedules ON schedule_triggers (periodic_id, number);
CREATE TRIGGER IF NOT EXISTS triggers_go_with_their_workflow AFTER DELETE ON workflows
BEGIN
    DELETE FROM schedule_triggers WHERE scheduled_workflow_id = OLD.id;
END;
"""

_SHOWN = 10


def insert(  # noqa: PLR0913 - the parts of a trigger
    world: World,
    schedule: sqlite3.Row,
    *,
    reference: str,
    pipeline_file: str,
    parameters: dict[str, str],
    at: float,
    requester_id: str = "",
) -> int:
    """Return its number; ``requester_id``: who runs the schedule by hand."""
    values = [{"name": name, "value": value} for name, value in parameters.items()]
    inserted = world.db.execute(
        "INSERT INTO schedule_triggers (periodic_id, project_id, reference, pipeline_file,"
        " parameter_values, run_now_requester_id, triggered_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            schedule["id"],
            schedule["project_id"],
            reference,
            pipeline_file,
            json.dumps(values),
            requester_id,
            at,
        ),
    )
    number = inserted.lastrowid
    return number or 0


def passed(world: World, number: int, workflow_id: str, at: float) -> None:
    world.db.execute(
        "UPDATE schedule_triggers SET scheduling_status = 'passed', scheduled_workflow_id = ?,"
        " scheduled_at = ? WHERE number = ?",
        (workflow_id, at, number),
    )


def failed(world: World, number: int, reason: str, at: float, *, final: bool = False) -> None:
    """If it is not final, the status stays as if there were another attempt."""
    world.db.execute(
        "UPDATE schedule_triggers SET error_description = ?, scheduled_at = ?,"
        " scheduling_status = CASE WHEN ? THEN 'failed' ELSE scheduling_status END"
        " WHERE number = ?",
        (reason, at, final, number),
    )


def latest(world: World, schedule_id: str) -> list[dict[str, Any]]:
    """The newest first, as they are shown beside their schedule."""
    rows = world.db.execute(
        "SELECT * FROM schedule_triggers WHERE periodic_id = ? ORDER BY number DESC LIMIT ?",
        (schedule_id, _SHOWN),
    )
    return [_shown(row) for row in rows]


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    copied = (
        *("periodic_id", "project_id", "reference", "pipeline_file", "scheduling_status"),
        *("scheduled_workflow_id", "error_description", "run_now_requester_id"),
    )
    shown = {name: row[name] for name in copied} | {
        "triggered_at": shown_time(row["triggered_at"]),
        "scheduled_at": shown_time(row["scheduled_at"]),
        "parameter_values": json.loads(row["parameter_values"]),
    }
    branch = references.branch_of(row["reference"])
    return shown if branch is None else shown | {"branch": branch}
