"""Bring together two copies of a ledger that were one, and were both written to since."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from reconciler.ledger.chain import STATE, Chain
from reconciler.ledger.current import REPLAYED, SUPERSEDED
from reconciler.ledger.event import Event
from reconciler.ledger.keys import Key
from reconciler.ledger.port import Store
from reconciler.ledger.records import address_of
from reconciler.model import Address


def replay(onto: Store, other: Store, spell: Callable[[str], str], key: Key | None) -> int:
    """Append to ``onto`` all events of ``other`` that it lacks; return how many.

    To be called inside a transaction. Each keeps the time when it happened; of an object that both
    wrote of since they were one, what was written later has its effect.
    """
    common = _common(onto, other)
    later = _last_written(onto.events(after=common), spell)
    numbers: dict[int, int] = {}
    chains: dict[str, Chain] = {}
    for event in other.events(after=common):
        organization = spell(event.organization)
        body = event.body
        body.pop(STATE, None)
        body.setdefault(REPLAYED, event.at)
        if "run" in body:
            body["run"] = numbers.get(body["run"], body["run"])
        if any(event.at < later.get((organization, about), "") for about in _about(body)):
            body[SUPERSEDED] = True
        chain = chains.setdefault(organization, Chain(onto, organization, key))
        numbers[event.seq] = chain.append(event.sort, body).seq
    return len(numbers)


def _last_written(
    events: Iterable[Event], spell: Callable[[str], str]
) -> dict[tuple[str, Address], str]:
    """Return when each object was recorded or forgotten last, by organization and address."""
    found: dict[tuple[str, Address], str] = {}
    for event in events:
        body = event.body
        if body.get("record") or body.get("forget"):
            for about in _about(body):
                found[spell(event.organization), about] = body.get(REPLAYED, event.at)
    return found


def _about(body: Mapping[str, Any]) -> set[Address]:
    """Return what an event is about."""
    named = [body.get("address"), (body.get("record") or {}).get("address")]
    return {address_of(one) for one in (*named, *body.get("forget", ())) if one}


def _common(one: Store, other: Store) -> int:
    """Return the number of the last event that both have: a hash stands for all before it."""
    low, high = 0, min(_count(one), _count(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _same(one, other, middle) else (low, middle - 1)
    return low


def _same(one: Store, other: Store, number: int) -> bool:
    mine, theirs = one.event(number), other.event(number)
    return mine is not None and theirs is not None and mine.hash == theirs.hash


def _count(store: Store) -> int:
    last = store.last()
    return last.seq if last else 0
