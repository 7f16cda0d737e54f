"""In which order: what is needed first for creates and updates, what needs it first for deletes."""

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter

from reconciler.kinds import KINDS
from reconciler.kinds.kind import refs
from reconciler.model import Action, Address, Change, Spec
from reconciler.model.literal import is_literal, verbatim


def waits(changes: Iterable[Change]) -> dict[Address, tuple[Address, ...]]:
    """Return, for each change, the changes that must be done before it."""
    by_address = {change.address: change for change in changes}
    writes = {a: c for a, c in by_address.items() if c.action is not Action.DELETE}
    deletes = {a: c for a, c in by_address.items() if c.action is Action.DELETE}
    anew = _made_anew(writes.values())
    before = {
        address: (needed_by(c) & writes.keys()) | _stale(c, anew) for address, c in writes.items()
    }
    before |= {address: needed_by(c) & writes.keys() for address, c in deletes.items()}
    # what is deleted may have another name yet than the one that what is in it knows
    called = {c.desired.address if c.desired else a: a for a, c in deletes.items()}
    for address, change in by_address.items():  # what it lived by goes after it
        for needed in _lived_by(change) & called.keys():
            before[called[needed]].add(address)
    return {address: tuple(sorted(waited - {address})) for address, waited in before.items()}


def ordered(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes in an order that respects waits: by waves, sorted within each.

    Deletes come after everything else.
    """
    by_address = {change.address: change for change in changes}
    order = in_waves(waits(by_address.values()))
    ranked = sorted(order, key=lambda address: by_address[address].action is Action.DELETE)
    return tuple(by_address[address] for address in ranked)


def in_waves(before: Mapping[Address, Iterable[Address]]) -> list[Address]:
    """Return all addresses, each after those it waits for, each wave sorted."""
    sorter = TopologicalSorter(before)
    sorter.prepare()
    order: list[Address] = []
    while sorter.is_active():
        wave = sorted(sorter.get_ready())
        order += wave
        sorter.done(*wave)
    return order


def needed_by(change: Change) -> set[Address]:
    """Return what must exist for the result of a change to exist."""
    if change.desired is not None and change.action is not Action.DELETE:
        return _needs(change.address, change.desired.spec)
    return _lived_by(change)


def _made_anew(writes: Iterable[Change]) -> dict[str, Address]:
    return {c.live.id: c.address for c in writes if c.action is Action.REPLACE and c.live}


def _stale(change: Change, anew: Mapping[str, Address]) -> set[Address]:
    """Return the projects that a live object refers to by an id they are about to lose.

    It was planned as it will be once they have lost it.
    """
    found = refs(change.live.spec) if change.live else ()
    ids = {verbatim(text) for _, text in found if is_literal(text)}
    return {anew[id_] for id_ in ids & anew.keys()}


def _lived_by(change: Change) -> set[Address]:
    return _needs(change.address, change.live.spec) if change.live else set()


def _needs(address: Address, spec: Spec) -> set[Address]:
    return set(KINDS[address.kind].needs(address, spec))
