"""Cron expressions as the scheduler's library reads them (A 10): one to six fields, UTC."""

import re

_WORDS = frozenset({"@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight"}) | {
    "@hourly",
    "@minutely",
    "@reboot",
    "@secondly",
}
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
_FIELDS: tuple[tuple[str, int, int, list[str]], ...] = (
    ("minute", 0, 59, []),
    ("hour", 0, 23, []),
    ("day of the month", 1, 31, []),
    ("month", 1, 12, _MONTHS),
    ("day of the week", 0, 7, _DAYS),
    ("year", 0, 9999, []),
)
_PART = re.compile(r"(?:\*(?:/(?P<step>\d+))?|(?P<low>\w+)(?:-(?P<high>\w+)(?:/(?P<by>\d+))?)?)")


def check_cron(at: str) -> None:
    """Raise ValueError for an expression that would be refused."""
    if at.startswith("@"):
        if at.lower() not in _WORDS:
            raise ValueError(f"{at!r} is not one of {', '.join(sorted(_WORDS))}")
        return
    if at != at.strip() or "  " in at or "\t" in at:
        raise ValueError(f"the fields of {at!r} must be separated by exactly one space")
    fields = at.split(" ")
    if len(fields) > len(_FIELDS):
        raise ValueError(f"{at!r} has {len(fields)} fields, a cron expression has at most 6")
    for text, (what, low, high, names) in zip(fields, _FIELDS, strict=False):
        for part in text.split(","):
            _check_part(part, what, low, high, names)


def _check_part(part: str, what: str, low: int, high: int, names: list[str]) -> None:
    found = _PART.fullmatch(part)
    if not found:
        raise ValueError(f"can't read {part!r} as {what}")
    if found["step"] is not None and int(found["step"]) == 0:
        raise ValueError(f"{part!r} as {what}: a step can't be 0")
    for bound in (found["low"], found["high"]):
        if bound is None or bound.lower()[:3] in names:
            continue
        if not bound.isdigit() or not low <= int(bound) <= high:
            raise ValueError(f"can't read {bound!r} as {what} ({low} to {high})")
