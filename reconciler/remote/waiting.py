"""Waiting for what Semaphore does in its own time: bounded, and slower the longer it takes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from reconciler.errors import ApiError, Rejected

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait: a target that can't store its secrets says so after 150 s (C 1.4).

    ``ended`` says that nobody wants to wait any longer.
    """

    longest: float = 200.0
    sleep: Sleep = asyncio.sleep
    clock: Callable[[], float] = time.monotonic
    ended: Callable[[], bool] = lambda: False

    def _pauses(self, longest: float | None = None) -> Iterator[float]:
        pause, waited = 0.05, 0.0
        while waited < (self.longest if longest is None else longest) and not self.ended():
            yield pause
            waited += pause
            pause = min(pause * 1.6, 3.0)

    async def until(
        self,
        read: Callable[[], Awaitable[T]],
        good: Callable[[T], bool],
        longest: float | None = None,
    ) -> T:
        """Read until the result is good; return the last one in any case."""
        result = await read()
        for pause in self._pauses(longest):
            if good(result):
                break
            await self.sleep(pause)
            result = await read()
        return result

    async def through(self, words: str, call: Callable[[], Awaitable[T]]) -> T:
        """Call until it is no longer refused with these words; raises the last refusal."""
        return await self.past(
            lambda error: isinstance(error, Rejected) and bool(words) and words in error.words, call
        )

    async def past(
        self,
        passing: Callable[[ApiError], bool],
        call: Callable[[], Awaitable[T]],
        longest: float | None = None,
    ) -> T:
        """Call until there is no error that passes by itself; raises the last one."""
        for pause in self._pauses(longest):
            try:
                return await call()
            except ApiError as error:
                if not passing(error):
                    raise
            await self.sleep(pause)
        return await call()
