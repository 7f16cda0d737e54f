"""Points in time, from whichever of the six encodings an answer uses (D 8)."""

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator

from reconciler.errors import BadSettings

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 253_402_300_799  # of year 9999; a larger number counts microseconds


def read_moment(value: Any) -> datetime | None:
    """Return the point in time, aware; None for every encoding's way to say "not set".

    Raises ValueError for what is no time.
    """
    try:
        moment = _read(value)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ValueError("not a time") from None
    return None if moment == EPOCH else moment


Moment = Annotated[datetime | None, BeforeValidator(read_moment)]
"""An aware datetime, None where the server has no time for it."""


def _read(value: Any) -> datetime | None:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return _aware(value)
    if isinstance(value, dict):
        nanos = int(value.get("nanos", 0))
        return _counted(int(value["seconds"])) + timedelta(microseconds=nanos // 1000)
    if isinstance(value, str) and not value.isdecimal():
        return _aware(datetime.fromisoformat(value))
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return _counted(float(value) if isinstance(value, float) else int(value))
    raise ValueError("not a time")


def _counted(number: float) -> datetime:
    """Tell seconds from microseconds by size: the cursors alone count the latter."""
    if abs(number) > _LAST_SECOND:
        return EPOCH + timedelta(microseconds=number)
    return EPOCH + timedelta(seconds=number)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def seconds_before(moment: datetime) -> int:
    """Return the last whole second not after ``moment``, as the filters ``…_after`` want it."""
    return math.floor(_since_epoch(moment).total_seconds())


def seconds_after(moment: datetime) -> int:
    """Return the first whole second not before ``moment``, as the filters ``…_before`` want it."""
    return math.ceil(_since_epoch(moment).total_seconds())


def microseconds(moment: datetime) -> int:
    """Return the cursor of ``moment`` (D 7, C)."""
    return _since_epoch(moment) // timedelta(microseconds=1)


def _since_epoch(moment: datetime) -> timedelta:
    if moment.tzinfo is None:
        raise BadSettings("a time without a time zone could be any; use datetime(…, tzinfo=UTC)")
    return moment - EPOCH
