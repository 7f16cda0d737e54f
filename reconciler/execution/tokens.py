"""Idempotency tokens: one for each write of each step, the same whenever that write is repeated."""

import uuid
from collections.abc import Callable, Mapping
from typing import Final

from reconciler.model import Address

WRITES: Final = ("create", "update", "delete")


def _draw() -> str:
    return str(uuid.uuid4())


class Tokens:
    """Random, never derived from content: a token used before turns a write into nothing (C 1.8).

    A step has several writes at times (delete, then create), and each needs its own.
    """

    def __init__(self, draw: Callable[[], str] = _draw) -> None:
        self._draw = draw
        self._drawn: dict[tuple[Address, str], str] = {}

    @classmethod
    def known(cls, drawn: Mapping[Address, Mapping[str, str]]) -> "Tokens":
        """Return tokens that were drawn before, when a plan was saved."""
        tokens = cls()
        for address, writes in drawn.items():
            tokens._drawn |= {(address, write): token for write, token in writes.items()}
        return tokens

    def of(self, address: Address, write: str) -> str:
        key = (address, write)
        if key not in self._drawn:
            self._drawn[key] = self._draw()
        return self._drawn[key]

    def drawn_for(self, address: Address) -> dict[str, str]:
        """Draw a token for every write that a step can consist of."""
        return {write: self.of(address, write) for write in WRITES}
