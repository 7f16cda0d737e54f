"""Retention policies in the database: three lists of rules a project (C 4)."""

import json

from reconciler.embedded.retention.rules import LEVELS, Levels, Rule
from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS retention_policies (
    project_id TEXT PRIMARY KEY,
    levels TEXT NOT NULL
);
CREATE TRIGGER IF NOT EXISTS retention_policies_go_with_their_project
AFTER UPDATE OF deleted_at ON projects WHEN NEW.deleted_at IS NOT NULL
BEGIN
    DELETE FROM retention_policies WHERE project_id = NEW.id;
END;
"""


def find(world: World, project_id: str) -> Levels:
    """A project that never had a policy has an empty one (C 4.2)."""
    row = world.db.execute(
        "SELECT levels FROM retention_policies WHERE project_id = ?", (project_id,)
    ).fetchone()
    kept = json.loads(row["levels"]) if row else {}
    return {level: [Rule(*rule) for rule in kept.get(level, [])] for level in LEVELS}


def replace(world: World, project_id: str, levels: Levels) -> None:
    kept = {
        level: [(rule.selector, rule.seconds) for rule in rules] for level, rules in levels.items()
    }
    world.db.execute(
        "INSERT OR REPLACE INTO retention_policies VALUES (?, ?)", (project_id, json.dumps(kept))
    )
