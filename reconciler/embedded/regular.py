"""Regular expressions as clients write them, for matching; those Python cannot read match nothing.

`targets/pcre.py` decides whether one is accepted at all, which is a wider question.
"""

import re
import signal
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 0.1
"""Seconds of processor time. The real servers' library counts its steps, and gives up, too."""


def compiled(pattern: str, flags: re.RegexFlag = re.NOFLAG) -> re.Pattern[str] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError):
        return None


def found(pattern: re.Pattern[str] | None, text: str, *, whole: bool = False) -> bool:
    """Whether the text has a match or, `whole`, is one; what takes too long to tell has none."""
    if pattern is None:
        return False
    try:
        with _limited():
            return (pattern.fullmatch(text) if whole else pattern.search(text)) is not None
    except _GaveUp:
        return False


class _GaveUp(Exception):
    """Raised by the clock in the middle of a search."""


def _give_up(_number: int, _frame: object) -> None:
    raise _GaveUp


@contextmanager
def _limited() -> Iterator[None]:
    """Only the main thread, where `serve` and commands are, can be interrupted like this."""
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGVTALRM, _give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before or signal.SIG_DFL)
