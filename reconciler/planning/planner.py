"""Two states and a policy make one plan."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    DesiredState,
    Live,
    LiveState,
    Memory,
    Place,
    Plan,
    Problem,
    Record,
    Refusal,
    Severity,
)
from reconciler.planning.decide import FORGETFUL, Decision, decide
from reconciler.planning.graph import ordered
from reconciler.planning.names import former
from reconciler.planning.policy import Policy, protected, refusals, stays
from reconciler.planning.remember import adopted
from reconciler.planning.renames import lookalikes
from reconciler.planning.uprooted import warnings, without_project

_WITH_PROJECT: Final = "made anew with its project"
_OTHER_ID: Final = "a project it refers to gets another id"


@dataclass(frozen=True, slots=True)
class _Found:
    """What planning one object came to."""

    change: Change | None = None
    unchanged: Address | None = None
    unknown: tuple[str, ...] = ()
    notes: tuple[Problem, ...] = ()
    refusal: Refusal | None = None
    remember: Record | None = None


def plan(
    desired: DesiredState,
    live: LiveState,
    policy: Policy,
    memory: Memory = FORGETFUL,
    guarded: Collection[Address] = (),
) -> Plan:
    """Return what has to be done for ``live`` to be as ``desired``.

    Pure: same states, same plan, whatever their order. What is not allowed is in the plan too,
    with its refusal. ``memory`` holds what we applied before, of what this run may touch only.
    ``guarded``: what is protected and there, whether this run may touch it or not.
    """
    held = {*guarded, *(protected(desired, memory) & live.objects.keys())}
    there: Mapping[Address, Live] = live.objects
    anew: dict[str, str] = {}
    found: list[_Found] = []
    objects = sorted(desired.objects.items(), key=lambda item: (item[0].kind != "Project", item[0]))
    for address, declared in objects:
        reason = anew.get(address.project, "")
        if address in there and there[address] is not live.objects[address]:
            reason = _OTHER_ID
        one = _one(declared, there, policy, memory, reason)
        found.append(one)
        change = one.change
        if address.kind == "Project" and change and change.action is Action.CREATE:
            anew[address.name] = "new"
        if address.kind == "Project" and change and change.action is Action.REPLACE:
            there = without_project(there, address.name, change.live.id if change.live else "")
            anew[address.name] = _WITH_PROJECT
    changes = [one.change for one in found if one.change]
    orphans: list[Live] = []
    if not policy.destroy:
        changes += _disowned(desired, there)
        orphans = orphaned(desired, there, memory, changes)
    changes += map(_pruned, orphans) if policy.prune else []
    leaving = orphans + [c.live for c in changes if c.action is Action.DELETE and c.live]
    whys = [stays(c, held) if c.action is Action.DELETE else "" for c in changes]
    spared = [(c, why) for c, why in zip(changes, whys, strict=True) if why]
    changes = [c for c, why in zip(changes, whys, strict=True) if not why]
    warned = [
        *(_staying(change, why) for change, why in spared),
        *lookalikes(changes, {live.address: live for live in leaving}.values()),
        *warnings(live.objects, there, changes),
    ]
    return Plan(
        changes=ordered(changes),
        unchanged=tuple(sorted(one.unchanged for one in found if one.unchanged)),
        unmanaged=_unmanaged(desired, live, changes),
        unknown=tuple(
            sorted((one.unchanged, path) for one in found if one.unchanged for path in one.unknown)
        ),
        notes=tuple(sorted([n for one in found for n in one.notes] + warned)),
        refusals=tuple(one.refusal for one in found if one.refusal)
        + refusals(changes, policy, memory, held),
        remember=tuple(one.remember for one in found if one.remember),
        staying=tuple(sorted(change.address for change, _ in spared)),
        orphaned=() if policy.prune else tuple(live.address for live in orphans),
    )


def _one(
    desired: Desired, there: Mapping[Address, Live], policy: Policy, memory: Memory, reason: str
) -> _Found:
    address = desired.address
    live = there.get(address)
    before = former(desired)
    if before != address and before in there:
        if live is not None:
            text = f"both {before} and {address} exist; delete one of them, or drop renamed_from"
            return _Found(refusal=Refusal(address, text, desired.place), unchanged=address)
        live, reason = there[before], f"renamed from {before.name}"
    if desired.rules.absent or policy.destroy:
        return _gone(desired, live)
    return _kept(desired, live, reason, memory, adopt=policy.adopt)


def _gone(desired: Desired, live: Live | None) -> _Found:
    address = desired.address
    if live is None:
        return _Found(unchanged=address) if desired.rules.absent else _Found()
    if KINDS[address.kind].singleton:
        text = f"{address} stays as long as its project: Semaphore's API can't delete it"
        return _Found(notes=(Problem(desired.place, text, Severity.WARNING),))
    reason = "absent asked for" if desired.rules.absent else "destroy asked for"
    change = Change(Action.DELETE, address, desired, live, (), reason, desired.place)
    return _Found(change=change)


def _staying(change: Change, why: str) -> Problem:
    text = f"{change.address} stays: {why}"
    return Problem(change.place or Place("ledger"), text, Severity.WARNING)


def _kept(
    desired: Desired, live: Live | None, reason: str, memory: Memory, *, adopt: bool
) -> _Found:
    address = desired.address
    record = memory.records.get(live.address if live else address)
    decision = decide(KINDS[address.kind], desired, live, memory, record)
    notes = tuple(
        Problem(desired.place, f"{address}: {note}", Severity.WARNING) for note in decision.notes
    )
    if decision.action is None:
        protect = desired.rules.protect
        remember = adopted(live, record, protect=protect) if live and adopt else None
        return _Found(unchanged=address, unknown=decision.unknown, notes=notes, remember=remember)
    place = _place(desired, decision)
    why = reason or decision.reason
    fields = decision.fields
    if reason == _OTHER_ID:  # neither here nor outside: the plan itself makes the difference
        fields = tuple(replace(field, cause="") for field in fields)
    change = Change(decision.action, address, desired, live, fields, why, place)
    refusal = Refusal(address, decision.problem, place) if decision.problem else None
    return _Found(change=change, notes=notes, refusal=refusal, unknown=decision.unknown)


def _place(desired: Desired, decision: Decision) -> Place:
    """Return the line to look at: the one field that changes, or the whole document."""
    if decision.action is Action.UPDATE and len(decision.fields) == 1:
        return desired.place_of(decision.fields[0].path)
    return desired.place


def _disowned(desired: DesiredState, there: Mapping[Address, Live]) -> Iterator[Change]:
    """Delete what a project's declared list does not name: "these and no others"."""
    contained = KINDS["Project"].contains
    renamed = {former(declared) for declared in desired.objects.values()}
    for address, live in sorted(there.items()):
        place = desired.owned.get(address.project)
        if contained is None or address.kind != contained.kind or place is None:
            continue
        if address in desired.objects or address in renamed:
            continue
        reason = f"not in the list of Project/{address.project}"
        yield Change(Action.DELETE, address, None, live, (), reason, place)


def orphaned(
    desired: DesiredState, there: Mapping[Address, Live], memory: Memory, changes: list[Change]
) -> list[Live]:
    """Return what is ours by our own record, still lives, and is declared nowhere any more."""
    busy = {change.address for change in changes}
    busy |= {change.live.address for change in changes if change.live}
    return [
        there[address]
        for address, record in sorted(memory.records.items())
        if address in there
        and there[address].id == record.id
        and address not in desired.objects
        and address not in busy
        and not KINDS[address.kind].singleton
    ]


def _pruned(live: Live) -> Change:
    return Change(Action.DELETE, live.address, None, live, (), "no longer declared")


def _unmanaged(
    desired: DesiredState, live: LiveState, changes: list[Change]
) -> tuple[Address, ...]:
    known = set(desired.objects) | {change.address for change in changes}
    known |= {change.live.address for change in changes if change.live}
    return tuple(
        sorted(
            address
            for address in live.objects
            if address not in known and not KINDS[address.kind].singleton
        )
    )
