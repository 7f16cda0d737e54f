"""What the lists of workflows and pipelines share: filters, lenient pages, times (D 7, D 8)."""

import math
import re
import sqlite3
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reconciler.embedded.linked_pages import Page
from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.runs import storage
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

_LEADING = re.compile(r"[+-]?[0-9]+")
_DEFAULT_SIZE = 30


@dataclass
class Filter:
    """Conditions on one table, all of which have to hold."""

    table: str
    conditions: list[str] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)

    def add(self, condition: str, *values: Any) -> None:
        self.conditions.append(condition)
        self.values.extend(values)

    def page(self, world: World, params: Params) -> tuple[list[sqlite3.Row], Page]:
        """One page, the newest first; beyond the end the last one (D 7)."""
        where = " AND ".join(self.conditions) or "TRUE"
        counted = storage.one(
            world,
            f"SELECT count(*) AS total FROM {self.table} WHERE {where}",  # noqa: S608 - our own words
            *self.values,
        )
        page = _asked_for(params, 0 if counted is None else counted["total"])
        rows = storage.every(
            world,
            f"SELECT {self.table}.* FROM {self.table} WHERE {where}"  # noqa: S608 - our own words
            " ORDER BY number DESC LIMIT ? OFFSET ?",
            *self.values,
            page.size,
            page.offset,
        )
        return rows, page


def given(params: Params, name: str) -> str:
    """A filter; one that is blank is none."""
    value = params.get(name, "")
    if not isinstance(value, str):
        raise Crash("a filter that is no text")
    return value


def seconds(params: Params, name: str) -> int | None:
    """Unix seconds; what does not begin with a number crashes the server (D 11.4)."""
    value = params.get(name)
    if value is None:
        return None
    found = _LEADING.match(value) if isinstance(value, str) else None
    if found is None:
        raise Crash("time")
    return integer(found[0])


def encoded(timestamp: float | None) -> dict[str, int]:
    """Times in lists; none is the beginning of 1970 (D 8)."""
    if timestamp is None:
        return {"seconds": 0, "nanos": 0}
    micros = round(timestamp * 1_000_000)
    return {"seconds": micros // 1_000_000, "nanos": micros % 1_000_000 * 1000}


def printed(timestamp: float | None) -> str:
    """Times of a single pipeline; none is the beginning of 1970 (D 8)."""
    return f"{datetime.fromtimestamp(timestamp or 0, tz=UTC):%Y-%m-%d %H:%M:%S.%f}Z"


@dataclass(frozen=True)
class Nothing(Page):
    """What remains of a page when the backend's refusal is swallowed (D 10.4)."""

    number: int = 0
    size: int = 0
    total: int = 0

    @property
    def last(self) -> int:
        return 0


def _asked_for(params: Params, total: int) -> Page:
    number, size = _positive(params, "page", 1), _positive(params, "page_size", _DEFAULT_SIZE)
    return Page(min(number, max(1, math.ceil(total / size))), size, total)


def _positive(params: Params, name: str, default: int) -> int:
    """Leading digits count, everything else is the default (D 7)."""
    value = params.get(name)
    found = _LEADING.match(value) if isinstance(value, str) else None
    number = integer(found[0]) if found else 0
    return number if number > 0 else default
