"""Schedules as the scheduler's API shows them (A 12)."""

import sqlite3
from typing import Any

from reconciler.embedded.schedules import references, storage
from reconciler.embedded.store import World


def schedule(world: World, row: sqlite3.Row) -> dict[str, Any]:
    described = {
        "id": row["id"],
        "name": row["name"] or "",
        "description": row["description"] or "",
        "project_id": row["project_id"],
        "organization_id": world.org_id,
        "requester_id": row["requester_id"],
        "reference": row["reference"],
        "at": row["at"] or "",
        "pipeline_file": row["pipeline_file"] or "",
        "recurring": bool(row["recurring"]),
        "paused": bool(row["paused"]),
        "suspended": bool(row["suspended"]),
        "parameters": storage.parameters_of(row),
        "pause_toggled_by": row["pause_toggled_by"],
        "pause_toggled_at": storage.shown_time(row["pause_toggled_at"]),
        "inserted_at": storage.shown_time(row["inserted_at"]),
        "updated_at": storage.shown_time(row["updated_at"]),
    }
    branch = references.branch_of(row["reference"])
    return described if branch is None else described | {"branch": branch}
