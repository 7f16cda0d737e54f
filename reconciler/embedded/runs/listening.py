"""Who is told what happens, while the clock still stands at that moment."""

import sqlite3
from collections.abc import Callable

from reconciler.embedded.runs.alarms import Alarm
from reconciler.embedded.store import World

# Called with the finished pipeline's row and the time at which it finished.
Listener = Callable[[World, sqlite3.Row, float], None]

# Called with the subject of an alarm and its time.
Handler = Callable[[World, str, float], None]

_listeners: list[Listener] = []
_handlers: dict[Alarm, Handler] = {}


def on_done(listener: Listener) -> None:
    """Tell this function of each pipeline that ends; asking twice is the same as once."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell(world: World, pipeline: sqlite3.Row, at: float) -> None:
    for listener in _listeners:
        listener(world, pipeline, at)


def on_alarm(kind: Alarm, handler: Handler) -> None:
    """Have this function do what falls due in a family's own things."""
    _handlers[kind] = handler


def ring(world: World, kind: Alarm, subject: str, at: float) -> None:
    _handlers[kind](world, subject, at)
