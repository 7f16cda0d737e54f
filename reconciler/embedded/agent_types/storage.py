"""Agent types in the database; of a registration token only its hash is kept (C 2.2)."""

import hashlib
import secrets
import sqlite3

from reconciler.embedded.agent_types.name_settings import NameSettings
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS agent_types (
    name TEXT PRIMARY KEY,
    token_hash TEXT NOT NULL,
    assignment_origin TEXT NOT NULL,
    release_after INTEGER NOT NULL,
    aws_account_id TEXT NOT NULL,
    aws_role_name_patterns TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
"""


def find(world: World, name: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM agent_types WHERE name = ?", (name,)
    ).fetchone()
    return row


def all_types(world: World) -> list[sqlite3.Row]:
    return world.db.execute("SELECT * FROM agent_types ORDER BY created_at, rowid").fetchall()


def insert(world: World, name: str, settings: NameSettings) -> str:
    """Create the type; answers its registration token, which nobody can ask for again."""
    token = secrets.token_hex(40)
    now = world.now().timestamp()
    digest = hashlib.sha256(token.encode()).hexdigest()
    world.db.execute(
        "INSERT INTO agent_types VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (name, digest, *_columns(settings), now, now),
    )
    return token


def update(world: World, name: str, settings: NameSettings) -> None:
    world.db.execute(
        "UPDATE agent_types SET assignment_origin = ?, release_after = ?, aws_account_id = ?,"
        " aws_role_name_patterns = ?, updated_at = ? WHERE name = ?",
        (*_columns(settings), world.now().timestamp(), name),
    )


def delete(world: World, name: str) -> None:
    world.db.execute("DELETE FROM agent_types WHERE name = ?", (name,))


def _columns(settings: NameSettings) -> tuple[str, int, str, str]:
    aws = settings.aws
    return (
        settings.assignment_origin,
        settings.release_after,
        aws.account_id if aws else "",
        aws.role_name_patterns if aws else "",
    )
