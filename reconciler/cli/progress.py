"""What goes on while it goes on: a live line on a terminal, plain lines elsewhere."""

import os
import sys
from typing import Self

from reconciler.cli.streams import talk
from reconciler.cli.terminal import is_lively, width
from reconciler.model import Address, Change, Outcome, Result
from reconciler.render.changes import DONE, SYMBOLS
from reconciler.render.values import printable

_ERASE = "\r\x1b[K"


class Progress:
    """Tells standard error; silent if asked to be."""

    def __init__(self, *, quiet: bool = False) -> None:
        self._quiet = quiet
        self._live = is_lively(os.environ, sys.stderr)
        self._in_flight: dict[Address, None] = {}
        self._total = self._finished = 0
        self._now = ""

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
        if self._live and not self._quiet:
            talk(_ERASE + printable(text)[: width(sys.stderr) - 1])

    def again(self) -> None:
        """Show on a terminal what is under way."""
        self.instead(self._now)

    def clear(self) -> None:
        """Leave nothing behind on a terminal."""
        self._now = ""
        self.again()

    def expect(self, total: int) -> None:
        self._total = total

    def started(self, change: Change) -> None:
        self._in_flight[change.address] = None
        self._redraw()

    def finished(self, outcome: Outcome) -> None:
        self._in_flight.pop(outcome.change.address, None)
        self._finished += 1
        if self._live:
            self._redraw()
        else:
            self.say(self._line(outcome))

    def _redraw(self) -> None:
        if not self._live:
            return
        names = ", ".join(str(address) for address in self._in_flight)
        flying = f"; in flight: {names}" if names else ""
        self.say(f"{self._finished} of {self._total} done{flying}")

    def _line(self, outcome: Outcome) -> str:
        change = outcome.change
        done = outcome.result is Result.DONE
        said = DONE[change.action] if done else f"{outcome.result}: {outcome.detail}"
        place = f"[{self._finished}/{self._total}]"
        return f"{place} {SYMBOLS[change.action]} {change.address} {said}"
