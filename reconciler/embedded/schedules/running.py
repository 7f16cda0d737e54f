"""Running a schedule now, with other values than its own where asked to (A 9)."""

import sqlite3
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import starting
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.starting import Request, TriggeredBy
from reconciler.embedded.schedules import references, storage, triggers
from reconciler.embedded.store import World
from reconciler.embedded.verification import internal_error, refused


def run_now(world: World, row: sqlite3.Row, params: Params) -> str:
    """The id of the workflow."""
    reference = _reference(params) or row["reference"]
    asked_file = _text(params, "pipeline_file")
    given = _given(params.get("parameters", {}))
    if row["pipeline_file"] is None and not asked_file:
        raise refused(400, "You have to provide pipeline file for this task")
    # A name of one character counts as none.
    pipeline_file = asked_file if len(asked_file) > 1 else row["pipeline_file"] or ""
    values = _values(storage.parameters_of(row), given)
    if row["suspended"]:
        raise refused(400, "The organization is supended.")
    if reference == references.HEADS:
        raise refused(400, f"Cannot find git reference {reference}.")
    number = triggers.insert(
        world,
        row,
        reference=reference,
        pipeline_file=pipeline_file,
        parameters=values,
        requester_id=world.user_id,
    )
    wanted = Request(
        project_id=row["project_id"],
        reference=Reference(reference),
        requester_id=world.user_id,
        triggered_by=TriggeredBy.MANUAL_RUN,
        pipeline_file=pipeline_file,
        parameters=values,
        task_id=row["id"],
        request_token=f"{row['id']}-{number}",
    )
    return _started(world, number, wanted)


def _started(world: World, number: int, wanted: Request) -> str:
    try:
        started = starting.start_workflow(world, wanted)
    except starting.QueueFull as full:
        triggers.failed(world, number, str(full))
        raise refused(400, str(full)) from None
    triggers.passed(world, number, started.wf_id)
    return started.wf_id


def _reference(params: Params) -> str:
    """A full reference, or nothing where the schedule's own counts."""
    if "reference" not in params:
        branch = _text(params, "branch")
        return f"{references.HEADS}{branch}" if branch else ""
    asked = params["reference"]
    if not isinstance(asked, dict) or not {"type", "name"} <= asked.keys():
        raise refused(400, "Reference must contain 'type' and 'name' fields")
    kind, name = _text(asked, "type").upper(), _text(asked, "name")
    prefixes = {"BRANCH": references.HEADS, "TAG": references.TAGS}
    if kind not in prefixes:
        raise Crash("a type of reference without a clause")
    return f"{prefixes[kind]}{name}" if name else ""


def _given(parameters: Any) -> dict[str, str]:
    if not isinstance(parameters, dict):
        raise Crash("parameters that are no map")
    values = {name: "" if value is None else value for name, value in parameters.items()}
    if not all(isinstance(value, str) for value in values.values()):
        raise internal_error()
    return {name: value.strip() for name, value in values.items()}


def _values(parameters: list[storage.Fields], given: dict[str, str]) -> dict[str, str]:
    """Only declared parameters count; a blank value means the default."""
    values: dict[str, str] = {}
    for parameter in parameters:
        name = parameter["name"]
        value = given.get(name) or parameter["default_value"]
        if value:
            values[name] = value
        elif parameter["required"]:
            raise refused(400, f"Parameter '{name}' is required.")
    return values


def _text(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str):
        raise internal_error()
    return value
