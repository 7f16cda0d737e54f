"""The syntax of `at`, as the library of the real scheduler reads it (A 10)."""

import re

from reconciler.embedded.texts import integer

_WORDS = frozenset(
    {
        "reboot",
        "yearly",
        "annually",
        "monthly",
        "weekly",
        "daily",
        "midnight",
        "hourly",
        "minutely",
        "secondly",
    }
)
_WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_FIELDS = (
    ("minute", range(60)),
    ("hour", range(24)),
    ("day of month", range(1, 32)),
    ("month", range(1, 13)),
    ("day of week", range(8)),
    ("year", range(10_000)),
)
_INTEGER = re.compile(r"[+-]?\d+", re.ASCII)


class Malformed(Exception):
    """The library's own words."""


def check(expression: str) -> None:
    """One to six fields with single spaces between them, or a word like @daily."""
    if expression.startswith("@"):
        word = expression[1:].lower()
        if word not in _WORDS:
            raise Malformed(f"Special identifier @{word} is undefined.")
        return
    parts = expression.split(" ")
    for part, (name, values) in zip(parts, _FIELDS, strict=False):
        for entry in part.split(","):
            _check_entry(entry, name, values)
    if len(parts) > len(_FIELDS):
        raise Malformed("The Cron Format String contains too many parts.")


def _check_entry(entry: str, name: str, values: range) -> None:
    if entry == "*":
        return
    if "/" in entry:
        _check_increment(entry, name, values)
    elif re.fullmatch(r".+-.+", entry):
        _check_range(entry, name, values)
    else:
        _check_value(entry, name, values)


def _check_increment(entry: str, name: str, values: range) -> None:
    """Only `*` and ranges can be divided."""
    base, _, divider = entry.partition("/")
    if not _INTEGER.fullmatch(divider) or integer(divider) <= 0:
        raise Malformed(f"Can't parse {entry} as increment.")
    if base != "*":
        _check_range(base, name, values)


def _check_range(entry: str, name: str, values: range) -> None:
    ends = entry.split("-")
    if len(ends) != 2:  # noqa: PLR2004 - a range has two ends
        raise Malformed(f"Can't parse {entry} as {name}.")
    for end in ends:
        _check_value(end, name, values)


def _check_value(entry: str, name: str, values: range) -> None:
    if name == "day of month":
        if entry in {"L", "LW"}:
            return
        number = entry.removesuffix("W")
    elif name == "day of week":
        if entry == "L" or entry.upper() in _WEEKDAYS:
            return
        number = re.sub(r"(L|#[1-5])$", "", entry)
        if number.upper() in _WEEKDAYS:
            return
    else:
        if name == "month" and (entry == "L" or entry.upper() in _MONTHS):
            return
        number = entry
    if not _INTEGER.fullmatch(number) or integer(number) not in values:
        raise Malformed(f"Can't parse {entry} as {name}.")
