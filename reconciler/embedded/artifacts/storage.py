"""The objects of the organization's artifact store, by their full path."""

import sqlite3

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS artifacts (
    path TEXT PRIMARY KEY,
    content BLOB NOT NULL
);
CREATE TRIGGER IF NOT EXISTS artifacts_go_with_their_workflow AFTER DELETE ON workflows
BEGIN
    DELETE FROM artifacts WHERE path BETWEEN 'artifacts/workflows/' || OLD.id || '/'
        AND 'artifacts/workflows/' || OLD.id || '0';  -- which comes after the slash
END;
CREATE TRIGGER IF NOT EXISTS artifacts_go_with_their_job AFTER DELETE ON jobs
BEGIN
    DELETE FROM artifacts WHERE path BETWEEN 'artifacts/jobs/' || OLD.id || '/'
        AND 'artifacts/jobs/' || OLD.id || '0';
END;
"""


def root(scope: str, scope_id: str) -> str:
    """Where the artifacts of a project, workflow or job lie, with a slash at the end."""
    return f"artifacts/{scope}/{scope_id}/"


def put(world: World, path: str, content: bytes) -> None:
    world.db.execute(
        "INSERT INTO artifacts VALUES (?, ?)"
        " ON CONFLICT (path) DO UPDATE SET content = excluded.content",
        (path, content),
    )


def read(world: World, path: str) -> bytes | None:
    row = world.db.execute("SELECT content FROM artifacts WHERE path = ?", (path,)).fetchone()
    return None if row is None else bytes(row["content"])


def exists(world: World, path: str) -> bool:
    found = world.db.execute("SELECT 1 FROM artifacts WHERE path = ?", (path,))
    return found.fetchone() is not None


def delete(world: World, path: str) -> bool:
    return world.db.execute("DELETE FROM artifacts WHERE path = ?", (path,)).rowcount > 0


def under(world: World, folder: str) -> list[sqlite3.Row]:
    """Paths and sizes of everything in a folder, whose path ends with a slash, in their order."""
    found = world.db.execute(
        "SELECT path, length(content) AS size FROM artifacts"
        " WHERE substr(path, 1, length(?1)) = ?1 ORDER BY path",
        (folder,),
    )
    return found.fetchall()


def files_at(world: World, path: str) -> list[str]:
    """The file of this path or, if it is a folder, those in it at any depth."""
    if exists(world, path):
        return [path]
    return [row["path"] for row in under(world, path.rstrip("/") + "/")]
