"""The third side: what we last applied, held against what is declared and what is."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from reconciler.kinds.kind import refs
from reconciler.model import Address, Desired, FieldChange, Live, Memory, Record, Spec
from reconciler.model.hidden import ValueState
from reconciler.model.items import labels_shown
from reconciler.model.literal import UUID
from reconciler.model.plan import CHANGED_BOTH, CHANGED_HERE, CHANGED_OUTSIDE
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import UNSHOWN, compare, found, visible
from reconciler.planning.hidden import told_in, untouched

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_NOTHING: Final[tuple[object, ...]] = (None, "", [], {})
"""What stands for a secret value that is not there."""


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
    fields: tuple[FieldChange, ...],
    record: Record | None,
    memory: Memory,
    *,
    wanted: Spec,
    live: Spec,
) -> tuple[FieldChange, ...]:
    """Say of each difference who made it; ``wanted`` has the declared secret values."""
    if record is None or not record.shown or not fields:  # of some it is known only that they are
        return fields
    now, there = (_same_as_written(record, memory, side) for side in (wanted, live))
    return tuple(replace(field, cause=_cause(field, record, now, there)) for field in fields)


def _same_as_written(record: Record, memory: Memory, side: Spec) -> dict[str, bool]:
    """Return, by path, whether a secret value is the one that we wrote, where that is known."""
    found = {p: memory.hashes.is_value(record.secrets.get(p, ""), v) for p, v in sealed_in(side)}
    return {path: same for path, same in found.items() if same is not None}


def _cause(
    field: FieldChange, record: Record, now: Mapping[str, bool], there: Mapping[str, bool]
) -> str:
    if field.before is UNSHOWN:
        return ""
    then, path = found(record.shown, field.path), field.path
    if field.secret and not any(side in _NOTHING for side in (then, field.before, field.after)):
        return _secret_cause(now.get(path), there.get(path))
    if field.secret:  # the item came or went; the words for its value say nothing
        here = (then in _NOTHING) == (field.before in _NOTHING)
        return CHANGED_HERE if here else CHANGED_OUTSIDE
    lists = isinstance(field.before, list) and isinstance(field.after, list)
    if isinstance(then, Mapping) and lists:
        return ""  # another order, which is not remembered of items with unique keys
    if isinstance(then, list) and any(isinstance(item, Mapping) for item in then):
        then = labels_shown(then)
    if then == field.before:
        return CHANGED_HERE
    # an id that led to no name may be that of the one we wrote
    nameless = isinstance(field.before, str) and UUID.fullmatch(field.before)
    moved = CHANGED_OUTSIDE if then == field.after else CHANGED_BOTH
    return "" if nameless else moved


def _secret_cause(now: bool | None, there: bool | None) -> str:
    """Tell by whether what is declared, and what the server shows, is what we wrote."""
    if now is None:
        return ""
    if now:
        return CHANGED_OUTSIDE
    return CHANGED_BOTH if there is False else CHANGED_HERE


def reason_of(fields: tuple[FieldChange, ...]) -> str:
    """Return one line for all fields, "" where nothing is remembered."""
    causes = {field.cause for field in fields} - {""}
    if len(causes) == 1:
        return causes.pop()
    return CHANGED_BOTH if causes else ""


def record_of(live: Live, desired: Desired, wrote: Spec, memory: Memory) -> Record:
    """Return what to remember of an object as it was read back.

    ``wrote`` is the value that was sent, with the secrets in hand; those the server held before
    and we did not send are not remembered.
    """
    hashes = hashes_of(wrote, memory, live.address, live.id, live.revision)
    return seen(live, desired, secrets=hashes)


def answered(
    desired: Desired, id_: str, revision: str, hashes: Mapping[str, str], home: str
) -> Record:
    """Return what to remember of an object whose create was answered, and that was not seen since.

    It is ours by that id. ``revision``: that of the answer, "" where more was written since, so
    that nothing tells which values it has. ``home``: the id of the project that it was made in.
    """
    secrets, begun = (hashes, _NONE) if revision else (_NONE, hashes)
    found = Record(desired.address, id_, revision, secrets=secrets, begun=begun, home=home)
    return _declared(found, desired)


def hashes_of(
    spec: Spec,
    memory: Memory,
    address: Address,
    *when: str,
    known: Mapping[str, str] = MappingProxyType({}),
) -> dict[str, str]:
    """Return the hashes of the values in hand, by path.

    ``when``: what no other writing of the object has. ``known``: hashes that stay, see Hashes.
    """
    about = (address.kind, address.project, address.name, *when)
    return memory.hashes.of(sealed_in(spec), *about, known=known)


def seen(
    live: Live,
    desired: Desired,
    *,
    secrets: Mapping[str, str] = _NONE,
    assumed: Mapping[str, str] = _NONE,
    begun: Mapping[str, str] = _NONE,
) -> Record:
    """Return what to remember of an object as it is; the hashes are as Record has them."""
    found = Record(
        live.address,
        live.id,
        live.revision,
        visible(live.spec),
        secrets,
        assumed=assumed,
        begun=begun,
        home=live.home,
        refers=live.refers,
    )
    return _declared(found, desired)


def _declared(record: Record, desired: Desired) -> Record:
    """Return the same with what outlives the manifest."""
    return replace(
        record,
        protect=bool(desired.rules.protect),
        file=desired.file,
        mentioned=desired.mentioned,
        entry=desired.entry,
        forget=desired.rules.forget,
    )


def found_as_declared(  # noqa: PLR0913, PLR0917 — what is known of one object, from every side
    live: Live,
    desired: Desired,
    record: Record | None,
    wanted: Spec,
    hidden: Mapping[str, ValueState],
    memory: Memory,
) -> Record | None:
    """Return what to remember of an object found as declared; None if that is remembered already.

    Of hidden values that nothing is known of, what is declared is remembered as assumed; of shown
    ones it is what is there. Where others wrote since, what was known of other values is forgotten.
    """
    when, told = (live.id, live.revision), told_in(record)
    declared = hashes_of(wanted, memory, live.address, *when, known=told)
    ours = record is not None and record.is_of(live)
    there = {p for p in declared if hidden.get(p, ValueState.SAME) is ValueState.SAME}
    unseen = {ValueState.ASSUMED} if ours else {ValueState.ASSUMED, ValueState.UNKNOWN}
    assumed = {path for path in declared if hidden.get(path) in unseen}
    same = record is not None and untouched(record, live)
    known = None if same is False else record
    now = seen(
        live,
        desired,
        secrets={**(known.secrets if known else {}), **{p: declared[p] for p in there}},
        assumed={**(known.assumed if known else {}), **{p: declared[p] for p in assumed}},
        begun=known.begun if known else {},
    )
    if record is not None and ours:
        now = replace(now, refers={**_meant_still(record, desired, live), **now.refers})
    if record is not None and same is None:  # a later answer may tell that nobody wrote it
        now = replace(now, revision=record.revision)
    return None if record is not None and _tell_the_same(record, now) else now


def _meant_still(record: Record, desired: Desired, live: Live) -> dict[str, str]:
    """Return the projects that a manifest names, by the ids they had, and what is there does not.

    They are gone, or were left to others: whoever has such a name since is not meant.
    """
    named = {name for ref, name in refs(desired.spec) if ref.kind == "Project"}
    return {
        name: id_
        for name, id_ in record.refers.items()
        if name in named and name not in live.refers
    }


def _tell_the_same(old: Record, new: Record) -> bool:
    """Whether nothing is lost by keeping the old one: a revision counts for hidden values only."""
    plain = replace(old, revision="") == replace(new, revision="")
    return plain and (old.revision == new.revision or not (new.secrets or new.assumed or new.begun))
