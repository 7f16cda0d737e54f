"""The table of schedules; they outlive their project (A 4)."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS schedules (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    project_name TEXT NOT NULL,
    requester_id TEXT NOT NULL,
    name TEXT,
    description TEXT,
    reference TEXT NOT NULL,
    at TEXT,
    pipeline_file TEXT,
    recurring INTEGER NOT NULL,
    paused INTEGER NOT NULL DEFAULT 0,
    suspended INTEGER NOT NULL DEFAULT 0,
    parameters TEXT NOT NULL DEFAULT '[]',
    pause_toggled_by TEXT NOT NULL DEFAULT '',
    pause_toggled_at REAL,
    inserted_at REAL NOT NULL,
    updated_at REAL NOT NULL,
    due_at REAL,
    UNIQUE (project_id, name)
);
CREATE INDEX IF NOT EXISTS schedules_in_order
ON schedules (project_id, name COLLATE NOCASE, name, id);
"""

Fields = dict[str, Any]

_ORDER = "ORDER BY name COLLATE NOCASE, name, id"


def find(world: World, schedule_id: str) -> sqlite3.Row | None:
    found = world.db.execute("SELECT * FROM schedules WHERE id = ?", (schedule_id.lower(),))
    row: sqlite3.Row | None = found.fetchone()
    return row


def count(world: World, project_id: str) -> int:
    found = world.db.execute("SELECT count(*) FROM schedules WHERE project_id = ?", (project_id,))
    number: int = found.fetchone()[0]
    return number


def of_project(
    world: World, project_id: str, *, limit: int = 500, offset: int = 0
) -> list[sqlite3.Row]:
    """Sorted by name, in a collation like the real database's (A 13)."""
    found = world.db.execute(
        f"SELECT * FROM schedules WHERE project_id = ? {_ORDER} LIMIT ? OFFSET ?",  # noqa: S608 - constant
        (project_id, limit, offset),
    )
    return found.fetchall()


def insert(world: World, fields: Fields) -> str:
    """Raises sqlite3.IntegrityError when the project has a schedule of that name."""
    now = world.now().timestamp()
    schedule_id = world.uuid()
    columns = _encoded(fields) | {"id": schedule_id, "inserted_at": now, "updated_at": now}
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    world.db.execute(
        f"INSERT INTO schedules ({names}) VALUES ({places})",  # noqa: S608 - our own column names
        tuple(columns.values()),
    )
    return schedule_id


def update(world: World, schedule_id: str, fields: Fields) -> None:
    """Raises sqlite3.IntegrityError when another schedule of the project has that name."""
    columns = _encoded(fields) | {"updated_at": world.now().timestamp()}
    assignments = ", ".join(f"{name} = ?" for name in columns)
    world.db.execute(
        f"UPDATE schedules SET {assignments} WHERE id = ?",  # noqa: S608 - our own column names
        (*columns.values(), schedule_id),
    )


def set_due(world: World, schedule_id: str, at: float | None) -> None:
    world.db.execute("UPDATE schedules SET due_at = ? WHERE id = ?", (at, schedule_id))


def delete(world: World, schedule_id: str) -> None:
    world.db.execute("DELETE FROM schedules WHERE id = ?", (schedule_id,))


def parameters_of(row: sqlite3.Row) -> list[Fields]:
    parameters: list[Fields] = json.loads(row["parameters"])
    return parameters


def shown_time(timestamp: float | None) -> str:
    """Times as the scheduler's API writes them; none is an empty string (D 8)."""
    if timestamp is None:
        return ""
    return f"{datetime.fromtimestamp(timestamp, tz=UTC):%Y-%m-%d %H:%M:%S.%f}Z"


def _encoded(fields: Fields) -> Fields:
    if "parameters" not in fields:
        return dict(fields)
    return fields | {"parameters": json.dumps(fields["parameters"])}
