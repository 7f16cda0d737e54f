"""The time that a run has."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf


class Limit:
    """So many seconds from now on, or no limit; what is waited for in a pause does not count."""

    def __init__(
        self, seconds: float | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clock = clock
        self._end = inf if seconds is None else clock() + seconds

    def left(self) -> float:
        """Return the seconds that are left, below 0 once they are over, inf without a limit."""
        return self._end - self._clock()

    @contextmanager
    def paused(self) -> Iterator[None]:
        begun = self._clock()
        try:
            yield
        finally:
            self._end += self._clock() - begun
