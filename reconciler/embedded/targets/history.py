"""The history of a target's deployments: what may be asked, and an empty page (C 1.10)."""

import re
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.replies import Crash
from reconciler.embedded.targets.words import CURSOR_TYPES, member, parse
from reconciler.embedded.verification import internal_error, needs_integer

_FILTERS = (
    "git_ref_type",
    "git_ref_label",
    "triggered_by",
    "parameter1",
    "parameter2",
    "parameter3",
)
_LEADING_INTEGER = re.compile(r"[+-]?[0-9]+")
# Microseconds of the years that the real server's calendar has.
_CALENDAR = range(-377_705_116_800_000_000, 253_402_300_800_000_000)


def page(params: Params) -> dict[str, Any]:
    word = parse(params.get("cursor_type", "FIRST"))
    value = _cursor_value(params.get("cursor_value", "0"))
    if isinstance(word, int) and word not in range(len(CURSOR_TYPES)):
        raise internal_error()
    cursor = member(word, CURSOR_TYPES)
    if not all(isinstance(params.get(name, ""), str) for name in _FILTERS):
        raise internal_error()
    if cursor != "FIRST" and value not in _CALENDAR:
        raise internal_error()
    return {"cursor_after": 0, "cursor_before": 0, "deployments": []}


def _cursor_value(given: Any) -> int:
    """A leading integer is enough here, unlike in other parameters."""
    if not isinstance(given, str):
        raise Crash("cursor_value is no text")
    found = _LEADING_INTEGER.match(given)
    if found is None:
        raise needs_integer(given, "cursor_value")
    return int(found[0])
