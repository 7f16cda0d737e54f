"""Targets as they are shown (C 1.2)."""

import json
import sqlite3
from datetime import UTC, datetime
from typing import Any

from reconciler.embedded.people import storage as people
from reconciler.embedded.store import World
from reconciler.embedded.targets.draft import TEXTS
from reconciler.embedded.targets.lifecycle import state


def shape(world: World, row: sqlite3.Row) -> dict[str, Any]:
    fields = {
        **{name: row[name] for name in TEXTS},
        "active": not row["cordoned"],
        "created_at": _time(row["created_at"]),
        "created_by": row["created_by"],
        "id": row["id"],
        "last_deployment": None,
        "object_rules": json.loads(row["object_rules"]),
        "organization_id": world.org_id,
        "project_id": row["project_id"],
        "state": state(row),
        "state_message": row["state_message"],
        "subject_rules": _subjects(world, row),
        "updated_at": _time(row["updated_at"]),
        "updated_by": row["updated_by"],
    }
    return dict(sorted(fields.items()))


def _subjects(world: World, row: sqlite3.Row) -> list[dict[str, str]]:
    """Users with their login, looked up now and left out if it is not found (C 1.5)."""
    rules: list[dict[str, str]] = json.loads(row["subject_rules"])
    if not any(rule["type"] == "USER" for rule in rules):
        return rules
    logins = {member["id"]: member["login"] for member in people.members(world, row["project_id"])}
    return [
        rule | {"git_login": logins[rule["subject_id"]]}
        if rule["type"] == "USER" and rule["subject_id"] in logins
        else rule
        for rule in rules
    ]


def _time(seconds: float) -> str:
    """Whole seconds, though six digits are shown (C 1.2)."""
    return f"{datetime.fromtimestamp(int(seconds), tz=UTC):%Y-%m-%dT%H:%M:%S}.000000Z"
