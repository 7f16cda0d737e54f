"""The table of projects; deleting is soft and frees the name (A 4)."""

import json
import sqlite3
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    spec TEXT NOT NULL,
    ready_at REAL NOT NULL,
    deleted_at REAL
);
"""

Spec = dict[str, Any]


@dataclass(frozen=True)
class Page:
    rows: list[sqlite3.Row]
    total: int


def find_by_name(world: World, name: str) -> sqlite3.Row | None:
    return _find(world, "name", name)


def find_by_id(world: World, project_id: str) -> sqlite3.Row | None:
    return _find(world, "id", project_id.lower())


def _find(world: World, column: str, value: str) -> sqlite3.Row | None:
    found = world.db.execute(
        f"SELECT * FROM projects WHERE {column} = ? AND deleted_at IS NULL",  # noqa: S608 - our own column names
        (value,),
    )
    row: sqlite3.Row | None = found.fetchone()
    return row


def is_ready(world: World, row: sqlite3.Row) -> bool:
    """A new project is invisible in lists until its initialisation is over (A 5)."""
    return bool(row["ready_at"] <= world.now().timestamp())


def spec_of(row: sqlite3.Row) -> Spec:
    """The spec as it is shown, without tasks; not to be changed."""
    return _parsed(row["spec"])


@lru_cache(maxsize=1024)
def _parsed(spec: str) -> Spec:
    parsed: Spec = json.loads(spec)
    return parsed


def insert(world: World, name: str, spec: Spec) -> str:
    project_id = world.uuid()
    ready_at = world.now().timestamp() + world.settings.project_ready_seconds
    world.db.execute(
        "INSERT INTO projects VALUES (?, ?, '', ?, ?, ?, NULL)",
        (project_id, name, world.user_id, json.dumps(spec), ready_at),
    )
    return project_id


def update(world: World, project_id: str, name: str, description: str, spec: Spec) -> None:
    """Raises sqlite3.IntegrityError when the name is taken."""
    world.db.execute(
        "UPDATE projects SET name = ?, description = ?, spec = ? WHERE id = ?",
        (name, description, json.dumps(spec), project_id),
    )


def soft_delete(world: World, row: sqlite3.Row) -> None:
    now = world.now().timestamp()
    world.db.execute(
        "UPDATE projects SET name = ?, deleted_at = ? WHERE id = ?",
        (f"{row['name']}-deleted-{int(now)}-{row['id']}", now, row["id"]),
    )


def page(world: World, number: int, size: int) -> Page:
    """A page of the ready projects; past the end the last one again, in no useful order (A 5)."""
    ready = "FROM projects WHERE deleted_at IS NULL AND ready_at <= ?"
    now = world.now().timestamp()
    total: int = world.db.execute(f"SELECT count(*) {ready}", (now,)).fetchone()[0]
    last = max(1, -(-total // size))
    rows = world.db.execute(
        f"SELECT * {ready} ORDER BY id LIMIT ? OFFSET ?",
        (now, size, (min(number, last) - 1) * size),
    )
    return Page(rows.fetchall(), total)
