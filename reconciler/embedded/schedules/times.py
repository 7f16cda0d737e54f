"""When a schedule is due, as the library of the real scheduler reads it (A 10).

Day of month and day of week have to fit both: `0 0 13 * 5` is Friday the 13th only. `*/2` are the
even numbers, and `FRI-MON` goes over the end of the week.
"""

import calendar
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

_WORDS = {
    "yearly": "0 0 1 1 *",
    "annually": "0 0 1 1 *",
    "monthly": "0 0 1 * *",
    "weekly": "0 0 * * 0",
    "daily": "0 0 * * *",
    "midnight": "0 0 * * *",
    "hourly": "0 * * * *",
    "minutely": "* * * * *",
    "secondly": "* * * * *",  # no more often: each time is a workflow
}
_WEEKDAYS = {"MON": 1, "TUE": 2, "WED": 3, "THU": 4, "FRI": 5, "SAT": 6, "SUN": 7, "L": 7}
_MONTHS = {name.upper(): number for number, name in enumerate(calendar.month_abbr) if name}
_MONTHS["L"] = 12
_FARTHEST = timedelta(days=41 * 366)
"""Every weekday has been on every date by then, the 29th of February included."""
_SATURDAY, _SUNDAY = 6, 7

Fits = Callable[[int], bool]


def next_after(expression: str, moment: float) -> float | None:
    """The first whole minute after a moment, in seconds since 1970; None if there is none.

    The expression is one that ``cron.check`` accepts.
    """
    if expression.startswith("@"):
        expression = _WORDS.get(expression[1:].lower(), "")
    parts = expression.split(" ") if expression else ["never"]
    if parts == ["never"]:
        return None
    minute, hour, day, month, weekday, year = (*parts, *["*"] * (6 - len(parts)))
    begin = datetime.fromtimestamp(moment, tz=UTC).replace(second=0, microsecond=0)
    begin += timedelta(minutes=1)
    minutes, hours = _numbers(minute, range(60)), _numbers(hour, range(24))
    fits_month, fits_year = _field(month, _MONTHS), _field(year, {})
    at = begin.date()
    end = at + _FARTHEST
    while at < end:
        if not (fits_month(at.month) and fits_year(at.year)):
            at = _first_of_next_month(at)
            continue
        if _fits_day(day, at) and _fits_weekday(weekday, at):
            found = _first_time(at, begin, hours, minutes)
            if found is not None:
                return found.timestamp()
        at += timedelta(days=1)
    return None


def _first_time(at: date, begin: datetime, hours: list[int], minutes: list[int]) -> datetime | None:
    for hour in hours:
        for minute in minutes:
            found = datetime(at.year, at.month, at.day, hour, minute, tzinfo=UTC)
            if found >= begin:
                return found
    return None


def _first_of_next_month(at: date) -> date:
    return at.replace(day=1) + timedelta(days=calendar.monthrange(at.year, at.month)[1])


def _numbers(field: str, values: range) -> list[int]:
    fits = _field(field, {})
    return [value for value in values if fits(value)]


def _field(field: str, names: dict[str, int]) -> Fits:
    entries = [_entry(entry, names) for entry in field.split(",")]
    return lambda value: any(fits(value) for fits in entries)


def _entry(entry: str, names: dict[str, int]) -> Fits:
    base, slash, divider = entry.partition("/")
    first, dash, last = base.partition("-")
    if base == "*":
        return lambda value: not slash or value % int(divider) == 0
    low = _number(first, names)
    if not dash:
        return lambda value: value == low
    high = _number(last, names)
    step = int(divider) if slash else 1
    return lambda value: _is_between(value, low, high) and (value - low) % step == 0


def _is_between(value: int, low: int, high: int) -> bool:
    return low <= value <= high if low <= high else value >= low or value <= high


def _number(text: str, names: dict[str, int]) -> int:
    name = text.upper()
    return names[name] if name in names else int(text)


def _fits_day(field: str, at: date) -> bool:
    last = calendar.monthrange(at.year, at.month)[1]
    return any(_is_day(entry, at, last) for entry in field.split(","))


def _is_day(entry: str, at: date, last: int) -> bool:
    if entry == "L":
        return at.day == last
    if entry.endswith("W"):
        number = entry.removesuffix("W")
        wanted = last if number == "L" else min(int(number), last)
        return at.day == _nearest_weekday(at, wanted, last)
    return _entry(entry, {})(at.day)


def _nearest_weekday(at: date, day: int, last: int) -> int:
    """Of the same month."""
    weekday = at.replace(day=day).isoweekday()
    if weekday == _SATURDAY:
        return day - 1 if day > 1 else day + 2
    if weekday == _SUNDAY:
        return day + 1 if day < last else day - 2
    return day


def _fits_weekday(field: str, at: date) -> bool:
    return any(_is_weekday(entry, at) for entry in field.split(","))


def _is_weekday(entry: str, at: date) -> bool:
    """Sunday is 7, and 0 as well; but what is divided is 7."""
    weekday = at.isoweekday()
    name, hash_, number = entry.partition("#")
    if hash_:
        return at.day == _nth(_number(name, _WEEKDAYS), int(number), at)
    if entry.endswith("L") and entry != "L":
        is_last = at.day + 7 > calendar.monthrange(at.year, at.month)[1]
        return _is_weekday(entry[:-1], at) and is_last
    fits = _entry(entry, _WEEKDAYS)
    return fits(weekday) or (weekday == _SUNDAY and "/" not in entry and fits(0))


def _nth(weekday: int, number: int, at: date) -> int:
    """The day of the nth such weekday; of one that is in the next month the real one takes its day
    there for one of this month.
    """
    first_weekday, last = calendar.monthrange(at.year, at.month)
    day = (weekday - 1 - first_weekday) % 7 + 1 + 7 * (number - 1)
    return day if day <= last else day - last
