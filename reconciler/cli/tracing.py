"""What is said of requests while they are made: waits, and each of them to who asked for all."""

from typing import Final

from reconciler.cli.progress import Progress
from reconciler.errors import ApiError
from reconciler.remote.tracing import Exchange, Trace

WAITS: Final = 1
"""The level of -v, at which waits are said in lines of their own."""
ALL: Final = 2
"""The level of -vv, at which each request is."""


class PrintedTrace(Trace):
    """Tells standard error, beside the progress of the moment."""

    def __init__(self, level: int) -> None:
        self.progress = Progress(quiet=True)
        self._level = level
        self.listens = level >= ALL
        self._waiting = 0

    def sent(self, exchange: Exchange) -> None:
        self.progress.note(_line(exchange))

    def waits(self, error: ApiError, seconds: float, attempt: int) -> None:
        self._waiting += 1
        why = error.status or error.words
        text = f"waiting {seconds:.1f} s for {error.method} {error.path} ({why}), attempt {attempt}"
        if self._level >= WAITS:
            self.progress.note(text)
        else:
            self.progress.instead(text)

    def goes_on(self) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.progress.again()


def _line(exchange: Exchange) -> str:
    """Return method, path, status, duration, and what else is not as always."""
    end = exchange.status or exchange.failure
    parts = [f"{exchange.method} {exchange.path} {end}", f"{exchange.seconds * 1000:.0f} ms"]
    if exchange.attempt > 1:
        parts.append(f"attempt {exchange.attempt}")
    if exchange.request:
        parts.append(f"request {exchange.request}")
    return ", ".join(parts)
