"""What is known of steps that a run began and did not do, and how the next makes use of it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.kind import normal
from reconciler.kinds.twins import bare
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    DesiredState,
    Intended,
    Live,
    LiveState,
    Memory,
    Plan,
    Record,
    Sealed,
    Spec,
)
from reconciler.model.beyond import hollow
from reconciler.planning.created import can_be_ours
from reconciler.planning.overlay import overlay
from reconciler.planning.remember import seen


def kept(change: Change, memory: Memory) -> Mapping[str, Any]:
    """Return what an object that is about to be deleted and created again has and is to keep.

    No secret values: of those a replacement has all in hand. Of what this version does not know
    only the form. If an earlier run came no further
    than to delete it, what that run wrote down goes on to be kept.
    """
    if change.action is Action.REPLACE and change.live is not None:
        shown: Mapping[str, Any] = _shown(change.live.spec)
        return shown
    if change.action is Action.CREATE and change.address in memory.intended:
        return memory.intended[change.address].kept
    return {}


def _shown(value: Any) -> Any:
    if isinstance(value, Spec):
        known = {name: _shown(inner) for name, inner in value if not _is_secret(inner)}
        return {key: hollow(inner) for key, inner in value.beyond.items()} | known
    return [_shown(inner) for inner in value] if isinstance(value, tuple) else value


def _is_secret(value: Any) -> bool:
    """Whether it is a secret value, or without one can't be read again."""
    if isinstance(value, tuple):
        return any(map(_is_secret, value))
    if isinstance(value, Spec):
        fields = type(value).model_fields
        return any(isinstance(v, Sealed) and fields[name].is_required() for name, v in value)
    return isinstance(value, Sealed)


def shown_last(address: Address, desired: Desired, live: LiveState, memory: Memory) -> Spec | None:
    """Return an object as it is shown, or its form if a run deleted it to create it again."""
    there = live.objects.get(desired.former) or live.objects.get(address)
    if there is not None:
        return there.verbatim or there.spec
    intended = memory.intended.get(address)
    if intended is None or not intended.kept:
        return None
    return KINDS[address.kind].observed(dict(intended.kept))


def restored(state: DesiredState, live: LiveState, memory: Memory) -> DesiredState:
    """Let objects that a run deleted and did not create again, or not in full, have what they had.

    ``memory``: as it was before that run.
    """
    objects = dict(state.objects)
    for address, intended in memory.intended.items():
        desired, there = objects.get(address), live.objects.get(address)
        if desired is None or desired.rules.absent or not intended.kept:
            continue
        if there is None or _may_have_made(intended, desired, there, memory):
            objects[address] = _as_intended(intended, desired)
    return replace(state, objects=objects)


def unfinished(state: DesiredState, live: LiveState, memory: Memory) -> dict[Address, Record]:
    """Return what can be remembered of objects whose creation was cut off, and that are there.

    Whose hidden values they have is not known where nobody saw an answer, and others may have made
    them. What was intended is remembered, so that another value is a change.
    """
    found: dict[Address, Record] = {}
    for address, intended in memory.intended.items():
        desired, there = state.objects.get(address), live.objects.get(address)
        if desired is None or there is None or not (there.fixed and intended.secrets):
            continue
        if _may_have_made(intended, desired, there, memory):
            how = "secrets" if proven(intended, there) else "begun"
            found[address] = seen(there, desired, **{how: intended.secrets})
    return found


def _may_have_made(intended: Intended, desired: Desired, there: Live, memory: Memory) -> bool:
    """Whether what is there may be what a step made of which nobody saw the end.

    Something else has the name if it differs in what shows: it is what others made since.
    """
    known = memory.records.get(desired.address)
    if intended.action not in (Action.CREATE, Action.REPLACE) or intended.uncreated:
        return False
    if intended.made:
        return intended.made == there.id
    if known is not None and known.is_of(there):
        return False
    return can_be_ours(_as_intended(intended, desired), there)


def proven(intended: Intended, there: Live) -> bool:
    """Whether an answer told that the step made just this, and nobody wrote it since."""
    return bool(intended.made_at) and (intended.made, intended.made_at) == (
        there.id,
        there.revision,
    )


def _as_intended(intended: Intended, desired: Desired) -> Desired:
    """Return what is declared with all that the object had before."""
    if not intended.kept:
        return desired
    before = bare(KINDS[desired.address.kind].observed(dict(intended.kept)))
    spec = overlay(before, desired.spec, desired.rules.ignore).spec.mentioned()
    return replace(desired, spec=normal(spec))


def adopted(
    decided: Plan, found: Mapping[Address, Record], live: LiveState, memory: Memory
) -> Plan:
    """Return a plan that remembers all objects that are as declared, and so closes what was begun.

    That what is there was made by a run that was cut off is likely and not known: it is adopted.
    """
    settled = {*decided.unchanged, *decided.uncompared}
    made = {address: record for address, record in found.items() if address in settled}
    begun = memory.records.keys() & memory.intended.keys() & settled
    known = {address: memory.records[address] for address in begun} | made
    known |= {record.address: record for record in decided.remember}
    perhaps = {address: live.objects[address] for address, one in found.items() if one.begun}
    return replace(
        decided,
        remember=tuple(record for _, record in sorted(known.items())),
        adopted=dict(sorted({**decided.adopted, **perhaps}.items())),
    )
