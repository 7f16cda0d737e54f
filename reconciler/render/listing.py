"""Aligned tables and lists of facts: one line for each thing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.values import printable

_GAP = "  "
_NOTHING = "-"
"""Stands in an empty cell."""

_TONES = {
    "passed": Tone.CREATED,
    "failed": Tone.REMOVED,
    "stopped": Tone.CHANGED,
    "canceled": Tone.CHANGED,
    "running": Tone.STRONG,
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A text that means something."""

    text: str
    tone: Tone | None = None


Row = Sequence[Cell | str]


def outcome(state: str | None, result: str | None = None, reason: str | None = None) -> Cell:
    """Return how something ended, with the reason, or what it is doing."""
    word = str(result or state or "")
    return Cell(f"{word} ({reason})" if result and reason else word, _TONES.get(word))


def table(titles: Sequence[str], rows: Iterable[Row], palette: Palette = plain) -> str:
    """Return lines with aligned columns under their titles."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    heading = [Cell(title, Tone.FAINT) for title in titles]
    columns = zip(heading, *cells, strict=True)
    widths = [max(len(cell.text) for cell in column) for column in columns]
    return "".join(_line(row, widths, palette) for row in (heading, *cells))


def facts(pairs: Iterable[tuple[str, Cell | str]], palette: Palette = plain) -> str:
    """Return one line for each fact that is known."""
    known = [(name, cell) for name, value in pairs if (cell := _cell(value)).text != _NOTHING]
    width = max((len(name) for name, _ in known), default=0)
    return "".join(
        f"{palette(name.ljust(width), Tone.FAINT)}{_GAP}{_dressed(cell, palette)}\n"
        for name, cell in known
    )


def _cell(value: Cell | str) -> Cell:
    cell = value if isinstance(value, Cell) else Cell(value)
    return Cell(printable(cell.text) or _NOTHING, cell.tone)


def _line(row: Sequence[Cell], widths: Sequence[int], palette: Palette) -> str:
    *most, last = zip(row, widths, strict=True)
    padded = [_dressed(cell, palette) + " " * (width - len(cell.text)) for cell, width in most]
    return _GAP.join([*padded, _dressed(last[0], palette)]) + "\n"


def _dressed(cell: Cell, palette: Palette) -> str:
    return palette(cell.text, cell.tone) if cell.tone else cell.text
