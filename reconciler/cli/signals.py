"""What ends the program from outside, before and after there is somebody else to hear it."""

import signal
import sys
from types import FrameType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # the last: the terminal has gone
_came: list[int] = []


def take() -> None:
    """Have each of them raise KeyboardInterrupt; what is ignored stays so, as with nohup."""
    _came.clear()
    sys.unraisablehook = _unraisable
    for number in heard():
        signal.signal(number, end)


def heard() -> list[signal.Signals]:
    """Return those that are not ignored."""
    return [number for number in _ENDING if signal.getsignal(number) != signal.SIG_IGN]


def _unraisable(dropped: "sys.UnraisableHookArgs") -> None:
    if not isinstance(dropped.exc_value, KeyboardInterrupt):
        sys.__unraisablehook__(dropped)


def end(number: int, _: FrameType | None) -> None:
    """Raise KeyboardInterrupt, which Python drops where nobody can catch it: see ``check``."""
    _came.append(number)
    raise KeyboardInterrupt


def check() -> None:
    """Raise KeyboardInterrupt if one came: before anything is asked of anybody."""
    if _came:
        raise KeyboardInterrupt
