"""Idempotency tokens: one for each write of each step, the same whenever that write is repeated."""

import uuid
from collections.abc import Callable

from reconciler.model import Address


def _draw() -> str:
    return str(uuid.uuid4())


class Tokens:
    """Random, never derived from content: a token used before turns a write into nothing (C 1.8).

    A step has several writes at times (delete, then create), and each needs its own.
    """

    def __init__(self, draw: Callable[[], str] = _draw) -> None:
        self._draw = draw
        self._drawn: dict[tuple[Address, str], str] = {}

    def of(self, address: Address, write: str) -> str:
        key = (address, write)
        if key not in self._drawn:
            self._drawn[key] = self._draw()
        return self._drawn[key]
