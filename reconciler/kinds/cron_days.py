"""On which days a cron expression can be due, by the rule of Semaphore's scheduler (A 10).

Day of month and day of week have to fit both, where other crons take either: ``0 0 13 * 5`` is
Friday the 13th only.
"""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, timedelta

_WEEKDAYS = {"MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6, "SUN": 7, "L": 7}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS["L"] = 12
_EVERY_SORT_OF_YEAR = range(2000, 2028)
"""In 28 years without a century every date is on every weekday, the 29th of February too."""
_YEARS = range(1970, 10_000)
_SATURDAY = 6
_SUNDAY = 7
_WEEK = 7


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
    return any(_is_day_of_month(entry, one, last) for entry in field.split(","))


def _is_day_of_month(entry: str, one: date, last: int) -> bool:
    if entry == "L":
        return one.day == last
    if not entry.endswith("W"):
        return _entry_fits(entry, one.day, {})
    day = last if entry == "LW" else min(int(entry[:-1]), last)
    weekday = one.replace(day=day).isoweekday()
    if weekday == _SATURDAY:
        day += -1 if day > 1 else 2
    elif weekday == _SUNDAY:
        day += 1 if day < last else -2
    return one.day == day


def _is_weekday(field: str, one: date) -> bool:
    return any(_is_day_of_week(entry, one) for entry in field.split(","))


def _is_day_of_week(entry: str, one: date) -> bool:
    """Sunday is 7, and 0 where nothing is divided; a fifth that is none is one of the next month,
    and the library takes the day it has there for one of this.
    """
    before, last = calendar.monthrange(one.year, one.month)
    name, _, nth = entry.partition("#")
    if nth:
        day = (_number(name, _WEEKDAYS) - 1 - before) % _WEEK + 1 + _WEEK * (int(nth) - 1)
        return one.day == (day if day <= last else day - last)
    if entry.endswith("L") and entry != "L":
        return one.day + _WEEK > last and _is_day_of_week(entry[:-1], one)
    names = [one.isoweekday()]
    if one.isoweekday() == _SUNDAY and "/" not in entry:
        names.append(0)
    return any(_entry_fits(entry, number, _WEEKDAYS) for number in names)


def _fits(field: str, value: int, names: dict[str, int]) -> bool:
    return any(_entry_fits(entry, value, names) for entry in field.split(","))


def _entry_fits(entry: str, value: int, names: dict[str, int]) -> bool:
    """``*/2`` are the even numbers, ``1-7/2`` every other from 1; ranges may go over the end."""
    base, _, step = entry.partition("/")
    if base == "*":
        return value % int(step or 1) == 0
    low, *others = (_number(text, names) for text in base.split("-"))
    high = others[0] if others else low
    inside = low <= value <= high if low <= high else value >= low or value <= high
    return inside and (value - low) % int(step or 1) == 0


def _number(text: str, names: dict[str, int]) -> int:
    return names[text.upper()] if text.upper() in names else int(text)
