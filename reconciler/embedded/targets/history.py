"""The history of a target's deployments: what may be asked, and its pages (C 1.10)."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.store import World
from reconciler.embedded.targets import deployments, filters
from reconciler.embedded.targets.words import CURSOR_TYPES, member, parse
from reconciler.embedded.texts import integer
from reconciler.embedded.verification import internal_error, needs_integer

_SIZE = 10
_FILTERS = (*filters.EXACT, *filters.PATTERNS)
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")
# Microseconds of the years that the real server's calendar has.
_CALENDAR = range(-377_705_116_800_000_000, 253_402_300_800_000_000)


@dataclass(frozen=True)
class _Page:
    rows: Sequence[sqlite3.Row]
    """Newest first."""
    before: int = 0
    """Cursors; 0 is none."""
    after: int = 0


def page(world: World, target_id: str, params: Params) -> dict[str, Any]:
    word = parse(params.get("cursor_type", "FIRST"))
    value = _cursor_value(params.get("cursor_value", "0"))
    if isinstance(word, int) and word not in range(len(CURSOR_TYPES)):
        raise internal_error()
    cursor = member(word, CURSOR_TYPES)
    asked = {name: params[name] for name in _FILTERS if name in params}
    if not all(isinstance(text, str) for text in asked.values()):
        raise internal_error()
    if cursor != "FIRST" and value not in _CALENDAR:
        raise internal_error()
    every = deployments.of_target(world, target_id)
    found = _load(every, filters.chosen(every, asked), cursor, value)
    return {
        "cursor_after": found.after,
        "cursor_before": found.before,
        "deployments": [_shape(row) for row in found.rows],
    }


def last_deployment(world: World, target: sqlite3.Row) -> dict[str, Any] | None:
    row = deployments.last(world, target["id"])
    return None if row is None else _shape(row)


def _load(every: list[sqlite3.Row], chosen: list[sqlite3.Row], cursor: str, value: int) -> _Page:
    """Whether a page is the first or the last is decided without the filters."""
    newer = sum(row["triggered_at"] >= value for row in every)
    match cursor:
        case "BEFORE" if newer:
            return _older(chosen, value)
        case "AFTER" if newer > _SIZE + 1:
            oldest = not any(row["triggered_at"] <= value for row in every)
            return _newer(chosen, value, oldest=oldest)
        case _:
            rows = chosen[:_SIZE]
            return _Page(rows, before=_at(rows[-1:]) if len(chosen) > _SIZE else 0)


def _older(chosen: list[sqlite3.Row], value: int) -> _Page:
    """Of what is not newer than the cursor the newest is where the cursor comes from."""
    found = [row for row in chosen if row["triggered_at"] <= value][: _SIZE + 2]
    rows = found[1 : _SIZE + 1]
    more = len(found) > _SIZE + 1
    return _Page(rows, before=_at(rows[-1:]) if more else 0, after=_at(rows[:1]))


def _newer(chosen: list[sqlite3.Row], value: int, *, oldest: bool) -> _Page:
    found = [row for row in reversed(chosen) if row["triggered_at"] >= value][: _SIZE + 2]
    first = 0 if oldest else 1
    rows = found[first : first + _SIZE]
    more = len(found) > first + _SIZE
    return _Page(
        rows[::-1],
        before=0 if oldest else _at(rows[:1]),
        after=_at(rows[-1:]) if more else 0,
    )


def _at(rows: Sequence[sqlite3.Row]) -> int:
    return rows[0]["triggered_at"] if rows else 0


def _shape(row: sqlite3.Row) -> dict[str, Any]:
    """The caller is not forwarded, so that nobody may ever rerun (C 1.2)."""
    whole_seconds = datetime.fromtimestamp(row["triggered_at"] // 1_000_000, tz=UTC)
    env_vars: dict[str, str] = json.loads(row["env_vars"])
    return {
        "can_requester_rerun": False,
        "env_vars": [{"name": name, "value": value} for name, value in env_vars.items()],
        "id": row["id"],
        "pipeline_id": row["pipeline_id"],
        "prev_pipeline_id": row["prev_pipeline_id"],
        "state": row["state"],
        "state_message": row["state_message"],
        "switch_id": row["switch_id"],
        "target_id": row["target_id"],
        "target_name": row["promotion"],
        "triggered_at": f"{whole_seconds:%Y-%m-%dT%H:%M:%S}.000000Z",
        "triggered_by": row["triggered_by"],
    }


def _cursor_value(given: Any) -> int:
    """A leading integer is enough here, unlike in other parameters."""
    if not isinstance(given, str):
        raise Crash("cursor_value is no text")
    found = _LEADING_INTEGER.match(given)
    if found is None:
        raise needs_integer(given, "cursor_value")
    return integer(found[0])
