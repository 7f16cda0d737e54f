"""Ctrl-C, SIGTERM and SIGHUP: reading stops at once, writing stops between steps."""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from reconciler.cli import signals
from reconciler.cli.streams import talk

_T = TypeVar("_T")

_SAME_SECONDS = 0.3
"""Some senders signal a process and its group: that is one interruption, not two."""


class Interrupts:
    """The interruptions of one run.

    ``stop`` is for those who write: set by the first one. The second cuts everything off.
    """

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self.stop = asyncio.Event()
        self.happened = False
        self._task = task
        self._writing = False
        self._loop = asyncio.get_running_loop()
        self._last = float("-inf")
        # what is ignored when the program begins is to stay so, as with nohup
        self._signals = signals.heard()

    def __enter__(self) -> Self:
        for number in self._signals:
            self._loop.add_signal_handler(number, self._interrupt)
        return self

    def __exit__(
        self,
        sort: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        for number in self._signals:
            self._loop.remove_signal_handler(number)
            # where it happened, the report is on its way out: a third one must not cut it off
            after = signal.SIG_IGN if self.happened else signals.end
            signal.signal(number, after)

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """Let what is in flight finish from here on."""
        self._writing = True
        try:
            yield
        finally:
            self._writing = False

    def _interrupt(self) -> None:
        now = self._loop.time()
        again, self._last = now - self._last, now
        if self.happened and again < _SAME_SECONDS:
            return
        if self._writing and not self.happened:
            talk("\nStopping: calls in flight finish first. Once more cuts them off.\n")
            self.stop.set()
        else:
            self._task.cancel()
        self.happened = True


class Held:
    """Interruptions held back while files are written, from ``hold`` on, and until that is told.

    Raises KeyboardInterrupt in the end, where one ``came``.
    """

    def __init__(self) -> None:
        self._signals: set[signal.Signals] = set()

    def hold(self) -> None:
        self._signals = {*signals.heard()}
        signal.pthread_sigmask(signal.SIG_BLOCK, self._signals)

    def came(self) -> bool:
        return not self._signals.isdisjoint(signal.sigpending())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, sort: type[BaseException] | None, *_: object) -> None:
        came = signal.sigpending() & self._signals
        for each in came:
            signal.sigwait({each})  # which takes it: it is told otherwise
        signal.pthread_sigmask(signal.SIG_UNBLOCK, self._signals)
        if came and sort is None:
            raise KeyboardInterrupt


def run(work: Callable[[Interrupts], Awaitable[_T]]) -> _T:
    """Run asynchronous work; raises KeyboardInterrupt where it was interrupted."""

    async def interruptible() -> _T:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 — this is one
        # what asyncio would log about tasks nobody waits for may hold a value
        asyncio.get_running_loop().set_exception_handler(lambda *_: None)
        with Interrupts(task) as interrupts:
            signals.check()
            return await work(interrupts)

    try:
        return asyncio.run(interruptible())
    except asyncio.CancelledError:
        raise KeyboardInterrupt from None
