"""What doctor found: a line for each part, and how many of them are in the way."""

from collections.abc import Sequence

from reconciler.model.finding import Finding
from reconciler.render.machine import Document
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.values import printable
from reconciler.render.words import count


def text(found: Sequence[Finding], palette: Palette = plain) -> str:
    width = max(len(each.about) for each in found)
    lines = [_line(each, width, palette) for each in found]
    wrong = sum(each.wrong for each in found)
    verdict = f"{count(wrong, 'thing')} in the way." if wrong else "Nothing is in the way."
    return "".join(lines) + f"\n{palette(verdict, Tone.LOUD if wrong else Tone.STRONG)}\n"


def document(found: Sequence[Finding], where: str) -> Document:
    """Describe the same.

    ``organization``; ``well``: whether nothing is in the way; ``findings``: each with ``about``,
    ``text`` for people, and ``wrong``.
    """
    return {
        "organization": where,
        "well": not any(each.wrong for each in found),
        "findings": [each._asdict() for each in found],
    }


def _line(found: Finding, width: int, palette: Palette) -> str:
    sign = palette("!", Tone.LOUD) if found.wrong else palette("·", Tone.FAINT)
    first, *rest = found.text.split("\n")
    more = "".join(f"{' ' * (width + 6)}{printable(line)}\n" for line in rest)
    return f"  {sign} {found.about.ljust(width)}  {printable(first)}\n{more}"
