"""Cron expressions as the scheduler's library reads them (A 10): one to six fields, UTC."""

import re
from typing import NamedTuple

_WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight"}) | {
    "@hourly",
    "@minutely",
    "@reboot",
    "@secondly",
}
_NUMBER = "(?P<number>[0-9]+)"
_MONTH = "JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC"
_DAY = "MON|TUE|WED|THU|FRI|SAT|SUN"


class _Field(NamedTuple):
    """``single``: what may stand alone or bound a range; its number is ``low`` to ``high``."""

    what: str
    low: int
    high: int
    single: re.Pattern[str] = re.compile(_NUMBER)


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31, re.compile(rf"LW?|{_NUMBER}W?")),
    _Field("month", 1, 12, re.compile(rf"L|(?i:{_MONTH})|{_NUMBER}")),
    _Field("day of the week", 0, 7, re.compile(rf"L|(?:(?i:{_DAY})|{_NUMBER})(?:L|#[1-5])?")),
    _Field("year", 0, 9999),
)
_PART = re.compile(r"(?:\*|(?P<low>[^-/*]+)-(?P<high>[^-/*]+))(?:/(?P<step>\d+))?|(?P<one>[^-/*]+)")


def check_cron(at: str) -> None:
    """Raise ValueError for an expression that would be refused."""
    if at.startswith("@"):
        if at.lower() not in _WORDS:
            raise ValueError(f"{at!r} is not one of {', '.join(sorted(_WORDS))}")
        return
    if at != at.strip() or "  " in at or "\t" in at:
        raise ValueError(f"the fields of {at!r} must be separated by exactly one space")
    texts = at.split(" ")
    if len(texts) > len(_FIELDS):
        raise ValueError(f"{at!r} has {len(texts)} fields, a cron expression has at most 6")
    for text, field in zip(texts, _FIELDS, strict=False):
        for part in text.split(","):
            _check_part(part, field)


def _check_part(part: str, field: _Field) -> None:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"can't read {part!r} as {field.what}")
    if found["step"] is not None and int(found["step"]) == 0:
        raise ValueError(f"{part!r} as {field.what}: a step can't be 0")
    for bound in (found["low"], found["high"], found["one"]):
        if bound is not None:
            _check_bound(bound, field)


def _check_bound(bound: str, field: _Field) -> None:
    found = field.single.fullmatch(bound)
    number = found["number"] if found else None
    if not found or (number is not None and not field.low <= int(number) <= field.high):
        raise ValueError(f"can't read {bound!r} as {field.what} ({field.low} to {field.high})")
