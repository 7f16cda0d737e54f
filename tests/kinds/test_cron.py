"""Cron expressions that the scheduler takes, and those it refuses (A 10)."""

import pytest

from reconciler.kinds.cron import check_cron


@pytest.mark.parametrize(
    "at",
    [
        *("* * * * *", "0", "0 3", "*/15 * * * *", "0 0 1-7 * *", "1-30/5 * * * *"),
        *("0 0 L * *", "0 0 LW * *", "0 0 15W * *", "0 0 * * 5L", "0 0 * * MON#2", "0 0 * * L"),
        *("0 0 * JAN,feb 0", "0 0 * * Mon-FRI", "* * * * * 2030", "@daily", "@Hourly"),
    ],
)
def test_accepted(at: str) -> None:
    """Names, last days, nearest and nth weekdays, years, and words."""
    check_cron(at)


@pytest.mark.parametrize(
    "at",
    [
        *("60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8", "5/15 * * * *"),
        *("*/0 * * * *", " * * * * *", "*  *", "* * * * * * *", "@never", "x", "1- * * * *"),
        *("0 0 * * MONDAY", "0 0 * * MON#6", "L * * * *", "0 0 * JANUARY *", "1-2-3", "", "٣"),
    ],
)
def test_refused(at: str) -> None:
    """Whatever the library behind the server can't parse."""
    with pytest.raises(ValueError, match=r"\S"):
        check_cron(at)
