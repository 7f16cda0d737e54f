"""The table of project secrets."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.embedded.gateway.paging import Position, name_key
from reconciler.embedded.secrets.content import Content
from reconciler.embedded.store import World

# No foreign key: a PATCH can move a secret to a project nobody knows (B 2.6).
SCHEMA = """
CREATE TABLE IF NOT EXISTS project_secrets (
    id TEXT PRIMARY KEY,
    project_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    content TEXT NOT NULL,
    inserted_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (project_id, name)
);
CREATE TRIGGER IF NOT EXISTS project_secrets_end_with_their_project
AFTER UPDATE OF deleted_at ON projects WHEN NEW.deleted_at IS NOT NULL
BEGIN
    DELETE FROM project_secrets WHERE project_id = NEW.id;
END;
"""


@dataclass(frozen=True, kw_only=True)
class ProjectSecret:
    id: str
    project_id: str
    name: str
    content: Content
    inserted_at: int
    """Microseconds, as `updated_at`."""
    updated_at: int
    used_at: int
    """Seconds, 0 if no job has used it yet."""


class NameTaken(Exception):
    """Another secret of the project has this name."""


def find(world: World, project_id: str, secret_id: str) -> ProjectSecret | None:
    row = world.db.execute(
        "SELECT * FROM project_secrets WHERE project_id = ? AND id = ?", (project_id, secret_id)
    ).fetchone()
    return None if row is None else _secret(row)


def find_by_name(world: World, project_id: str, name: str) -> ProjectSecret | None:
    row = world.db.execute(
        "SELECT * FROM project_secrets WHERE project_id = ? AND name = ?", (project_id, name)
    ).fetchone()
    return None if row is None else _secret(row)


def by_name(world: World, project_id: str, after: Position, count: int) -> Sequence[ProjectSecret]:
    rows = world.db.execute(
        "SELECT * FROM project_secrets WHERE project_id = ? AND (name_key, id) > (?, ?)"
        " ORDER BY name_key, id LIMIT ?",
        (project_id, *after, count),
    )
    return [_secret(row) for row in rows]


def save(world: World, secret: ProjectSecret) -> None:
    """Insert the secret, or replace the one with its id."""
    try:
        world.db.execute(
            "INSERT INTO project_secrets (id, project_id, name, name_key, content, inserted_at,"
            " updated_at, used_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET project_id = excluded.project_id,"
            " name = excluded.name, name_key = excluded.name_key, content = excluded.content,"
            " updated_at = excluded.updated_at",
            (
                secret.id,
                secret.project_id,
                secret.name,
                name_key(secret.name),
                secret.content.stored(),
                secret.inserted_at,
                secret.updated_at,
                secret.used_at,
            ),
        )
    except sqlite3.IntegrityError:
        raise NameTaken from None


def delete(world: World, secret: ProjectSecret) -> None:
    world.db.execute("DELETE FROM project_secrets WHERE id = ?", (secret.id,))


def _secret(row: sqlite3.Row) -> ProjectSecret:
    return ProjectSecret(
        id=row["id"],
        project_id=row["project_id"],
        name=row["name"],
        content=Content.from_stored(row["content"]),
        inserted_at=row["inserted_at"],
        updated_at=row["updated_at"],
        used_at=row["used_at"],
    )
