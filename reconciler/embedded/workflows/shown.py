"""Workflows as they are shown; they have no state of their own (D 10.1)."""

import sqlite3
from typing import Any

from reconciler.embedded.runs.listing import encoded
from reconciler.embedded.runs.starting import TriggeredBy
from reconciler.embedded.store import World


def described(world: World, row: sqlite3.Row) -> dict[str, Any]:
    """A single one, where the trigger has a name."""
    return _shown(world, row) | {"triggered_by": TriggeredBy(row["triggered_by"]).name}


def listed(world: World, row: sqlite3.Row) -> dict[str, Any]:
    """One of a list, where the trigger is a number."""
    return _shown(world, row) | {"triggered_by": row["triggered_by"]}


def _shown(world: World, row: sqlite3.Row) -> dict[str, Any]:
    copied = (
        *("initial_ppl_id", "project_id", "requester_id", "hook_id", "branch_id"),
        *("repository_id", "branch_name", "commit_sha", "rerun_of"),
    )
    return {
        "wf_id": row["id"],
        "created_at": encoded(row["created_at"]),
        "organization_id": world.org_id,
        **{name: row[name] for name in copied},
    }
