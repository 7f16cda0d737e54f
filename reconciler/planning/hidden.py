"""The one decision about values that Semaphore hides: as declared, to be written, or not known."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from reconciler.model import FieldChange, Live, Memory, Record, Sealed
from reconciler.model.hidden import ValueState

Judge = Callable[[str, Sealed], ValueState]
"""Asked with path and wanted value of a secret that can't be compared."""


def unremembered(_path: str, _wanted: Sealed) -> ValueState:
    """Judge without a memory."""
    return ValueState.UNKNOWN


def judge_of(memory: Memory, record: Record | None, live: Live, *, rewrite: bool = False) -> Judge:
    """Return what tells hidden values apart by what we wrote or found declared there."""

    told = told_in(record)

    def judge(path: str, wanted: Sealed) -> ValueState:
        if rewrite:
            return ValueState.REWRITE
        if record is None or path not in told:
            return ValueState.UNKNOWN
        holds = memory.hashes.is_value(told[path], wanted)
        if holds is False:
            return ValueState.CHANGED_HERE
        same = untouched(record, live)
        if same is False:
            return ValueState.WRITTEN_OUTSIDE
        if same is None or holds is None or path in record.begun:
            return ValueState.UNKNOWN
        return ValueState.SAME if path in record.secrets else ValueState.ASSUMED

    return judge


def told_in(record: Record | None) -> dict[str, str]:
    """Return, by path, the hashes of the values that were written, begun or assumed."""
    return {**record.assumed, **record.begun, **record.secrets} if record else {}


def untouched(record: Record, live: Live) -> bool | None:
    """Whether nobody wrote the object since we did; None where the server does not tell."""
    if not live.id or not record.is_of(live):
        return False
    return record.revision == live.revision if live.revision else None


def attributed(
    fields: Iterable[FieldChange], hidden: Mapping[str, ValueState]
) -> tuple[FieldChange, ...]:
    """Say of each hidden value that is to be written why; leave all other fields as they are."""
    return tuple(
        replace(field, cause=str(hidden[field.path])) if field.path in hidden else field
        for field in fields
    )
