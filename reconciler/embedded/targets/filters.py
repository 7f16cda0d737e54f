"""Which deployments a history shows: exact, by wildcard or by regular expression (C 1.10)."""

import re
import sqlite3
from collections.abc import Callable, Mapping

from reconciler.embedded.regular import compiles, found

Filter = Callable[[str | None], bool]

EXACT = ("git_ref_type", "git_ref_label", "triggered_by")
PATTERNS = ("parameter1", "parameter2", "parameter3")

_LONGEST = 100
_SPECIAL = frozenset(r".+?[]{}|\\")
# Repetitions of repetitions or of alternatives, long ranges, groups with a question mark:
# the real server takes no regular expression that looks slow.
_SLOW = re.compile(r"\([^)]*[+*][^)]*\)[+*]|\([^)]*\|[^)]*\)[+*]|\{\d{2,},\d*\}|\(\?.*?\)")


def chosen(rows: list[sqlite3.Row], asked: Mapping[str, str]) -> list[sqlite3.Row]:
    """Blank filters are none."""
    wanted = {name: value for name, value in asked.items() if value.strip()}
    tests = {
        name: _exactly(value) if name in EXACT else _like(value) for name, value in wanted.items()
    }
    return [row for row in rows if all(test(row[name]) for name, test in tests.items())]


def _exactly(value: str) -> Filter:
    return lambda kept: kept == value


def _like(value: str) -> Filter:
    if len(value.encode()) > _LONGEST:
        return lambda _kept: False
    pattern = _regular(value)
    if pattern is None and set(value) & set("*%"):
        parts = (_WILD.get(char, re.escape(char)) for char in value)
        pattern = f"(*UTF)(?s){''.join(parts)}"
    if pattern is None:
        return _exactly(value)
    return lambda kept: kept is not None and found(pattern, kept, whole=True)


_WILD = {"*": ".*", "%": ".*", "_": "."}


def _regular(value: str) -> str | None:
    if not set(value) & _SPECIAL or _SLOW.search(value):
        return None
    return value if compiles(value) else None
