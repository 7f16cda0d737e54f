"""The six encodings of time are one aware datetime (D 8)."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.errors import BadSettings
from reconciler.remote.client.times import (
    microseconds,
    read_moment,
    seconds_after,
    seconds_before,
)

MOMENT = datetime(2019, 10, 14, 19, 56, 43, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "extra"),
    [
        ("1571083003", 0),
        (1571083003, 0),
        ({"seconds": 1571083003, "nanos": 559492000}, 559492),
        ({"seconds": "1571083003"}, 0),
        ("2019-10-14 19:56:43.559492Z", 559492),
        ("2019-10-14 19:56:43Z", 0),
        ("2019-10-14T19:56:43.000000Z", 0),
        ("2019-10-14T21:56:43+02:00", 0),
        (1571083003559492, 559492),
    ],
)
def test_encodings(value: Any, extra: int) -> None:
    """Each encoding is read to the microsecond, in UTC."""
    moment = read_moment(value)

    assert moment == MOMENT + timedelta(microseconds=extra)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "0",
        0,
        {"seconds": 0, "nanos": 0},
        "1970-01-01 00:00:00.000000Z",
        "1970-01-01T00:00:00.000000Z",
    ],
)
def test_unset(value: Any) -> None:
    """Each encoding's way to say "not set" is None."""
    assert read_moment(value) is None


@pytest.mark.parametrize(
    "value", [True, "soon", [], {}, {"seconds": None}, 10**40, float("inf"), float("nan"), "²"]
)
def test_nonsense(value: Any) -> None:
    """What is no time is a ValueError, which reading an answer turns into BadAnswer."""
    with pytest.raises(ValueError, match="not a time"):
        read_moment(value)


@given(st.datetimes(min_value=datetime(1971, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 — hypothesis wants bounds without a zone
def test_same_moment(naive: datetime) -> None:
    """All encodings that hold microseconds read back as the same moment."""
    moment = naive.replace(tzinfo=UTC)
    count = microseconds(moment)

    assert read_moment(count) == moment
    assert read_moment({"seconds": count // 10**6, "nanos": count % 10**6 * 1000}) == moment
    assert read_moment(f"{naive:%Y-%m-%d %H:%M:%S.%f}Z") == moment


def test_filters() -> None:
    """A filter's whole second never leaves out what lies between."""
    moment = MOMENT + timedelta(microseconds=1)

    assert seconds_before(moment) == 1571083003
    assert seconds_after(moment) == 1571083004
    assert seconds_before(MOMENT) == seconds_after(MOMENT) == 1571083003
    assert seconds_before(MOMENT.astimezone(timezone(timedelta(hours=5)))) == 1571083003


def test_time_without_a_zone() -> None:
    """A filter without a time zone is refused: it could be any hour."""
    with pytest.raises(BadSettings, match="time zone"):
        seconds_before(datetime(2019, 10, 14))  # noqa: DTZ001 — the mistake itself
