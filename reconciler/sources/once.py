"""Doing a thing once in a run, however many threads ask for it."""

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any


class Once:
    """Remembers what came of each key, also that it failed; gone when the run is over."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: dict[Hashable, Future[Any]] = {}

    def __call__(self, key: Hashable, function: Callable[[], Any]) -> Any:
        """Return what ``function`` returns or raise what it raises; called once per key."""
        with self._lock:
            known = self._found.get(key)
            future = known or self._found.setdefault(key, Future())
        if known is None:
            try:
                future.set_result(function())
            except BaseException as error:  # noqa: BLE001 — raised again below, for all that wait
                future.set_exception(error)
        return future.result()
