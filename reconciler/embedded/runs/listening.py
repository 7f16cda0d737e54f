"""Who is told that a pipeline is done, while the clock still stands at that moment."""

import sqlite3
from collections.abc import Callable

from reconciler.embedded.store import World

# Called with the finished pipeline's row and the time at which it finished.
Listener = Callable[[World, sqlite3.Row, float], None]

_listeners: list[Listener] = []


def on_done(listener: Listener) -> None:
    """Tell this function of each pipeline that ends; asking twice is the same as once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(world: World, pipeline: sqlite3.Row, at: float) -> None:
    for listener in _listeners:
        listener(world, pipeline, at)
