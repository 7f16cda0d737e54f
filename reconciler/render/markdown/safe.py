"""Text of others as Markdown that says just that: no markup, no link, no mention comes of it.

Every renderer leaves code alone. So what is not a plain word of a sentence becomes code: names,
options, addresses of anything.
"""

import html
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final
from urllib.parse import quote

from reconciler.render.summary.said import Loud, Name, Quote
from reconciler.render.values import printable

_LONGEST: Final = 2000
"""Characters of a sentence."""
_WIDEST: Final = 400
"""Characters of a line in a fence."""
_PLAIN: Final = re.compile(
    r"""[("']*(?:[^\W\d_]+(?:['’-][^\W\d_]+)*|\d+)[)"']*[,.;:!?]*[)"']*|[–—→·…%]"""
)
_TICKS: Final = re.compile("`+")


def code(text: str) -> str:
    """Return one code span, whatever is in it."""
    said = _clipped(printable(text), _LONGEST) or '""'
    ticks = "`" * (_longest_run(said) + 1)
    gap = " " if said[0] in "` " or said[-1] in "` " else ""
    return f"{ticks}{gap}{said}{gap}{ticks}"


def prose(text: str) -> str:
    """Return a sentence in which all but plain words is code."""
    return " ".join(_sentence(text, code)) or code("")


def dressed(
    said: Iterable[str], name: Callable[[str], str] = code, quote_: Callable[[str], str] = prose
) -> str:
    """Return what is said, each part of it in its dress."""
    dress: dict[type[str], Callable[[str], str]] = {Name: name, Quote: quote_, Loud: _loud}
    return "".join(dress.get(type(part), str)(part) for part in said)


def _loud(text: str) -> str:
    return f"**{text}**"


def html_code(text: str) -> str:
    return f"<code>{html.escape(_clipped(printable(text), _LONGEST))}</code>"


def html_prose(text: str) -> str:
    """Return the same within HTML, where Markdown means nothing."""
    return " ".join(_sentence(text, html_code)) or html_code('""')


def fence(language: str, lines: Iterable[str]) -> list[str]:
    """Return a block of code that ends where it is to end; very long lines are cut."""
    inside = [_clipped(line, _WIDEST) for line in lines]
    ticks = "`" * max(3, *(_longest_run(line) + 1 for line in inside), 0)
    return [f"{ticks}{language}", *inside, ticks]


def in_comment(text: str) -> str:
    """Return text that ends no comment, the same for the same."""
    return quote(text, safe=":/").replace("--", "-%2D")


def _sentence(text: str, dress: Callable[[str], str]) -> Iterator[str]:
    """Yield plain words as they are, and what is between them dressed, as one."""
    others: list[str] = []

    def dressed() -> str:
        """Return them without what ends them as parts of a sentence."""
        said = " ".join(others)
        name = said.rstrip(",.;:") or said
        return f"{dress(name)}{said[len(name) :]}"

    for word in _clipped(printable(text.replace("\n", " ")), _LONGEST).split():
        if _PLAIN.fullmatch(word):
            if others:
                yield dressed()
                others.clear()
            yield html.escape(word, quote=False)
        else:
            others.append(word)
    if others:
        yield dressed()


def _clipped(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    return f"{text[:most]}… {len(text) - most} more characters"


def _longest_run(text: str) -> int:
    return max((len(found) for found in _TICKS.findall(text)), default=0)
