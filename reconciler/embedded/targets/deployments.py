"""What was deployed to targets: one row for each promotion that had to pass one (C 1.2)."""

import json
import sqlite3
from dataclasses import dataclass

from reconciler.embedded.store import World

# Times are whole microseconds, as cursors count in them.
SCHEMA = """
CREATE TABLE IF NOT EXISTS deployments (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    target_id TEXT NOT NULL REFERENCES targets (id) ON DELETE CASCADE,
    promotion TEXT NOT NULL,
    switch_id TEXT NOT NULL,
    prev_pipeline_id TEXT NOT NULL,
    pipeline_id TEXT NOT NULL,
    triggered_by TEXT NOT NULL,
    triggered_at INTEGER NOT NULL,
    git_ref_type TEXT NOT NULL,
    git_ref_label TEXT NOT NULL,
    env_vars TEXT NOT NULL,
    parameter1 TEXT,
    parameter2 TEXT,
    parameter3 TEXT,
    state TEXT NOT NULL,
    state_message TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS deployments_of_targets ON deployments (target_id, triggered_at);
CREATE TRIGGER IF NOT EXISTS deployments_go_with_what_was_deployed AFTER DELETE ON pipelines
BEGIN
    DELETE FROM deployments WHERE prev_pipeline_id = OLD.id;
END;
"""

STARTED = "STARTED"
FAILED = "FAILED"


@dataclass(frozen=True, kw_only=True)
class Deployment:
    promotion: str
    switch_id: str
    prev_pipeline_id: str
    triggered_by: str
    triggered_at: int
    """In microseconds."""
    git_ref_type: str
    git_ref_label: str
    env_vars: dict[str, str]
    pipeline_id: str = ""
    """Empty for one that was not let through."""
    state_message: str = ""


def record(world: World, target: sqlite3.Row, deployment: Deployment) -> None:
    """Bookmarks are names of parameters; the row keeps the values these had (C 1.10)."""
    bookmarks = [deployment.env_vars.get(target[f"bookmark_parameter{n}"]) for n in (1, 2, 3)]
    world.db.execute(
        "INSERT INTO deployments (id, target_id, promotion, switch_id, prev_pipeline_id,"
        " pipeline_id, triggered_by, triggered_at, git_ref_type, git_ref_label, env_vars,"
        " parameter1, parameter2, parameter3, state, state_message)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            world.uuid(),
            target["id"],
            deployment.promotion,
            deployment.switch_id,
            deployment.prev_pipeline_id,
            deployment.pipeline_id,
            deployment.triggered_by,
            deployment.triggered_at,
            deployment.git_ref_type,
            deployment.git_ref_label,
            json.dumps(deployment.env_vars),
            *bookmarks,
            STARTED if deployment.pipeline_id else FAILED,
            deployment.state_message,
        ),
    )


def of_target(world: World, target_id: str) -> list[sqlite3.Row]:
    """Newest first."""
    query = "SELECT * FROM deployments WHERE target_id = ? ORDER BY triggered_at DESC, number DESC"
    return world.db.execute(query, (target_id,)).fetchall()


def last(world: World, target_id: str) -> sqlite3.Row | None:
    query = (
        "SELECT * FROM deployments WHERE target_id = ?"
        " ORDER BY triggered_at DESC, number DESC LIMIT 1"
    )
    row: sqlite3.Row | None = world.db.execute(query, (target_id,)).fetchone()
    return row
