"""What splicing gives: exchanges of characters, and what can't be done."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple


class Splice(NamedTuple):
    """Put ``text``, whose lines end in ``\\n``, in the place of the characters between."""

    start: int
    end: int
    text: str


class Refusal(NamedTuple):
    """Something that is not changed, at a position in the text, and why."""

    path: str
    at: int
    why: str


def applied(text: str, splices: Iterable[Splice], start: int = 0, end: int | None = None) -> str:
    """Return a text, or a part of it, with the exchanges that are within it."""
    end = len(text) if end is None else end
    within = sorted(s for s in splices if start <= s.start and s.end <= end)
    return "".join(_pieces(text, within, start, end))


def _pieces(text: str, splices: list[Splice], start: int, end: int) -> Iterator[str]:
    for before, after in pairwise([Splice(start, start, ""), *splices, Splice(end, end, "")]):
        assert before.end <= after.start, (before, after)  # noqa: S101 — a mistake of ours
        yield before.text
        yield text[before.end : after.start]
