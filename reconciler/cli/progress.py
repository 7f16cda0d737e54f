"""What goes on while it goes on: a live line on a terminal, a line now and then elsewhere."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Self

from reconciler.cli.streams import talk
from reconciler.cli.terminal import is_lively, width
from reconciler.model import Address, Change, Outcome, Result
from reconciler.render.changes import DONE, SYMBOLS
from reconciler.render.values import printable
from reconciler.render.words import count

_ERASE: Final = "\r\x1b[K"
_SECOND: Final = 1.0
SELDOM: Final = 10
"""Seconds between two signs of life where lines stay."""


class Progress:
    """Tells standard error; silent if asked to be.

    ``each``: every step is told once it is done; a report does that in the end.
    """

    def __init__(self, *, quiet: bool = False, each: bool = False) -> None:
        self._quiet = quiet
        self._each = each
        self._live = is_lively(os.environ, sys.stderr)
        self._in_flight: dict[Address, float] = {}
        self._total = self._finished = self._ticks = 0
        self._now = ""
        self._is_covered = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def say(self, text: str) -> None:
        """Say what is under way; the next thing replaces it."""
        self._now = text
        if self._quiet:
            return
        if self._live:
            self.again()
        else:
            talk(printable(text) + "\n")

    def note(self, text: str) -> None:
        """Say something that stays, also where nothing is said of progress."""
        talk((_ERASE if self._live else "") + printable(text) + "\n")
        self.again()

    def instead(self, text: str) -> None:
        """Show something on a terminal in the place of what is under way."""
        self._is_covered = True
        self._show(text)

    def again(self) -> None:
        """Show on a terminal what is under way."""
        self._is_covered = False
        self._show(self._now)

    def clear(self) -> None:
        """Leave nothing behind on a terminal."""
        self._now = ""
        self.again()

    def expect(self, total: int) -> None:
        self._total = total
        if not self._live and total:
            self.say(f"Applying {count(total, 'change')}")

    def started(self, change: Change) -> None:
        self._in_flight[change.address] = time.monotonic()
        self._redraw()

    def finished(self, outcome: Outcome) -> None:
        self._in_flight.pop(outcome.change.address, None)
        self._finished += 1
        if self._each and not self._quiet:
            self.note(self._line(outcome))
        self._redraw()

    @contextmanager
    def ticking(self) -> Iterator[None]:
        """Have it go on with the time, in the loop that runs."""

        async def tick() -> None:
            while True:
                await asyncio.sleep(_SECOND)
                self._tick()

        ticking = asyncio.get_running_loop().create_task(tick())
        try:
            yield
        finally:
            ticking.cancel()

    def _tick(self) -> None:
        self._ticks += 1
        if not self._is_covered:
            self._redraw()
        if not self._live and self._ticks % SELDOM == 0:
            self.say(self._state())

    def _show(self, text: str) -> None:
        if self._live and not self._quiet:
            talk(_ERASE + printable(text)[: width(sys.stderr) - 1])

    def _redraw(self) -> None:
        if self._live:
            self.say(self._state())

    def _state(self) -> str:
        """Return how far it is, what takes longest first."""
        now = time.monotonic()
        flying = [self._flying(address, now - since) for address, since in self._in_flight.items()]
        done = f"{self._finished} of {self._total} done"
        return f"{done}; in flight: {', '.join(flying)}" if flying else done

    def _flying(self, address: Address, seconds: float) -> str:
        return f"{address} {int(seconds)} s" if seconds >= _SECOND else str(address)

    def _line(self, outcome: Outcome) -> str:
        change = outcome.change
        done = outcome.result is Result.DONE
        said = DONE[change.action] if done else f"{outcome.result}: {outcome.detail}"
        place = f"[{self._finished}/{self._total}]"
        return f"{place} {SYMBOLS[change.action]} {change.address} {said}"
