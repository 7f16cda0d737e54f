"""Moments, durations and long words as people read them."""

import re
from datetime import UTC, datetime

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNITS = ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "min"), (1, "s"))
# After these a line may end: before the next part of a path, a key or a name.
_JOINTS = re.compile(r"(?<=[/.:@?&=,-])(?=[^/.:@?&=,\s-])")


def lasting(seconds: float | None) -> str:
    """The two largest units that are not zero: `1 min 5 s`; "" of what has not begun."""
    if seconds is None:
        return ""
    left, parts = max(0, round(seconds)), []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts[:2]) or "0 s"


def moment(at: float, now: datetime) -> str:
    """With its date, unless that is today's."""
    found = datetime.fromtimestamp(at, tz=UTC)
    return f"{found:%H:%M:%S}" if found.date() == now.date() else f"{found:%Y-%m-%d %H:%M:%S}"


def pieces(text: object) -> list[str]:
    """The parts of a long name: a line may end between them, and nowhere inside of one."""
    return _JOINTS.split(str(text))


def counted(count: int, one: str, more: str = "") -> str:
    """The number and its noun."""
    return f"{count} {one if count == 1 else more or one + 's'}"
