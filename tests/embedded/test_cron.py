"""The syntax of `at` (A 10)."""

import pytest

from reconciler.embedded.schedules import cron


@pytest.mark.parametrize(
    "expression",
    [
        "* * * * *",
        "0",
        "0 0 1 1 0 2030",
        "@daily",
        "@Midnight",
        "0 0 * * MON-FRI",
        "0 0 * jan,Feb sun",
        "*/5 0-23/2 L * 7",
        "0,15,30 8 LW 12 2#3",
        "0 0 15W * 5L",
    ],
)
def test_good_expressions(expression: str) -> None:
    """One to six fields, names, lists, ranges, steps, words (A 10)."""
    cron.check(expression)


@pytest.mark.parametrize(
    ("expression", "complaint"),
    [
        ("", "Can't parse  as minute."),
        (" 0 0 * * *", "Can't parse  as minute."),
        ("0  0 * * *", "Can't parse  as hour."),
        ("60 0 * * *", "Can't parse 60 as minute."),
        ("0 24 * * *", "Can't parse 24 as hour."),
        ("0 0 0 * *", "Can't parse 0 as day of month."),
        ("0 0 * 13 *", "Can't parse 13 as month."),
        ("0 0 * * 8", "Can't parse 8 as day of week."),
        ("0 0 * * FUN", "Can't parse FUN as day of week."),
        ("5/15 * * * *", "Can't parse 5 as minute."),
        ("*/0 * * * *", "Can't parse */0 as increment."),
        ("*/x * * * *", "Can't parse */x as increment."),
        ("1-2-3 * * * *", "Can't parse 1-2-3 as minute."),
        ("* * * * * * *", "The Cron Format String contains too many parts."),
        ("@fortnightly", "Special identifier @fortnightly is undefined."),
        ("nonsense", "Can't parse nonsense as minute."),
    ],
)
def test_bad_expressions(expression: str, complaint: str) -> None:
    """With a sentence about the first bad field (A 10)."""
    with pytest.raises(cron.Malformed) as caught:
        cron.check(expression)
    assert str(caught.value) == complaint
