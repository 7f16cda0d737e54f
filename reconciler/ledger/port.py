"""What a place must offer to keep a ledger in it; ``sqlite`` is one.

An adapter stores and finds. What events mean, who may write and what is believed is decided above
it, once for all places.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from reconciler.ledger.current import Key
from reconciler.ledger.event import Event
from reconciler.ledger.lease import Lease


class History(Protocol):
    """Events that follow each other; what came before the first of them may be archived."""

    def first(self) -> Event | None: ...

    def last(self) -> Event | None: ...

    def event(self, seq: int) -> Event | None: ...

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield the events after that number, oldest first."""


class Store(Protocol):
    """An open place, a history. Its methods raise LedgerUnusable for everything wrong with it.

    Organizations are told apart by the text they are called; no spelling is known here.
    """

    @property
    def name(self) -> str:
        """What messages call it."""

    def transaction(self, *, durable: bool = False) -> AbstractContextManager[object]:
        """Do all or nothing, alone among all writers; everything that writes is done inside.

        It outlives the process however that ends; if ``durable``, a loss of power too, and the
        loss of whatever is beside the one file in which it is kept, if it is.
        """

    def add(self, event: Event) -> None:
        """Append an event: the one after the last."""

    def drop(self, up_to: int) -> None:
        """Remove the first events, all of which are archived."""

    def shrink(self) -> None:
        """Give back the room of what was removed, where that can be had now."""

    def first(self) -> Event | None: ...

    def last(self, organization: str | None = None, sort: str | None = None) -> Event | None:
        """Return the last event of all, or of one organization, or of one sort."""

    def event(self, seq: int) -> Event | None: ...

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield the events after that number, oldest first."""

    def organizations(self) -> Iterable[str]:
        """Return whom there are events of, as they are called in them."""

    def rows(self, organization: str) -> Iterable[tuple[Key, str]]:
        """Return the current rows of an organization."""

    def put_rows(self, organization: str, rows: Mapping[Key, str | None]) -> None:
        """Replace current rows, or remove those that are None."""

    def lease(self, organization: str) -> Lease | None:
        """Return the last lease, held or not."""

    def leases(self) -> Sequence[Lease]:
        """Return the last lease of every organization, held or not."""

    def put_lease(self, lease: Lease) -> None: ...

    def setting(self, name: str) -> bytes: ...

    def put_setting(self, name: str, value: bytes) -> None: ...

    def content(self) -> bytes:
        """Return the whole ledger as the bytes of a SQLite file, without any lease."""

    def close(self) -> None: ...
