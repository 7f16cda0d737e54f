"""Time that passes where the program waits for the local Semaphore: nobody else has to."""

import asyncio
import time
from collections.abc import Callable

import pytest

from reconciler.commands import organization
from reconciler.commands.organization import _until
from reconciler.embedded.clock import Clock
from reconciler.remote.limit import Limit
from reconciler.remote.waiting import Sleep


class Passing:
    """What the local Semaphores of this process take for the time.

    Whoever waits for a server, which has a time of its own, waits as ever.
    """

    def __init__(self) -> None:
        self._ahead = 0.0
        self._is_local = False

    def begin(self, patch: pytest.MonkeyPatch) -> None:
        """Begin with the time that it is, until the patches are undone."""

        def follow(clock: Clock, source: Callable[[], float]) -> None:
            self._is_local = True
            before(clock, self if source is time.time else source)

        self._ahead = 0.0
        before = Clock.__init__
        patch.setattr(Clock, "__init__", follow)
        patch.setattr(organization, "_until", self._until)

    def __call__(self) -> float:
        return time.time() + self._ahead

    def wait(self, seconds: float) -> None:
        self._ahead += seconds

    def _until(self, limit: Limit, stop: asyncio.Event) -> Sleep:
        """Return how a session waits; the clock of its organization began right before it."""
        is_local, self._is_local = self._is_local, False
        return self._sleep if is_local else _until(limit, stop)

    async def _sleep(self, seconds: float) -> None:
        self.wait(seconds)
        await asyncio.sleep(0)


CLOCK = Passing()
