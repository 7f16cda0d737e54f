"""Running a schedule now, with other values than its own where asked to (A 9)."""

import sqlite3
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import starting
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.runs.starting import Request, TriggeredBy
from reconciler.embedded.schedules import parameters, references, storage, triggers
from reconciler.embedded.store import World
from reconciler.embedded.verification import internal_error, refused

_PREFIXES = {"BRANCH": references.HEADS, "TAG": references.TAGS}


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
        raise refused(400, "Branch '' does not exist in the repository")
    now = world.now().timestamp()
    number = triggers.insert(
        world,
        row,
        reference=reference,
        pipeline_file=pipeline_file,
        parameters=values,
        at=now,
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
    return _started(world, number, wanted, now)


def _started(world: World, number: int, wanted: Request, now: float) -> str:
    try:
        started = starting.start_workflow(world, wanted, now)
    except starting.QueueFull as full:
        triggers.failed(world, number, str(full), now)
        raise refused(400, str(full)) from None
    triggers.passed(world, number, started.wf_id, now)
    return started.wf_id


def _reference(params: Params) -> str:
    """A full reference, or nothing where the schedule's own counts."""
    asked = params.get("reference")
    if asked in (None, False):
        branch = params.get("branch")
        if branch in (None, False):
            return ""
        asked = {"type": "BRANCH", "name": branch}
    kind, name = (asked.get("type"), asked.get("name")) if isinstance(asked, dict) else (None, None)
    if isinstance(asked, dict) and "type" in asked and kind not in _PREFIXES:
        raise refused(400, "Reference type must be 'BRANCH' or 'TAG'")
    if kind is None or not isinstance(name, str):
        raise refused(400, "Reference must contain 'type' and 'name' fields")
    if not name.strip():
        raise refused(400, "Reference name cannot be empty")
    return f"{_PREFIXES[kind]}{name}"


def _given(parameters: Any) -> dict[str, str]:
    if not isinstance(parameters, dict):
        raise Crash("parameters that are no map")
    values = {name: "" if value is None else value for name, value in parameters.items()}
    if not all(isinstance(value, str) for value in values.values()):
        raise internal_error()
    return {name: value.strip() for name, value in values.items()}


def _values(declared: list[storage.Fields], given: dict[str, str]) -> dict[str, str]:
    """Only declared parameters count; a blank value means the default."""
    values: dict[str, str] = {}
    for parameter in declared:
        name = parameter["name"]
        value = given.get(name) or parameter["default_value"]
        if value:
            _check_format(parameter, value, is_default=not given.get(name))
            values[name] = value
        elif parameter["required"]:
            raise refused(400, f"Parameter '{name}' is required.")
    return values


def _check_format(parameter: storage.Fields, value: str, *, is_default: bool) -> None:
    if not parameter["validate_input_format"] or parameters.fits(parameter, value):
        return
    what = f"Parameter '{parameter['name']}'"
    if is_default:
        what += " default value does not match required format;"
        raise refused(400, f"{what} provide an explicit value or fix the default.")
    raise refused(400, f"{what} value does not match required format.")


def _text(params: Params, name: str) -> str:
    value = params.get(name, "")
    if not isinstance(value, str):
        raise internal_error()
    return value
