"""What is asked of events that follow each other, also where the first of them are archived."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from reconciler.errors import Archived, LedgerUnusable
from reconciler.ledger import archive
from reconciler.ledger.event import FIRST, Event
from reconciler.ledger.port import History


def archived(history: History) -> int:
    """Return how many events came before those that are there."""
    first = history.first()
    return first.seq - 1 if first else 0


def hash_at(history: History, number: int) -> str:
    """Return the hash of an event, also of the last that is archived; "" for one not known."""
    if event := history.event(number):
        return event.hash
    following = history.event(number + 1)
    if following:
        return following.previous
    return FIRST if number == 0 else ""


def since(history: History, at: str) -> Iterator[Event]:
    """Yield the events from a time on: none is dated before the one that it follows.

    Raises Archived where some of them may be.
    """
    first, last = history.first(), history.last()
    low, high = archived(history), last.seq if last else 0  # all up to ``low`` are before
    if low and first and first.at >= at:
        raise Archived(
            f"the records up to {first.at} are archived, and what was done since {at} is not known"
        )
    while low < high:
        middle = (low + high + 1) // 2
        event = history.event(middle)
        low, high = (middle, high) if event and event.at < at else (low, middle - 1)
    return history.events(after=low)


def _span(path: Path) -> tuple[int, int]:
    """Return the numbers of the first event in an archive and of the last."""
    numbers = [event.seq for event in archive.read(path)]
    return numbers[0], numbers[-1]


class Whole:
    """A ledger together with the archives of what came before; see History."""

    def __init__(self, archives: Sequence[Path], store: History) -> None:
        """Take archives in any order; raises LedgerUnusable where one in between is missing."""
        spans = sorted((*_span(path), path) for path in archives)
        self._archives = [path for _, _, path in spans]
        self._store = store
        following = [first for first, _, _ in spans[1:]] + [archived(store) + 1]
        for (_, last, path), first in zip(spans, following, strict=False):
            if last + 1 < first:
                raise LedgerUnusable(
                    f"an archive is missing: the records {last + 1} to {first - 1}, which follow "
                    f"those of {path}, are in none that is given; give that one, too, with another "
                    "--archive; if there is none, this one was cut"
                )

    def first(self) -> Event | None:
        return next(self.events(), None)

    def last(self) -> Event | None:
        return self._store.last()

    def event(self, seq: int) -> Event | None:
        return next((event for event in self.events(after=seq - 1) if event.seq == seq), None)

    def events(self, after: int = 0) -> Iterator[Event]:
        """Yield the events after that number; an archive may have some that are still there."""
        known = archived(self._store)
        for path in self._archives if after < known else ():
            yield from (event for event in archive.read(path) if after < event.seq <= known)
        yield from self._store.events(after)
