"""Bring together two copies of a ledger that were one, and were both written to since."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from reconciler.errors import LedgerUnusable
from reconciler.ledger.chain import STATE, Chain
from reconciler.ledger.current import ADOPT, REPLAYED, SUPERSEDED
from reconciler.ledger.event import Event, Link, broken
from reconciler.ledger.history import archived, hash_at
from reconciler.ledger.keys import Key
from reconciler.ledger.port import Store
from reconciler.ledger.records import address_of
from reconciler.model import Address

_ORIGIN: Final = "replayed_from"
"""In the body of an event that was taken over from another copy: the hash that it had there."""


class _Last(NamedTuple):
    """What was last said of an object: when; in which version; that it was found so, or written.

    ``written``: that version has hidden values that we wrote, so that they are known.
    """

    at: str
    version: tuple[str, str] | None = None
    adopted: bool = False
    written: bool = False


def replay(onto: Store, other: Store, spell: Callable[[str], str], key: Key | None) -> int:
    """Append to ``onto`` all events of ``other`` that it lacks; return how many.

    To be called inside a transaction; raises LedgerUnusable if either was altered, or what they
    have in common is archived. Each keeps the time when it happened; of an object that both
    wrote of since they were one, what was written later has its effect; but who found an object
    as the other one had left it knows less of its hidden values than who wrote them. What was taken
    over before is not taken over again: a run brings its records home more than once.
    """
    common = _common(onto, other)
    for copy in (onto, other):
        link = Link(common, hash_at(copy, common))
        wrong = next(broken(copy.events(after=common), copy.last(), link), "")
        if wrong:
            raise LedgerUnusable(f"{copy.name}: {wrong}; it was tampered with or damaged")
    last = _last(onto.events(after=common), spell)
    there = {_origin(event): event.seq for event in onto.events(after=common)}
    numbers: dict[int, int] = {}
    appended = 0
    chains: dict[str, Chain] = {}
    for event in other.events(after=common):
        origin = _origin(event)
        if origin in there:
            numbers[event.seq] = there[origin]
            continue
        organization = spell(event.organization)
        body = event.body
        body.pop(STATE, None)
        body |= {REPLAYED: body.get(REPLAYED, event.at), _ORIGIN: origin}
        if "run" in body:
            body["run"] = numbers.get(body["run"], body["run"])
        said = (last.get((organization, about)) for about in _about(body))
        if any(_superseded(event, newest) for newest in said if newest):
            body[SUPERSEDED] = True
        chain = chains.setdefault(organization, Chain(onto, organization, key))
        numbers[event.seq] = chain.append(event.sort, body).seq
        appended += 1
    return appended


def _origin(event: Event) -> str:
    return str(event.body.get(_ORIGIN, event.hash))


def _superseded(event: Event, there: _Last) -> bool:
    """Tell whether an event has no effect, given what was last said there of the same object."""
    version, written = _version(event.body), _writes(event)
    if version and version == there.version:
        if there.written and event.sort == ADOPT:
            return True
        if written and there.adopted and not there.written:
            return False
    return event.at < there.at


def _last(events: Iterable[Event], spell: Callable[[str], str]) -> dict[tuple[str, Address], _Last]:
    """Return how each object was recorded or forgotten last, by organization and address."""
    found: dict[tuple[str, Address], _Last] = {}
    for event in events:
        body = event.body
        if body.get(SUPERSEDED) or not any(
            body.get(told) for told in ("record", "forget", "renamed")
        ):
            continue
        version, adopted = _version(body), event.sort == ADOPT
        for about in _about(body):
            key = spell(event.organization), about
            before = found.get(key)
            kept = adopted and before is not None and before.written and before.version == version
            at = body.get(REPLAYED, event.at)
            found[key] = _Last(at, version, adopted, kept or _writes(event))
    return found


def _version(body: Mapping[str, Any]) -> tuple[str, str] | None:
    record = body.get("record")
    return (record["id"], record["revision"]) if record else None


def _writes(event: Event) -> bool:
    """Tell whether hidden values were written, which an adoption can only assume."""
    return event.sort != ADOPT and bool((event.body.get("record") or {}).get("secrets"))


def _about(body: Mapping[str, Any]) -> set[Address]:
    """Return what an event is about."""
    named = [body.get("address"), (body.get("record") or {}).get("address")]
    renamed = [one for pair in body.get("renamed", ()) for one in pair.values()]
    return {address_of(one) for one in (*named, *body.get("forget", ()), *renamed) if one}


def _common(onto: Store, other: Store) -> int:
    """Return the number of the last event that both have: a hash stands for all before it."""
    low, high = archived(onto), min(_count(onto), _count(other))
    if archived(other) > low or not _same(onto, other, low):
        raise LedgerUnusable(
            f"{onto.name}: others wrote into it since this copy of it was made, and records were "
            "archived; try again"
        )
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _same(onto, other, middle) else (low, middle - 1)
    return low


def _same(one: Store, other: Store, number: int) -> bool:
    return hash_at(one, number) == hash_at(other, number) != ""


def _count(store: Store) -> int:
    last = store.last()
    return last.seq if last else 0
