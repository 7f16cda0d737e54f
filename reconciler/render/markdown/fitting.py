"""What fits into so many bytes: what falls out is named and counted, and no danger does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from reconciler.render.markdown.flavour import Flavour
from reconciler.render.markdown.safe import code

_SHORT = 40
"""Lines that are shown without a click."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is folded by itself: ``sort`` counts it where it falls out, as "update of Schedule"."""

    name: str
    sort: str
    summary: str
    body: Sequence[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A list of which the beginning may be shown, and how long it is in any case."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Parts:
    """A whole comment; ``head`` is what is never left out, ``brief`` the same in fewer words."""

    head: Sequence[str]
    brief: Sequence[str]
    pieces: Sequence[Piece]
    sections: Sequence[Section]
    tail: Sequence[str]


def fitted(parts: Parts, flavour: Flavour, most: int) -> str:
    """Return the comment in at most so many bytes, unless what is never left out needs more."""
    whole = _joined(parts.head, _shown(parts.pieces, flavour), parts, flavour)
    if _size(whole) <= most:
        return whole
    head = parts.head
    if _size(_joined(head, _named(parts.pieces, 0, flavour), parts, flavour, 0)) > most:
        head = parts.brief
    return _cut(parts, head, flavour, most)


def _cut(parts: Parts, head: Sequence[str], flavour: Flavour, most: int) -> str:
    """Take the pieces that there is room for, in their order, then names, then lists."""
    room = most - _size(_joined(head, _named(parts.pieces, 0, flavour), parts, flavour, 0))
    taken, left = [], []
    for piece in parts.pieces:
        lines = flavour.fold(piece.summary, piece.body)
        size = _size(_text([lines])) + 1
        if size <= room:
            taken.append(lines)
            room -= size
        else:
            left.append(piece)
    names = _fitting([code(piece.name) for piece in left], room)
    room -= sum(_size(code(piece.name)) + 2 for piece in left[:names])
    shown = [*taken, *_named(left, names, flavour)]
    return _joined(head, shown, parts, flavour, max(room, 0))


def _shown(pieces: Sequence[Piece], flavour: Flavour) -> list[list[str]]:
    is_open = sum(len(piece.body) for piece in pieces) <= _SHORT
    return [flavour.fold(piece.summary, piece.body, is_open=is_open) for piece in pieces]


def _named(left: Sequence[Piece], names: int, flavour: Flavour) -> list[list[str]]:
    """Count what is not shown, and name as many of it."""
    if not left:
        return []
    sorts = Counter(piece.sort for piece in left)
    counted = ", ".join(f"{number} × {sort}" for sort, number in sorted(sorts.items()))
    body = [", ".join(code(piece.name) for piece in left[:names])] if names else []
    if len(left) > names:
        body.append(
            f"… and {len(left) - names} more" if names else "Their names do not fit, either."
        )
    return [flavour.fold(f"{len(left)} not shown for their length: {counted}", body)]


def _joined(
    head: Sequence[str],
    pieces: Sequence[Sequence[str]],
    parts: Parts,
    flavour: Flavour,
    room: int | None = None,
) -> str:
    """Join everything; ``room``: for how many bytes of lists, None for all of them."""
    lists = []
    for section in parts.sections:
        number = len(section.lines) if room is None else _fitting(section.lines, room)
        body = list(section.lines[:number])
        room = None if room is None else room - sum(_size(line) + 2 for line in body)
        if number < len(section.lines):
            body += [*([""] if body else []), f"… {len(section.lines) - number} more"]
        lists.append(flavour.fold(section.title, body))
    return _text([head, *pieces, *lists, parts.tail])


def _fitting(lines: Sequence[str], room: int) -> int:
    """Return how many lines there is room for."""
    for number, line in enumerate(lines):
        room -= _size(line) + 2
        if room < 0:
            return number
    return len(lines)


def _text(blocks: Sequence[Sequence[str]]) -> str:
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"


def _size(text: str) -> int:
    return len(text.encode())
