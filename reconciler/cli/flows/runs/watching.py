"""Watching something until it ends: what changes is told on standard error."""

import asyncio
import math
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self, TypeVar

from reconciler.cli.exit_codes import DONE, INCOMPLETE
from reconciler.cli.flows.runs.session import VerbSession
from reconciler.cli.streams import talk
from reconciler.cli.terminal import is_lively, width
from reconciler.errors import ApiError, NotFound
from reconciler.remote import Patience
from reconciler.render.values import printable

T = TypeVar("T")

FOREVER = Patience(longest=math.inf)
_ERASE = "\r\x1b[K"


class Seen(NamedTuple):
    """The state of one thing when it was looked at."""

    id: str
    name: str
    state: str


async def watch(
    session: VerbSession,
    read: Callable[[], Awaitable[T]],
    *,
    seen: Callable[[T], Iterable[Seen]],
    over: Callable[[T], bool],
    stop: str,
) -> T:
    """Read until it is over and return what was read last; ``stop`` is the command to end it."""
    with left_alone(stop), _Teller(quiet=session.quiet) as teller:

        async def look() -> T:
            found = await read()
            teller.tell(seen(found))
            return found

        _stop_if_told(session)
        return await FOREVER.until(look, over)


@contextmanager
def left_alone(stop: str) -> Iterator[None]:
    """Say of what is not watched to its end that it goes on, and the command to end it."""
    try:
        yield
    except (asyncio.CancelledError, ApiError) as error:
        if not isinstance(error, NotFound):
            talk(f"Not watching any more; it goes on. To stop it: {stop}\n")
        raise


def _stop_if_told(session: VerbSession) -> None:
    """End here if an interruption came while that was started which is to be watched."""
    if session.interrupts.happened:
        raise asyncio.CancelledError


def code(results: Iterable[str | None]) -> int:
    """Return the exit code for what was watched."""
    return DONE if all(result == "passed" for result in results) else INCOMPLETE


class _Teller:
    """A line for each change; on a terminal also one for now, which goes away."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._live = not quiet and is_lively(os.environ, sys.stderr)
        self._known: dict[str, str] = {}
        self._begun = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    def tell(self, seen: Iterable[Seen]) -> None:
        now = list(seen)
        for each in now:
            if self._known.get(each.id) != each.state:
                self._known[each.id] = each.state
                self._change(f"{each.name}: {each.state}")
        self._now(now)

    def clear(self) -> None:
        if self._live:
            talk(_ERASE)

    def _change(self, text: str) -> None:
        if not self._quiet:
            self.clear()
            talk(f"{printable(text)}\n")

    def _now(self, seen: list[Seen]) -> None:
        if self._live and seen:
            elapsed = round(time.monotonic() - self._begun)
            text = f"{elapsed // 60}:{elapsed % 60:02}  {seen[-1].name} {seen[-1].state} …"
            talk(_ERASE + printable(text)[: width(sys.stderr) - 1])
