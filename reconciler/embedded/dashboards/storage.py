"""The table of dashboards."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.embedded.gateway.paging import Position
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS dashboards (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL,
    name TEXT NOT NULL,
    content TEXT NOT NULL,
    inserted_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (org_id, name)
);
"""


@dataclass(frozen=True)
class Content:
    """What is compared to tell whether an update changes anything."""

    name: str
    title: str
    sent_id: str
    """The id as the last writer sent it, of no use to anyone (B 3.3)."""
    widgets: list[Message]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    id: str
    content: Content
    inserted_at: int
    """Seconds, as `updated_at`."""
    updated_at: int


class NameTaken(Exception):
    """Another dashboard of the organization has this name."""


def find(world: World, dashboard_id: str) -> Dashboard | None:
    row = world.db.execute(
        "SELECT * FROM dashboards WHERE org_id = ? AND id = ?", (world.org_id, dashboard_id)
    ).fetchone()
    return None if row is None else _dashboard(row)


def find_by_name(world: World, name: str) -> Dashboard | None:
    row = world.db.execute(
        "SELECT * FROM dashboards WHERE org_id = ? AND name = ?", (world.org_id, name)
    ).fetchone()
    return None if row is None else _dashboard(row)


def by_creation(world: World, after: Position, count: int) -> Sequence[Dashboard]:
    rows = world.db.execute(
        "SELECT * FROM dashboards WHERE org_id = ? AND (inserted_at, id) > (?, ?)"
        " ORDER BY inserted_at, id LIMIT ?",
        (world.org_id, *after, count),
    )
    return [_dashboard(row) for row in rows]


def save(world: World, dashboard: Dashboard) -> None:
    """Insert the dashboard, or replace the one with its id."""
    try:
        world.db.execute(
            "INSERT INTO dashboards (id, org_id, name, content, inserted_at, updated_at)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, content = excluded.content,"
            " updated_at = excluded.updated_at",
            (
                dashboard.id,
                world.org_id,
                dashboard.content.name,
                json.dumps(vars(dashboard.content)),
                dashboard.inserted_at,
                dashboard.updated_at,
            ),
        )
    except sqlite3.IntegrityError:
        raise NameTaken from None


def delete(world: World, dashboard: Dashboard) -> None:
    world.db.execute("DELETE FROM dashboards WHERE id = ?", (dashboard.id,))


def _dashboard(row: sqlite3.Row) -> Dashboard:
    return Dashboard(
        id=row["id"],
        content=Content(**json.loads(row["content"])),
        inserted_at=row["inserted_at"],
        updated_at=row["updated_at"],
    )
