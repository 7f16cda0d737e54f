"""The ages of retention rules: what is accepted, how they are kept and shown (C 4.3)."""

import re

from reconciler.embedded.verification import verify

_DAY = 86_400
# In the order in which the real server tries them.
_UNITS = {"year": 365 * _DAY, "month": 30 * _DAY, "week": 7 * _DAY, "day": _DAY}
# `\s` is more than a space, and `$` lets a line feed pass: so does the real expression.
_AGE = re.compile(r"^(1[0-2]|[1-9])\s(?:day|days|week|weeks|month|months|year|years)$", re.ASCII)
_INTEGER = re.compile(r"[+-]?[0-9]+")


def crashes(age: str) -> bool:
    """The real check itself fails on two words of which the first is no integer."""
    words = age.split(" ")
    return len(words) == len(("number", "unit")) and _INTEGER.fullmatch(words[0]) is None


def verify_age(age: str) -> None:
    valid = "valid examples: 5 days, 1 week, 2 weeks, 3 months, 4 years"
    verify(_AGE.match(age) is not None, f"invalid 'age' value: '{age}' - {valid}")
    verify(" " in age, "the 'age' lowest value is 1 day")


def to_seconds(age: str) -> int:
    number, unit = age.split()
    return int(number) * _UNITS[unit.removesuffix("s")]


def to_text(seconds: int) -> str:
    """The largest unit that divides; days when none does, whatever remains."""
    unit = next((unit for unit, size in _UNITS.items() if seconds % size == 0), "day")
    number = seconds // _UNITS[unit]
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
