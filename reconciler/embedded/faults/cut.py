"""A connection that ends before its answer does; who holds the connection acts on it."""

from enum import Enum


class Cut(Enum):
    RESET = "reset before an answer"
    CLOSED = "closed before an answer"
    TRUNCATED = "closed in the middle of an answer"


class ConnectionCut(Exception):
    """Leaves the application where a fault ends the connection."""

    def __init__(self, cut: Cut) -> None:
        super().__init__(cut.value)
        self.cut = cut
