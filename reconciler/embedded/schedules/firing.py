"""Schedules that start at their time, whoever looks and whenever (A 10)."""

import sqlite3

from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import on_alarm, starting
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.starting import Request, TriggeredBy
from reconciler.embedded.schedules import storage, times, triggers
from reconciler.embedded.store import World

_DAY = 86_400.0


def prepare(_world: World) -> None:
    on_alarm(Alarm.START_SCHEDULE, _start)


def plan(world: World, schedule_id: str) -> None:
    """Decide anew when it is due; whatever was decided before no longer counts."""
    _plan(world, schedule_id, world.now().timestamp())


def _plan(world: World, schedule_id: str, after: float) -> None:
    row = storage.find(world, schedule_id)
    if row is None:
        return
    runs = row["recurring"] and row["at"] and not row["paused"] and not row["suspended"]
    due = times.next_after(row["at"], after) if runs else None
    storage.set_due(world, row["id"], due)
    if due is not None:
        set_alarm(world, due, Alarm.START_SCHEDULE, row["id"])


def _start(world: World, schedule_id: str, at: float) -> None:
    """Of what was missed while nobody looked, no more than the last day is made up for.

    The real scheduler makes up for nothing; but it is there all the time.
    """
    row = storage.find(world, schedule_id)
    if row is None or row["due_at"] != at:
        return
    latest = world.now().timestamp() - _DAY
    if at >= latest:
        _trigger(world, row, at)
    _plan(world, row["id"], max(at, latest))


def _trigger(world: World, row: sqlite3.Row, at: float) -> None:
    values = {p["name"]: p["default_value"] for p in storage.parameters_of(row)}
    values = {name: value for name, value in values.items() if value}
    number = triggers.insert(
        world,
        row,
        reference=row["reference"],
        pipeline_file=row["pipeline_file"] or "",
        parameters=values,
        at=at,
    )
    if projects.find_by_id(world, row["project_id"]) is None:
        missing = f'{{:missing_project, "{row["project_id"]}"}}'
        triggers.failed(world, number, missing, at, final=True)
        return
    wanted = Request(
        project_id=row["project_id"],
        reference=Reference(row["reference"]),
        requester_id=row["requester_id"],
        triggered_by=TriggeredBy.SCHEDULE,
        pipeline_file=row["pipeline_file"] or "",
        parameters=values,
        task_id=row["id"],
        request_token=f"{row['id']}-{number}",
    )
    try:
        started = starting.start_workflow(world, wanted, at)
    except starting.QueueFull as full:
        triggers.failed(world, number, str(full), at)
        return
    triggers.passed(world, number, started.wf_id, at)
