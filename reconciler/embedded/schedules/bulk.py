"""Reconciling all schedules of a project in one transaction (A 3.2)."""

import sqlite3
from collections.abc import Collection

from reconciler.embedded.schedules import cron, storage, writing
from reconciler.embedded.schedules.storage import Fields
from reconciler.embedded.store import World


def reconcile(world: World, project: sqlite3.Row, wanted: list[tuple[str, Fields]]) -> None:
    """Delete the schedules whose id is not in the list, then write each entry in order.

    An entry is an id, empty for a new schedule, and its fields. Nothing is changed when an entry
    is refused (raises writing.Refused).
    """
    existing = {row["id"]: row for row in storage.of_project(world, project["id"], limit=-1)}
    _check(wanted, existing.keys())
    with world.transaction():
        kept = {schedule_id.lower() for schedule_id, _fields in wanted}
        for schedule_id in existing.keys() - kept:
            storage.delete(world, schedule_id)
        for schedule_id, fields in wanted:
            _write(world, project, existing.get(schedule_id.lower()), fields)


def _write(world: World, project: sqlite3.Row, row: sqlite3.Row | None, fields: Fields) -> None:
    if "paused" in fields:  # remembered even where nothing changes
        now = world.now().timestamp()
        fields = fields | {"pause_toggled_by": world.user_id, "pause_toggled_at": now}
    if row is None:
        parent = {"project_id": project["id"], "project_name": project["name"]}
        writing.create(world, fields | parent)
    else:
        writing.change(world, row, fields)


def _check(wanted: list[tuple[str, Fields]], known: Collection[str]) -> None:
    for index, (_schedule_id, fields) in enumerate(wanted):
        for key in ("name", "reference", "pipeline_file"):
            if not fields[key]:
                place = f"Periodic at index {index}"
                raise writing.Refused(f"{place}: '{key}' must be a non-empty string.")
        if fields["recurring"]:
            _check_cron(fields)
    for schedule_id, _fields in wanted:
        if schedule_id and schedule_id.lower() not in known:
            raise writing.Refused(f"Periodic task with ID '{schedule_id}' not found in project")


def _check_cron(fields: Fields) -> None:
    try:
        cron.check(fields["at"])
    except cron.Malformed as error:
        raise writing.Refused(
            f"Invalid cron expression in 'at' field for periodic '{fields['name']}': \"{error}\""
        ) from None
