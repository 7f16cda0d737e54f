"""The table of notifications."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field

from reconciler.embedded.gateway.paging import Position, name_key
from reconciler.embedded.gateway.shapes import Message
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS notifications (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    creator_id TEXT NOT NULL,
    spec TEXT NOT NULL,
    inserted_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    UNIQUE (org_id, name)
);
"""


@dataclass(frozen=True, kw_only=True)
class Notification:
    id: str
    name: str
    creator_id: str
    spec: Message = field(repr=False)
    """As it was sent, absent parts included: that is what the poison pill is made of."""
    inserted_at: int
    """Seconds, as `updated_at`."""
    updated_at: int


class NameTaken(Exception):
    """Another notification of the organization has this name."""


def find(world: World, notification_id: str) -> Notification | None:
    row = world.db.execute(
        "SELECT * FROM notifications WHERE org_id = ? AND id = ?", (world.org_id, notification_id)
    ).fetchone()
    return None if row is None else _notification(row)


def find_by_name(world: World, name: str) -> Notification | None:
    row = world.db.execute(
        "SELECT * FROM notifications WHERE org_id = ? AND name = ?", (world.org_id, name)
    ).fetchone()
    return None if row is None else _notification(row)


def by_name(world: World, after: Position, count: int) -> Sequence[Notification]:
    rows = world.db.execute(
        "SELECT * FROM notifications WHERE org_id = ? AND (name_key, id) > (?, ?)"
        " ORDER BY name_key, id LIMIT ?",
        (world.org_id, *after, count),
    )
    return [_notification(row) for row in rows]


def save(world: World, notification: Notification) -> None:
    """Insert the notification, or replace the one with its id."""
    try:
        world.db.execute(
            "INSERT INTO notifications (id, org_id, name, name_key, creator_id, spec,"
            " inserted_at, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,"
            " creator_id = excluded.creator_id, spec = excluded.spec,"
            " updated_at = excluded.updated_at",
            (
                notification.id,
                world.org_id,
                notification.name,
                name_key(notification.name),
                notification.creator_id,
                json.dumps(notification.spec),
                notification.inserted_at,
                notification.updated_at,
            ),
        )
    except sqlite3.IntegrityError:
        raise NameTaken from None


def delete(world: World, notification: Notification) -> None:
    world.db.execute("DELETE FROM notifications WHERE id = ?", (notification.id,))


def _notification(row: sqlite3.Row) -> Notification:
    return Notification(
        id=row["id"],
        name=row["name"],
        creator_id=row["creator_id"],
        spec=json.loads(row["spec"]),
        inserted_at=row["inserted_at"],
        updated_at=row["updated_at"],
    )
