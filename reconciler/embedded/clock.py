"""The clock of an organization: it follows another one until it is set, moved or stopped."""

import time
from collections.abc import Callable


class Clock:
    """Seconds since 1970, when called."""

    def __init__(self, source: Callable[[], float] = time.time) -> None:
        self._source = source
        self._ahead = 0.0
        self._stopped_at: float | None = None

    def __call__(self) -> float:
        return self._source() + self._ahead if self._stopped_at is None else self._stopped_at

    @property
    def running(self) -> bool:
        return self._stopped_at is None

    def set(self, seconds: float) -> None:
        """Go on from there, or stand still there if it is stopped."""
        if self._stopped_at is None:
            self._ahead = seconds - self._source()
        else:
            self._stopped_at = seconds

    def advance(self, seconds: float) -> None:
        self.set(self() + seconds)

    def stop(self) -> None:
        self._stopped_at = self()

    def run(self) -> None:
        """Go on from where it was stopped."""
        now, self._stopped_at = self(), None
        self.set(now)

    def follow(self) -> None:
        """Forget all changes."""
        self._ahead, self._stopped_at = 0.0, None
