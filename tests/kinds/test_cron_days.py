"""Which days a cron expression can be due on, held against when the local scheduler starts it."""

import calendar
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.embedded.schedules.times import next_after
from reconciler.kinds.cron import check_cron
from reconciler.kinds.cron_days import is_never, needs_both_days

_DAYS = st.sampled_from(
    ["*", "*/2", "*/40", "1", "13", "29", "30", "31", "30-31", "1-7", "L", "LW", "15W", "1,31"]
)
_MONTHS = st.sampled_from(
    ["*", "2", "FEB", "4,6", "jun-nov", "*/13", "1-12/3", "12", "L", "nov-feb"]
)
_ODD_WEEKDAYS = st.sampled_from(["fri-mon", "*/2", "*/7", "*/9"])
_WEEKDAYS = _ODD_WEEKDAYS | st.sampled_from(
    ["*", "0", "7", "5", "MON", "tue-thu", "MON#1", "FRI#5", "5L", "6-7", "0-6/2", "SAT,SUN", "L"]
)


@given(day=_DAYS, month=_MONTHS, weekday=_WEEKDAYS)
def test_never_is_when_nothing_is_started(day: str, month: str, weekday: str) -> None:
    """Two readings of one rule: here by days, there by the time that comes next."""
    at = f"0 0 {day} {month} {weekday}"
    check_cron(at)
    assert is_never(at) is (next_after(at, 1_700_000_000) is None)


@pytest.mark.parametrize(
    ("at", "never"),
    [
        *(("0 0 31 2 *", True), ("0 0 29 2 *", False), ("0 0 29 2 * 2028", False)),
        *(("0 0 29 2 * 2030", True), ("0 0 1 * MON#2", True), ("0 0 8 * MON#2", False)),
        *(("@reboot", True), ("@Daily", False), ("0", False), ("* * * * * 0", True)),
        *(("0 0 31 6-5 *", False), ("0 0 30 12-2 *", False), ("0 0 * L *", False)),
        *(("0 0 * * L", False), ("0 0 31 9-9 *", True), ("0 0 8 2 FRI#5", True)),
    ],
)
def test_never(at: str, *, never: bool) -> None:
    """A year may have no such day, nor a month; a range goes over its end."""
    assert is_never(at) is never


def test_each_name_is_its_day_and_its_month() -> None:
    """The first of each month, and the days of one week."""
    names = calendar.day_abbr
    for number, month in enumerate(calendar.month_abbr[1:], 1):
        first = names[date(2023, number, 1).weekday()]
        due = [name for name in names if not is_never(f"0 0 1 {month} {name.upper()} 2023")]
        assert due == [first]
    for day, its in enumerate(names, 2):  # Monday is the 2nd
        assert [name for name in names if not is_never(f"0 0 {day} 1 {name} 2023")] == [its]


@pytest.mark.parametrize(
    ("at", "both"),
    [
        *(("0 0 13 * 5", True), ("0 0 1-7 * MON", True), ("0 0 13 * *", False)),
        *(("0 0 * * 5", False), ("0 0", False), ("@weekly", False), ("0 0 1,* * 5", False)),
    ],
)
def test_both_days(at: str, *, both: bool) -> None:
    """Day of month and day of week: elsewhere one of them would be enough."""
    assert needs_both_days(at) is both
