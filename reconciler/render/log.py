"""Logs of jobs on a terminal: colours are let through, everything else it might obey is not."""

import re

from reconciler.render.values import printable

_COLOUR = re.compile(r"(\x1b\[[0-9;:]*m|[\n\r\t])")
_UNFINISHED = re.compile(r"\x1b(\[[0-9;:]{0,40})?\Z")


class Sanitizer:
    """Makes a log harmless piece by piece; a colour may begin in one piece and end in the next."""

    def __init__(self) -> None:
        self._held = ""

    def __call__(self, text: str) -> str:
        text = self._held + text
        cut = _UNFINISHED.search(text)
        self._held = cut[0] if cut else ""
        return _tamed(text[: cut.start()] if cut else text)

    def rest(self) -> str:
        """Return what was held back for a piece that did not come."""
        held, self._held = self._held, ""
        return _tamed(held)


def _tamed(text: str) -> str:
    pieces = _COLOUR.split(text)
    # what was split at stands at the odd places
    return "".join(p if place % 2 else printable(p) for place, p in enumerate(pieces))
