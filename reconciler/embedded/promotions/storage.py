"""The table of promotions; what may be promoted stands in the definition of the pipeline."""

import sqlite3
from dataclasses import dataclass

from reconciler.embedded.store import World

# A request token is unique over all promotions, whatever they promote (D 13.2).
SCHEMA = """
CREATE TABLE IF NOT EXISTS promotions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    pipeline_id TEXT NOT NULL,
    name TEXT NOT NULL,
    request_token TEXT NOT NULL UNIQUE,
    triggered_by TEXT NOT NULL,
    triggered_at REAL NOT NULL,
    override INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    scheduled_at REAL NOT NULL,
    scheduled_pipeline_id TEXT NOT NULL,
    handled_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS promotions_of_pipelines ON promotions (pipeline_id, number);
CREATE TRIGGER IF NOT EXISTS promotions_go_with_their_pipeline AFTER DELETE ON pipelines
BEGIN
    DELETE FROM promotions WHERE pipeline_id = OLD.id;
END;
"""


@dataclass(frozen=True, kw_only=True)
class Promoted:
    pipeline_id: str
    name: str
    request_token: str
    triggered_by: str
    triggered_at: float
    override: bool
    scheduled_pipeline_id: str
    """Empty for one that could not be started."""


def insert(world: World, promoted: Promoted) -> None:
    world.db.execute(
        "INSERT INTO promotions (pipeline_id, name, request_token, triggered_by, triggered_at,"
        " override, failed, scheduled_at, scheduled_pipeline_id, handled_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            promoted.pipeline_id,
            promoted.name,
            promoted.request_token,
            promoted.triggered_by,
            promoted.triggered_at,
            promoted.override,
            not promoted.scheduled_pipeline_id,
            promoted.triggered_at,
            promoted.scheduled_pipeline_id,
            promoted.triggered_at + world.settings.promotion_processing_seconds,
        ),
    )


def token_used(world: World, token: str) -> bool:
    found = world.db.execute("SELECT 1 FROM promotions WHERE request_token = ?", (token,))
    return found.fetchone() is not None


def count(world: World, pipeline_id: str, name: str) -> int:
    """Of one promotion or, with an empty name, of all of a pipeline's."""
    found = world.db.execute(
        "SELECT count(*) FROM promotions WHERE pipeline_id = ? AND ? IN ('', name)",
        (pipeline_id, name),
    )
    total: int = found.fetchone()[0]
    return total


def page(
    world: World, pipeline_id: str, name: str, *, limit: int, offset: int
) -> list[sqlite3.Row]:
    """Newest first."""
    found = world.db.execute(
        "SELECT * FROM promotions WHERE pipeline_id = ? AND ? IN ('', name)"
        " ORDER BY number DESC LIMIT ? OFFSET ?",
        (pipeline_id, name, limit, offset),
    )
    return found.fetchall()
