"""The schedules of a project as its `tasks` or `schedulers` (A 2.2, A 3)."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from reconciler.embedded.projects.reading import (
    Wish,
    boolean,
    elements,
    member,
    string,
    string_or_blank,
    strings,
)
from reconciler.embedded.schedules import bulk, references, storage
from reconciler.embedded.schedules.storage import Fields
from reconciler.embedded.store import World

Entries = list[tuple[str, Fields]]

_STATUS = {"ACTIVE": False, "INACTIVE": True}


def read(wish: Wish) -> tuple[Entries, Entries]:
    """The wanted tasks and schedulers; tasks, if there are any, hide the schedulers."""
    schedulers = [_scheduler(raw) for raw in wish.raw_schedulers]
    tasks = [_task(raw) for raw in wish.raw_tasks]
    return tasks, [] if tasks else schedulers


def write(world: World, project: sqlite3.Row, tasks: Entries, schedulers: Entries) -> None:
    """Raises writing.Refused; an installation may leave tasks alone unless some are given."""
    if not tasks and world.settings.skip_schedulers:
        return
    bulk.reconcile(world, project, tasks or schedulers)


def shown(rows: Iterable[sqlite3.Row], *, just_run: bool) -> dict[str, list[dict[str, Any]]]:
    if just_run:
        return {"schedulers": [], "tasks": [_shown_task(row) for row in rows]}
    return {"schedulers": [_shown_scheduler(row) for row in rows], "tasks": []}


def _scheduler(raw: Any) -> tuple[str, Fields]:
    return string_or_blank(member(raw, "id")), _common(raw) | {
        "recurring": True,
        "description": "",
        "parameters": [],
    }


def _task(raw: Any) -> tuple[str, Fields]:
    return string_or_blank(member(raw, "id")), _common(raw) | {
        "recurring": boolean(member(raw, "scheduled"), default=True),
        "description": string_or_blank(member(raw, "description")),
        "parameters": [_parameter(item) for item in elements(member(raw, "parameters"))],
    }


def _common(raw: Any) -> Fields:
    fields: Fields = {
        "name": string(member(raw, "name")),
        "reference": references.of_project_task(_branch(raw)),
        "at": string(member(raw, "at")),
        "pipeline_file": string(member(raw, "pipeline_file")),
    }
    status = member(raw, "status")
    if isinstance(status, str) and status in _STATUS:
        fields["paused"] = _STATUS[status]
    return fields


def _branch(raw: Any) -> str:
    """The nested `reference` of answers is not read, only a flat pair (A 2.2)."""
    branch = member(raw, "branch")
    if branch is not None and branch is not False:
        return string(branch)
    name = member(raw, "reference_name")
    prefix = {"branch": references.HEADS, "tag": references.TAGS}
    kind = member(raw, "reference_type")
    if not isinstance(kind, str) or kind not in prefix:
        return ""
    return prefix[kind] + ("" if name is None else str(name))


def _parameter(raw: Any) -> Fields:
    return {
        "name": string(member(raw, "name")),
        "required": boolean(member(raw, "required"), default=False),
        "description": string_or_blank(member(raw, "description")),
        "default_value": string_or_blank(member(raw, "default_value")),
        "options": strings(member(raw, "options")),
        "regex_pattern": string_or_blank(member(raw, "regex_pattern")),
        "validate_input_format": boolean(member(raw, "validate_input_format"), default=False),
    }


def _shown_scheduler(row: sqlite3.Row) -> dict[str, Any]:
    branch = references.branch_of(row["reference"])
    if branch is None:
        branch = row["reference"]
    entry = {
        "id": row["id"],
        "name": row["name"] or "",
        "branch": branch,
        "at": row["at"] or "",
        "pipeline_file": row["pipeline_file"] or "",
        "status": "INACTIVE" if row["paused"] else "ACTIVE",
    }
    for kind, prefix in (("tag", references.TAGS), ("branch", references.HEADS)):
        if branch.startswith(prefix):
            entry["reference"] = {"type": kind, "name": branch.removeprefix(prefix)}
    return entry


def _shown_task(row: sqlite3.Row) -> dict[str, Any]:
    return _shown_scheduler(row) | {
        "description": row["description"] or "",
        "scheduled": bool(row["recurring"]),
        "parameters": storage.parameters_of(row),
    }
