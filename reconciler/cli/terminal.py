"""Terminals: whether there is one, how wide it is, and whether it is to be coloured."""

import shutil
from collections.abc import Mapping
from typing import TextIO

from reconciler.render.palette import WIDTH, Palette, coloured, plain

_NARROWEST, _WIDEST = 60, 160


def is_terminal(stream: TextIO) -> bool:
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def palette(flag: str | None, file: str | None, environ: Mapping[str, str], out: TextIO) -> Palette:
    """Choose the palette for a stream: flag, environment, file, then what the stream is."""
    wish = flag or _environment(environ) or file or "auto"
    if wish == "auto":
        wish = "always" if is_lively(environ, out) else "never"
    return coloured if wish == "always" else plain


def _environment(environ: Mapping[str, str]) -> str | None:
    if environ.get("NO_COLOR"):
        return "never"
    if environ.get("FORCE_COLOR"):
        return "always"
    return None


def is_lively(environ: Mapping[str, str], out: TextIO) -> bool:
    """Whether the stream is a terminal that understands more than text."""
    return is_terminal(out) and environ.get("TERM") != "dumb"


def fitted(text: str, out: TextIO) -> str:
    """Break lines between words for a terminal; a file and a pipe get them whole, for grep."""
    if not is_terminal(out):
        return text
    from reconciler.render.wrapping import wrapped  # noqa: PLC0415 — most output is for no terminal

    return wrapped(text, width(out))


def width(out: TextIO) -> int:
    """Return the columns to write in; the same everywhere but on a terminal."""
    if not is_terminal(out):
        return WIDTH
    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns, _NARROWEST), _WIDEST)
