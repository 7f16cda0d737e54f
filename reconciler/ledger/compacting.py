"""Compacting: the oldest events are archived, compared with the archive, and only then removed."""

import json
from collections import deque
from collections.abc import Callable, Iterable
from itertools import takewhile
from pathlib import Path
from typing import Any

from reconciler.errors import LedgerUnusable
from reconciler.ledger import archive as archives
from reconciler.ledger import lease as leases
from reconciler.ledger.chain import Chain
from reconciler.ledger.current import Current, Key
from reconciler.ledger.event import COMPACTED, Event, Link, text_of
from reconciler.ledger.history import archived
from reconciler.ledger.keys import Key as SigningKey
from reconciler.ledger.port import Store
from reconciler.ledger.records import address_body, address_of


def archive(store: Store, path: Path, before: str, spell: Callable[[str], str]) -> int:
    """Write to a new file what was recorded before a time (ISO 8601); return how much that is.

    All of a run is archived, or nothing. Raises LeaseHeld while one is under way.
    """
    _check_free(store, map(spell, store.organizations()))
    number = _last_before(store.events(), before) - archived(store)
    if number > 0:
        end = archived(store) + number
        archives.write(path, takewhile(lambda event: event.seq <= end, store.events()))
    return max(number, 0)


def _last_before(events: Iterable[Event], before: str) -> int:
    """Return the number of the last event before a time; no run has some on both sides of it."""
    ends: dict[int, int] = {}
    last = 0
    for event in events:
        if event.at < before:
            last = event.seq
        run = event.seq if event.sort == "run" else event.body.get("run", 0)
        ends[run] = event.seq
    ends.pop(0, None)
    while split := [run for run, end in ends.items() if run <= last < end]:
        last = min(split) - 1
    return last


def cut(
    store: Store, path: Path, spell: Callable[[str], str], key: SigningKey | None, by: str
) -> Link:
    """Remove the events that an archive has, to the letter; return the last of them.

    For each organization it is written down up to where, and what they added up to: the ledger
    proves itself from there on. Where that was done already, nothing is. Raises LedgerUnusable for
    an archive of anything else, LeaseHeld.
    """
    first, head = store.first(), store.last()
    if first and next(archives.read(path)).seq < first.seq:
        (end,) = deque(archives.read(path), maxlen=1)
        if end.link == first.before:
            return end.link
    last, sums = _compared(store, path, spell)
    body = {"by": by, "archived": last.seq, "head": last.hash, "file": path.name}
    with store.transaction(durable=True):
        if store.last() != head:
            raise LedgerUnusable(f"{store.name} was written to meanwhile; try again")
        _check_free(store, sums)
        for organization, current in sorted(sums.items()):
            told = body | {"rows": [_row_body(*row) for row in current.rows.items()]}
            Chain(store, organization, key).append(COMPACTED, told)
        store.drop(last.seq)
    store.shrink()
    return last.link


def _check_free(store: Store, organizations: Iterable[str]) -> None:
    for organization in organizations:
        leases.check_free(store.lease(organization), organization)


def _compared(
    store: Store, path: Path, spell: Callable[[str], str]
) -> tuple[Event, dict[str, Current]]:
    """Return the last event of an archive, and what all up to it add up to, by organization."""
    names = {spell(each) for each in store.organizations()}
    sums = {name: Current(rows_before(store, name).items()) for name in names}
    last, events = None, iter(store.events())
    for there in archives.read(path):
        ours = next(events, None)
        if ours is None or there != ours:
            last = None
            break
        sums[spell(ours.organization)].take(ours.sort, ours.body)
        last = ours
    if last is None:
        raise LedgerUnusable(
            f"--archive {path} is there, and is not the beginning of {store.name}: give the name "
            "of a new file"
        )
    return last, sums


def rows_before(store: Store, organization: str) -> dict[Key, str]:
    """Return what the archived events of an organization add up to."""
    first, told = store.first(), store.last(organization, COMPACTED)
    if first is None or told is None or told.archived != first.before:
        return {}
    return dict(map(_row_of, told.body["rows"]))


def _row_body(key: Key, text: str) -> dict[str, Any]:
    return {"sort": key.sort, "address": address_body(key.address), "body": json.loads(text)}


def _row_of(body: dict[str, Any]) -> tuple[Key, str]:
    at = address_of(body["address"])
    return Key(body["sort"], at.kind, at.project, at.name), text_of(body["body"])
