"""Deployment targets in the database."""

import json
import sqlite3

from reconciler.embedded.store import World
from reconciler.embedded.targets.draft import TEXTS, Draft
from reconciler.embedded.targets.secrets import Secret

SYNCING = "SYNCING"
FINISHED = "FINISHED"
SUCCESS = "SUCCESS"
FAILURE = "FAILURE"

Columns = dict[str, str | int | float | None]

# `secret` is what the secret service keeps, `pending` what it is about to be given; a sync
# without anything pending is a deletion. Project ids are kept as sent (C 1.1).
SCHEMA = """
CREATE TABLE IF NOT EXISTS targets (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    url TEXT NOT NULL,
    bookmark_parameter1 TEXT NOT NULL,
    bookmark_parameter2 TEXT NOT NULL,
    bookmark_parameter3 TEXT NOT NULL,
    subject_rules TEXT NOT NULL,
    object_rules TEXT NOT NULL,
    unique_token TEXT NOT NULL UNIQUE,
    created_by TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_by TEXT NOT NULL,
    updated_at REAL NOT NULL,
    cordoned INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL,
    result TEXT NOT NULL DEFAULT 'SUCCESS',
    state_message TEXT NOT NULL DEFAULT '',
    secret TEXT,
    pending TEXT,
    UNIQUE (project_id, name)
);
CREATE TRIGGER IF NOT EXISTS targets_go_with_their_project
AFTER UPDATE OF deleted_at ON projects WHEN NEW.deleted_at IS NOT NULL
BEGIN
    DELETE FROM targets WHERE lower(project_id) = NEW.id;
END;
"""


def find(world: World, target_id: str) -> sqlite3.Row | None:
    return _find(world, "SELECT * FROM targets WHERE id = ?", target_id.lower())


def find_by_token(world: World, token: str) -> sqlite3.Row | None:
    return _find(world, "SELECT * FROM targets WHERE unique_token = ?", token)


def find_by_name(world: World, project_id: str, name: str) -> sqlite3.Row | None:
    query = "SELECT * FROM targets WHERE project_id = ? AND name = ?"
    return _find(world, query, project_id, name)


def of_project(world: World, project_id: str) -> list[sqlite3.Row]:
    """In the order of ids, which is the order of the real list (C 1.10)."""
    query = "SELECT * FROM targets WHERE project_id = ? ORDER BY id"
    return world.db.execute(query, (project_id,)).fetchall()


def insert(world: World, project_id: str, draft: Draft) -> str:
    target_id, now = world.uuid(), world.now().timestamp()
    values = _values(draft) | {
        "id": target_id,
        "project_id": project_id,
        "created_by": world.user_id,
        "created_at": now,
        "updated_by": world.user_id,
        "updated_at": now,
        "state": SYNCING,
        "pending": (draft.secret or Secret()).dump(),
    }
    names = ", ".join(values)
    marks = ", ".join(f":{name}" for name in values)
    world.db.execute(f"INSERT INTO targets ({names}) VALUES ({marks})", values)  # noqa: S608 - our own column names
    return target_id


def update(world: World, target_id: str, draft: Draft) -> None:
    changes = _values(draft) | {"updated_by": world.user_id}
    if draft.secret is not None:
        changes |= syncing(draft.secret)
    change(world, target_id, changes)


def syncing(pending: Secret | None) -> Columns:
    """The changes which begin a sync; without a secret it is a deletion."""
    return {
        "state": SYNCING,
        "state_message": "",
        "pending": None if pending is None else pending.dump(),
    }


def change(world: World, target_id: str, changes: Columns, at: float | None = None) -> None:
    """Write some columns and the time of it, which is now unless said otherwise."""
    assignments = ", ".join(f"{name} = :{name}" for name in changes)
    world.db.execute(
        f"UPDATE targets SET {assignments}, updated_at = :now WHERE id = :id",  # noqa: S608 - our own column names
        {**changes, "now": world.now().timestamp() if at is None else at, "id": target_id},
    )


def delete(world: World, target_id: str) -> None:
    world.db.execute("DELETE FROM targets WHERE id = ?", (target_id,))


def _values(draft: Draft) -> Columns:
    return {
        **dict(zip(TEXTS, draft.texts, strict=True)),
        "subject_rules": json.dumps(draft.subject_rules),
        "object_rules": json.dumps(draft.object_rules),
        "unique_token": draft.unique_token,
    }


def _find(world: World, query: str, *values: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(query, values).fetchone()
    return row
