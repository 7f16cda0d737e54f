"""Standard output and error: the product here, the talk there, and readers that go away."""

import contextlib
import os
import sys
from typing import TextIO

_MODES = {"stdin": "r", "stdout": "w", "stderr": "w"}


class Unwritable(Exception):
    """The product can't be written; the reason is the operating system's words."""


def prepare() -> None:
    """Make the three streams usable, closed or not, and proof against any character."""
    for number, (name, mode) in enumerate(_MODES.items()):
        if getattr(sys, name) is None:
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


def product(text: str) -> None:
    """Write to standard output; raises Unwritable, but not where the reader has gone."""
    try:
        _write(sys.stdout, text)
    except (OSError, ValueError) as error:
        _silence(sys.stdout)
        why = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(why or "it is closed") from None


def talk(text: str) -> None:
    """Write to standard error, or not at all."""
    try:
        _write(sys.stderr, text)
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
    try:
        stream.write(text)
        stream.flush()
    except BrokenPipeError:
        _silence(stream)


def _silence(stream: TextIO) -> None:
    """Send what is still in the buffer, and all that follows, to nowhere."""
    with contextlib.suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
