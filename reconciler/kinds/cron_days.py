"""On which days a cron expression can be due, by the rule of Semaphore's scheduler (A 10).

Day of month and day of week have to fit both, where other crons take either: ``0 0 13 * 5`` is
Friday the 13th only. Where the library's reading is not known for sure, a day may fit.
"""

import calendar
import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

_WEEKDAYS = {"MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6, "SUN": 7}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_EVERY_SORT_OF_YEAR = range(2000, 2028)
"""In 28 years without a century every date is on every weekday, the 29th of February too."""
_YEARS = range(1970, 10_000)
_SATURDAY = 6
_SUNDAY = 7
_WEEK = 7
_NEAR = 2
"""How far a weekday may be from the day that it is the nearest to."""


def is_never(at: str) -> bool:
    """Say whether no day fits an expression that the scheduler takes."""
    if at.startswith("@"):
        return at.lower() == "@reboot"
    _, _, day, month, weekday, year = _fields(at)
    return not any(_is_day(day, one) and _is_weekday(weekday, one) for one in _dates(month, year))


def needs_both_days(at: str) -> bool:
    """Say whether some days fit only one of day of month and day of week, and so do not count."""
    if at.startswith("@"):
        return False
    _, _, day, _, weekday, _ = _fields(at)
    return "*" not in day.split(",") and "*" not in weekday.split(",")


def _fields(at: str) -> list[str]:
    fields = at.split(" ")
    return [*fields, *["*"] * (6 - len(fields))]


def _dates(month: str, year: str) -> Iterator[date]:
    years: Iterable[int] = _EVERY_SORT_OF_YEAR
    if year != "*":
        years = (number for number in _YEARS if _fits(year, number, {}))
    for number in years:
        for one in range(1, 13):
            if _fits(month, one, _MONTHS):
                first = date(number, one, 1)
                days = calendar.monthrange(number, one)[1]
                yield from (first + timedelta(days=past) for past in range(days))


def _is_day(field: str, one: date) -> bool:
    last = calendar.monthrange(one.year, one.month)[1]
    for entry in field.split(","):
        if entry == "L":
            fits = one.day == last
        elif entry.endswith("W"):
            wanted = last if entry == "LW" else min(int(entry[:-1]), last)
            fits = one.isoweekday() < _SATURDAY and abs(one.day - wanted) <= _NEAR
        else:
            fits = _fits(entry, one.day, {})
        if fits:
            return True
    return False


def _is_weekday(field: str, one: date) -> bool:
    last = calendar.monthrange(one.year, one.month)[1]
    for entry in field.split(","):
        found = re.fullmatch(r"(?P<name>[^*/-]*?)(?:(?P<last>L)|#(?P<nth>\d))?", entry)
        name = found["name"] if found else entry
        if not name:  # the last of the week: to some that is Saturday
            fits = one.isoweekday() >= _SATURDAY
        else:
            fits = _fits(name, one.isoweekday(), _WEEKDAYS)
            fits = fits or (one.isoweekday() == _SUNDAY and _fits(name, 0, _WEEKDAYS))
        if found and found["last"] and name:
            fits = fits and one.day + _WEEK > last
        if found and found["nth"]:
            fits = fits and (one.day - 1) // _WEEK + 1 == int(found["nth"])
        if fits:
            return True
    return False


def _fits(field: str, value: int, names: dict[str, int]) -> bool:
    return any(_entry_fits(entry, value, names) for entry in field.split(","))


def _entry_fits(entry: str, value: int, names: dict[str, int]) -> bool:
    base, _, step = entry.partition("/")
    if base == "*":
        return value % int(step or 1) == 0
    if base == "L":  # of a month: nobody says what that is
        return True
    bounds = [_number(text, names) for text in base.split("-")]
    low, high = min(bounds), max(bounds)
    return low <= value <= high and (value - low) % int(step or 1) == 0


def _number(text: str, names: dict[str, int]) -> int:
    return names.get(text.upper()) or int(text)
