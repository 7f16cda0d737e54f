"""The third side: what we last applied, held against what is declared and what is."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.model import FieldChange, Live, Memory, Record, Sealed, Spec
from reconciler.model.plan import CHANGED_BOTH, CHANGED_HERE, CHANGED_OUTSIDE
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import compare, found, order_of, visible
from reconciler.planning.recognise import Judge


def judge_of(memory: Memory, record: Record | None, live: Live) -> Judge:
    """Return what tells hidden secret values apart by what we wrote there (B 2.7).

    The hash of another value than declared means we have to write. The hash of the same value
    means nothing has to be done, provided nobody wrote since.
    """

    def judge(path: str, wanted: Sealed) -> bool | None:
        then = record.secrets.get(path, "") if record else ""
        now = memory.hash_of(wanted)
        if not then or not now:
            return None
        if then != now:
            return False
        return True if record and untouched(record, live) else None

    return judge


def untouched(record: Record, live: Live) -> bool:
    """Whether nobody wrote the object since we did, as far as the server's answers tell."""
    return bool(live.id) and record.id == live.id and record.revision == live.revision


def moved(planned: Live, fresh: Live) -> tuple[str, ...]:
    """Return what of an object is no longer as it was when it was planned, () if nothing.

    Fields that were not read for the plan are not compared. Where values are hidden, only the
    revision tells that they were written.
    """
    then = _filled(planned.spec, fresh.spec)
    fields = () if then == fresh.spec else compare(then, fresh.spec)
    paths = tuple(field.path for field in fields)
    if not paths and fresh.fixed and planned.revision != fresh.revision:
        return ("its secret values",)
    return paths


def _filled(planned: Spec, fresh: Spec) -> Spec:
    changes: dict[str, Any] = {}
    for name, value in planned:
        there = getattr(fresh, name)
        if value is None and there is not None:
            changes[name] = there
        elif isinstance(value, Spec) and isinstance(there, Spec):
            filled = _filled(value, there)
            if filled is not value:
                changes[name] = filled
    return planned.having(changes)


def attributed(
    fields: tuple[FieldChange, ...], record: Record | None, memory: Memory, wanted: Spec
) -> tuple[FieldChange, ...]:
    """Say of each difference who made it; ``wanted`` has the declared secret values."""
    if record is None or not fields:
        return fields
    now = {path: memory.hash_of(sealed) for path, sealed in sealed_in(wanted)}
    return tuple(replace(field, cause=_cause(field, record, now)) for field in fields)


def _cause(field: FieldChange, record: Record, now: Mapping[str, str]) -> str:
    then = found(record.shown, field.path)
    if field.secret and then is not None and None not in (field.before, field.after):
        return _secret_cause(record.secrets.get(field.path, ""), now.get(field.path, ""))
    if field.secret:  # the item came or went; the words for its value say nothing
        here = (then is None) == (field.before is None)
        return CHANGED_HERE if here else CHANGED_OUTSIDE
    lists = isinstance(field.before, list) and isinstance(field.after, list)
    if isinstance(then, Mapping) and lists:
        return ""  # another order, which is not remembered of items with unique keys
    if isinstance(then, list) and any(isinstance(item, Mapping) for item in then):
        then = order_of(then)
    if then == field.before:
        return CHANGED_HERE
    return CHANGED_OUTSIDE if then == field.after else CHANGED_BOTH


def _secret_cause(then: str, now: str) -> str:
    """Compare what we wrote with what is declared; "" where one of them is not known."""
    if not then or not now:
        return ""
    return CHANGED_OUTSIDE if then == now else CHANGED_HERE


def reason_of(fields: tuple[FieldChange, ...]) -> str:
    """Return one line for all fields, "" where nothing is remembered."""
    causes = {field.cause for field in fields} - {""}
    if len(causes) == 1:
        return causes.pop()
    return CHANGED_BOTH if causes else ""


def record_of(live: Live, wrote: Spec, memory: Memory, *, protect: bool) -> Record:
    """Return what to remember of an object as it was read back.

    ``wrote`` is the value that was sent, with the secrets in hand; those the server held before
    and we did not send are not remembered.
    """
    secrets = {
        path: hashed for path, sealed in sealed_in(wrote) if (hashed := memory.hash_of(sealed))
    }
    return Record(live.address, live.id, live.revision, visible(live.spec), secrets, protect)


def adopted(live: Live, record: Record | None, *, protect: bool) -> Record | None:
    """Return what to remember of an object found as declared; None if that is remembered already.

    Hidden values stay as they were remembered: that they are as declared was not seen. Where
    others wrote since, there is no revision: those values never count as equal any more, but
    another value than we last wrote is still known to be another.
    """
    shown: Mapping[str, Any] = visible(live.spec)
    if record is None:
        return Record(live.address, live.id, live.revision, shown, {}, protect)
    if (record.id, record.protect, record.shown) == (live.id, protect, shown):
        return None
    revision = live.revision if untouched(record, live) or not record.secrets else ""
    return Record(live.address, live.id, revision, shown, record.secrets, protect)
