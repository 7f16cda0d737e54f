"""Keyset paging with opaque tokens: page sizes, positions and their encoding (B 1.5)."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from typing import TypeVar

from reconciler.embedded.gateway.errors import invalid_argument
from reconciler.embedded.replies import Crash

T = TypeVar("T")

DEFAULT_SIZE = 100
# Where a row stands in an order: its key, then its id.
Position = tuple[str | int, str]


def page_size(requested: int, limit: int) -> int:
    """Zero means the default; below zero the paginator gives one row at a time."""
    if requested > limit:
        raise invalid_argument(f"Page size can't exceed {limit}")
    return max(requested, 1) if requested else DEFAULT_SIZE


def read(
    token: str,
    size: int,
    *,
    start: Position,
    rows_after: Callable[[Position, int], Sequence[T]],
    position_of: Callable[[T], Position],
) -> tuple[Sequence[T], str]:
    """One page and the token of the next one, empty on the last page."""
    rows = rows_after(_decode(token, start) if token else start, size + 1)
    if len(rows) <= size:
        return rows, ""
    return rows[:size], _encode(position_of(rows[size - 1]))


def name_key(name: str) -> str:
    """Sorts nearly as the database's collation does: case counts last, lower case first."""
    return f"{name.casefold()}\0{name.swapcase()}"


def _encode(position: Position) -> str:
    return base64.urlsafe_b64encode(json.dumps(position).encode()).decode()


def _decode(token: str, start: Position) -> Position:
    """Garbage, and a token of another order, crash the server (B 1.5)."""
    try:
        key, row_id = json.loads(base64.b64decode(token, altchars=b"-_", validate=True))
    except (ValueError, TypeError, binascii.Error):
        raise Crash("page token") from None
    if type(key) is not type(start[0]) or not isinstance(row_id, str):
        raise Crash("page token of another order")
    return key, row_id
