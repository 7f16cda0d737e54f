"""Appending: an event, what it changes of what is remembered, and the lease, all or nothing."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from reconciler.errors import LedgerUnusable
from reconciler.ledger import lease as leases
from reconciler.ledger.current import Current
from reconciler.ledger.event import FIRST, Event
from reconciler.ledger.keys import VARIABLE, Key
from reconciler.ledger.lease import Lease
from reconciler.ledger.port import Store

STATE: Final = "state"
"""In the body of each event: the digest of all current rows of its organization, after it."""


class Chain:
    """The end of a ledger, as one organization writes it.

    ``key`` signs events. ``sound``: the hash of the last event, where nothing speaks against any
    event up to that.
    """

    def __init__(self, store: Store, organization: str, key: Key | None = None) -> None:
        self.store = store
        self.organization = organization
        self.key = key
        self.sound = ""
        self._known: tuple[str, Current] | None = None

    def current(self) -> Current:
        """Return what is remembered, read anew if anybody else wrote of this organization."""
        return self._current(self.store.last(self.organization))

    def _current(self, last: Event | None) -> Current:
        head = last.hash if last else FIRST
        if self._known is None or self._known[0] != head:
            self._known = head, Current(self.store.rows(self.organization))
        return self._known[1]

    def append(self, sort: str, body: Mapping[str, Any], *, takes_over: bool = False) -> Event:
        """Append an event and let it have its effect; to be called inside a transaction.

        Raises LedgerUnusable where it would be the first that is signed, or by another key, unless
        it is what ``takes_over``; and where it would be the first that is not.
        """
        last = self.store.last()
        ours = last is not None and last.organization == self.organization
        current = self._current(last) if ours else self.current()
        if not takes_over:
            self._check_hand(last)
        self._known = None  # until all of it is done
        current.take(sort, body)
        self.store.put_rows(self.organization, current.changed)
        current.changed.clear()
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        at = max(now, last.at) if last else now  # a clock that is behind tells no order
        full = {**body, STATE: current.digest}
        event = Event.after(last, at, self.organization, sort, full)
        if self.key:
            event = replace(event, signature=self.key.signature(event.hash))
        self.store.add(event)
        self._known = event.hash, current
        if self.sound == event.previous:
            self.sound = event.hash
        return event

    def check_key(self) -> None:
        """Raise LedgerUnusable where there is no key to go on with."""
        self._check_key(self.store.last())

    def _check_key(self, last: Event | None) -> None:
        if last and last.signature and self.key is None:
            why = f"it is signed, and {VARIABLE} is not set"
            raise LedgerUnusable(f"{self.store.name} is not written to: {why}")

    def _check_hand(self, last: Event | None) -> None:
        self._check_key(last)
        why = ""
        if last and self.key and not self.key.signed(last.hash, last.signature):
            why = f"it is not signed by the key of {VARIABLE} for this place"
        elif last and not last.is_sound:
            why = f"event {last.seq} was altered"
        if why:
            raise LedgerUnusable(f"{self.store.name} is not written to: {why}")

    @contextmanager
    def holding(self, lease: Lease, *, durable: bool = False) -> Iterator[None]:
        """Write for who holds a lease, and prolong it; raises LeaseHeld if it was lost."""
        with self.store.transaction(durable=durable):
            there = self.store.lease(self.organization)
            self.store.put_lease(leases.renewed(there, lease))
            yield

    def release(self, lease: Lease) -> None:
        """Give a lease back, unless it was lost; to be called inside a transaction."""
        there = self.store.lease(self.organization)
        if there and there.fence == lease.fence:
            self.store.put_lease(leases.ended(there))
