"""Standard output and error: the product here, the talk there, and readers that go away."""

import contextlib
import os
import select
import sys
from typing import TextIO

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}
_GONE = "its reader has gone"
_unread: dict[str, str] = {}
"""Why nobody reads what is written to a stream, by its name, where that was seen."""


class Unwritable(Exception):
    """The product can't be written; the reason is the operating system's words."""


def prepare() -> None:
    """Make the three streams usable, closed or not, and proof against any character."""
    _unread.clear()
    for number, (name, mode) in enumerate(_MODES.items()):
        if getattr(sys, name) is None:
            _unread[name] = "it is closed"
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:  # else a later file would take the number, and the output
                os.dup2(opened, number)
                os.close(opened)
            stream = open(number, mode, closefd=False, encoding="utf-8")  # noqa: SIM115 — a number, for good
            setattr(sys, name, stream)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def check_read() -> None:
    """Raise Unwritable if nobody can read what is written to standard output."""
    if why := _unread.get("stdout"):
        raise Unwritable(why)
    try:
        number = sys.stdout.fileno()
    except (OSError, ValueError):  # no file: whoever put it there reads it
        return
    poll = select.poll()
    poll.register(number, select.POLLOUT)
    gone = select.POLLERR | select.POLLHUP | select.POLLNVAL
    if any(event & gone for _, event in poll.poll(0)):
        raise Unwritable(_GONE)


def product(text: str) -> None:
    """Write to standard output; raises Unwritable, but not where the reader has gone."""
    try:
        _write(sys.stdout, text)
    except BrokenPipeError:
        _silence(sys.stdout)
        _unread["stdout"] = _GONE
    except (OSError, ValueError) as error:
        _silence(sys.stdout)
        why = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(why or "it is closed") from None


def talk(text: str) -> None:
    """Write to standard error, or not at all."""
    from reconciler.cli.terminal import fitted  # noqa: PLC0415 — --help has nothing to say there

    try:
        _write(sys.stderr, fitted(text, sys.stderr))
    except (OSError, ValueError):
        _silence(sys.stderr)


def finish(code: int) -> int:
    """Return the exit code once all is written."""
    try:
        product("")
    except Unwritable:
        return code or 1
    return code


def _write(stream: TextIO, text: str) -> None:
    stream.write(text)
    stream.flush()


def _silence(stream: TextIO) -> None:
    """Send what is still in the buffer, and all that follows, to nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
