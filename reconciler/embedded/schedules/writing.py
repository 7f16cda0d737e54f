"""Creating and changing one schedule, with the checks of the model (A 2.2, A 11)."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from reconciler.embedded.schedules import cron, firing, parameters, storage
from reconciler.embedded.schedules.storage import Fields
from reconciler.embedded.store import World

_COLUMN_LIMIT = 255
_LIMITED = ("name", "reference", "at", "pipeline_file")
_CASTED = (*_LIMITED, "description")


class Refused(Exception):
    """The scheduler's sentence, or what it prints where it has none."""


def create(world: World, fields: Fields) -> str:
    required = ["name", "pipeline_file", *(["at"] if fields["recurring"] else [])]
    columns = _casted({"name": "", "pipeline_file": "", "at": "", **fields})
    _check(columns, required, action="insert")
    with world.transaction(), _unique(fields):
        schedule_id = storage.insert(world, _toggled(world, columns, paused_before=False))
        firing.plan(world, schedule_id)
    return schedule_id


def change(world: World, row: sqlite3.Row, fields: Fields, required: tuple[str, ...] = ()) -> None:
    """Keys that are absent from `fields` keep their values; blanks become nothing at all."""
    columns = _casted(fields)
    recurring = columns.get("recurring", bool(row["recurring"]))
    at = [*(["at"] if recurring else [])]
    _check({**dict(row), **columns}, [*required, *at], action="update")
    with world.transaction(), _unique(fields):
        columns = _toggled(world, columns, paused_before=bool(row["paused"]))
        storage.update(world, row["id"], columns)
        firing.plan(world, row["id"])


@contextmanager
def _unique(fields: Fields) -> Iterator[None]:
    """Translate the database's refusal of a second schedule with a name."""
    try:
        yield
    except sqlite3.IntegrityError:
        if "project_name" not in fields:
            # A bulk update does not know the project's name, which the message needs (A 3.2).
            raise Refused("%KeyError{key: :project_name, term: %{...}, message: nil}") from None
        name, project = fields["name"], fields["project_name"]
        message = f"Periodic with name '{name}' already exists for project '{project}'."
        raise Refused(message) from None


def _casted(fields: Fields) -> Fields:
    columns: Fields = {
        key: None if key in _CASTED and value == "" else value for key, value in fields.items()
    }
    if "parameters" in columns:
        try:
            columns["parameters"] = parameters.stored(columns["parameters"])
        except parameters.Malformed as error:
            raise Refused(str(error)) from None
    return columns


def _check(columns: Fields, required: list[str], action: str) -> None:
    blank = [key for key in required if not (columns[key] or "").strip()]
    errors = [f'{key}: {{"can\'t be blank", [validation: :required]}}' for key in blank]
    if columns["at"] and not _is_cron(columns["at"]):
        errors.append('at: {"is not a valid cron expression", []}')
    if len(errors) == 1 and blank:
        raise Refused(f"The '{blank[0]}' parameter can not be empty string.")
    if errors:
        raise Refused(
            f"#Ecto.Changeset<action: :{action}, changes: %{{...}}, errors: [{', '.join(errors)}],"
            " data: #Scheduler.Periodics.Model.Periodics<>, valid?: false>"
        )
    if any("\0" in (columns.get(key) or "") for key in _CASTED):
        raise Refused(
            "%Postgrex.Error{message: nil, postgres: %{code: :character_not_in_repertoire,"
            ' message: "invalid byte sequence for encoding \\"UTF8\\": 0x00"}}'
        )
    if any(len(columns[key] or "") > _COLUMN_LIMIT for key in _LIMITED):
        raise Refused(
            "%Postgrex.Error{message: nil, postgres: %{code: :string_data_right_truncation,"
            ' message: "value too long for type character varying(255)"}}'
        )


def _is_cron(expression: str) -> bool:
    try:
        cron.check(expression)
    except cron.Malformed:
        return False
    return True


def _toggled(world: World, columns: Fields, *, paused_before: bool) -> Fields:
    """Whoever pauses or wakes a schedule is remembered (A 11)."""
    columns = columns | {"requester_id": world.user_id}
    if columns.get("paused", paused_before) == paused_before:
        return columns
    now = world.now().timestamp()
    return columns | {"pause_toggled_by": world.user_id, "pause_toggled_at": now}
