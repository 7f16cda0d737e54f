"""Points in time and stretches of it, as people read them."""

from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


def moment(when: datetime | None) -> str:
    """Return a time in UTC, to the second, as one word."""
    return "" if when is None else when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def duration(begin: datetime | None, end: datetime | None) -> str:
    """Return the time between two moments as one word; "" if it has not begun."""
    if begin is None or end is None:
        return ""
    seconds = max(round((end - begin).total_seconds()), 0)
    if seconds < _MINUTE:
        return f"{seconds}s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE}m{seconds % _MINUTE:02}s"
    if seconds < _DAY:
        return f"{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02}m"
    return f"{seconds // _DAY}d{seconds % _DAY // _HOUR:02}h"
