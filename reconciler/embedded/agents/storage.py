"""Self-hosted agents in the database, and how disabled ones leave (C 2.3, C 3)."""

import sqlite3

from reconciler.embedded.store import World

REGISTERED = "registered"
DISCONNECTED = "disconnected"

SCHEMA = """
CREATE TABLE IF NOT EXISTS agents (
    name TEXT PRIMARY KEY,
    type TEXT NOT NULL REFERENCES agent_types (name),
    state TEXT NOT NULL DEFAULT 'registered',
    version TEXT NOT NULL DEFAULT '',
    os TEXT NOT NULL DEFAULT '',
    arch TEXT NOT NULL DEFAULT '',
    hostname TEXT NOT NULL DEFAULT '',
    ip_address TEXT NOT NULL DEFAULT '',
    pid INTEGER NOT NULL DEFAULT 0,
    job_id TEXT,
    connected_at REAL NOT NULL,
    disabled_at REAL,
    disabled_seen INTEGER NOT NULL DEFAULT 0,
    disconnected_at REAL
);
"""


def register(world: World, name: str, agent_type: str, job_id: str | None = None) -> None:
    """An agent connects; with a job if it is already running one."""
    world.db.execute(
        "INSERT INTO agents (name, type, job_id, connected_at) VALUES (?, ?, ?, ?)",
        (name, agent_type, job_id, world.now().timestamp()),
    )


def find(world: World, name: str) -> sqlite3.Row | None:
    row: sqlite3.Row | None = world.db.execute(
        "SELECT * FROM agents WHERE name = ?", (name,)
    ).fetchone()
    return row


def registered(world: World, agent_type: str, since_ms: int | None, most: int) -> list[sqlite3.Row]:
    """The oldest connections first; `since_ms` is a cursor, ties may repeat (C 3)."""
    return world.db.execute(
        "SELECT * FROM agents WHERE state = 'registered' AND (? IN ('', type))"
        " AND (? IS NULL OR connected_at * 1000 >= ?) ORDER BY connected_at, rowid LIMIT ?",
        (agent_type, since_ms, since_ms, most),
    ).fetchall()


def count_by_type(world: World) -> dict[str, int]:
    rows = world.db.execute(
        "SELECT type, count(*) FROM agents WHERE state = 'registered' GROUP BY type"
    )
    return dict(rows.fetchall())


def disable(world: World, agent_type: str, *, only_idle: bool) -> None:
    world.db.execute(
        "UPDATE agents SET disabled_at = ?, disabled_seen = 0"
        " WHERE type = ? AND (NOT ? OR job_id IS NULL)",
        (world.now().timestamp(), agent_type, only_idle),
    )


def forget_disconnected(world: World, agent_type: str) -> None:
    world.db.execute("DELETE FROM agents WHERE type = ? AND state = 'disconnected'", (agent_type,))


_PASSAGE = (
    """UPDATE agents SET state = 'disconnected', disconnected_at = :now
    WHERE state = 'registered' AND job_id IS NULL AND disabled_seen""",
    """DELETE FROM agents WHERE state = 'disconnected' AND disconnected_at <= :now -
    (SELECT release_after FROM agent_types WHERE agent_types.name = agents.type)""",
    "UPDATE agents SET disabled_seen = 1 WHERE disabled_at IS NOT NULL",
)


def settle(world: World) -> None:
    """What time does to agents, moved on by reads so that it is the same in every run.

    A disabled idle agent is seen once more and has left by the next read: either for good, or
    disconnected for as long as its type holds its name.
    """
    leaving = "SELECT 1 FROM agents WHERE disabled_at IS NOT NULL OR state = 'disconnected' LIMIT 1"
    if world.db.execute(leaving).fetchone() is None:
        return
    with world.transaction():
        for statement in _PASSAGE:
            world.db.execute(statement, {"now": world.now().timestamp()})
