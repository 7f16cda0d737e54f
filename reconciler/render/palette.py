"""How wide text is, and colours by meaning; what draws them is passed in."""

from collections.abc import Callable
from enum import StrEnum

WIDTH = 100
"""Columns, where no terminal says."""


class Tone(StrEnum):
    """What a piece of text means, with the terminal's code for it."""

    CREATED = "32"
    CHANGED = "33"
    REMOVED = "31"
    LOUD = "1;31"
    STRONG = "1"
    FAINT = "2"


Palette = Callable[[str, Tone], str]
"""Dresses a text in a tone."""


def plain(text: str, tone: Tone) -> str:  # noqa: ARG001 — a palette without colours
    return text


def coloured(text: str, tone: Tone) -> str:
    return f"\x1b[{tone}m{text}\x1b[0m" if text else ""
