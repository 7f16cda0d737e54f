"""The table of organization secrets."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.embedded.gateway.paging import Position, name_key
from reconciler.embedded.secrets.content import Content
from reconciler.embedded.secrets.policy import Policy
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS secrets (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    content TEXT NOT NULL,
    all_projects INTEGER NOT NULL,
    project_ids TEXT NOT NULL,
    job_debug INTEGER NOT NULL,
    job_attach INTEGER NOT NULL,
    inserted_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    used_at INTEGER NOT NULL DEFAULT 0,
    UNIQUE (org_id, name)
);
"""


@dataclass(frozen=True, kw_only=True)
class Secret:
    id: str
    name: str
    content: Content
    policy: Policy
    inserted_at: int
    """Microseconds, as `updated_at`."""
    updated_at: int
    used_at: int
    """Seconds, 0 if no job has used it yet."""


class NameTaken(Exception):
    """Another secret of the organization has this name."""


def find(world: World, secret_id: str) -> Secret | None:
    return _one(
        world.db.execute(
            "SELECT * FROM secrets WHERE org_id = ? AND id = ?", (world.org_id, secret_id)
        )
    )


def find_by_name(world: World, name: str) -> Secret | None:
    return _one(
        world.db.execute(
            "SELECT * FROM secrets WHERE org_id = ? AND name = ?", (world.org_id, name)
        )
    )


def by_name(world: World, after: Position, count: int) -> Sequence[Secret]:
    rows = world.db.execute(
        "SELECT * FROM secrets WHERE org_id = ? AND (name_key, id) > (?, ?)"
        " ORDER BY name_key, id LIMIT ?",
        (world.org_id, *after, count),
    )
    return [_secret(row) for row in rows]


def by_creation(world: World, after: Position, count: int) -> Sequence[Secret]:
    rows = world.db.execute(
        "SELECT * FROM secrets WHERE org_id = ? AND (inserted_at, id) > (?, ?)"
        " ORDER BY inserted_at, id LIMIT ?",
        (world.org_id, *after, count),
    )
    return [_secret(row) for row in rows]


def save(world: World, secret: Secret) -> None:
    """Insert the secret, or replace the one with its id."""
    policy = secret.policy
    try:
        world.db.execute(
            "INSERT INTO secrets (id, org_id, name, name_key, content, all_projects, project_ids,"
            " job_debug, job_attach, inserted_at, updated_at, used_at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (id) DO UPDATE SET name = excluded.name, name_key = excluded.name_key,"
            " content = excluded.content, all_projects = excluded.all_projects,"
            " project_ids = excluded.project_ids, job_debug = excluded.job_debug,"
            " job_attach = excluded.job_attach, updated_at = excluded.updated_at",
            (
                secret.id,
                world.org_id,
                secret.name,
                name_key(secret.name),
                secret.content.stored(),
                policy.all_projects,
                json.dumps(policy.project_ids),
                policy.job_debug,
                policy.job_attach,
                secret.inserted_at,
                secret.updated_at,
                secret.used_at,
            ),
        )
    except sqlite3.IntegrityError:
        raise NameTaken from None


def delete(world: World, secret: Secret) -> None:
    world.db.execute("DELETE FROM secrets WHERE id = ?", (secret.id,))


def _one(rows: sqlite3.Cursor) -> Secret | None:
    row = rows.fetchone()
    return None if row is None else _secret(row)


def _secret(row: sqlite3.Row) -> Secret:
    return Secret(
        id=row["id"],
        name=row["name"],
        content=Content.from_stored(row["content"]),
        policy=Policy(
            all_projects=bool(row["all_projects"]),
            project_ids=tuple(json.loads(row["project_ids"])),
            job_debug=row["job_debug"],
            job_attach=row["job_attach"],
        ),
        inserted_at=row["inserted_at"],
        updated_at=row["updated_at"],
        used_at=row["used_at"],
    )
