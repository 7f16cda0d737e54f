"""The fields of a change: those of a new object as a tree, those that differ side by side."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from reconciler.model import Action, Address, Change, FieldChange, Place
from reconciler.model.plan import CHANGED_BOTH, CHANGED_HERE, CHANGED_OUTSIDE
from reconciler.render.changes import ABSENT, hidden_words
from reconciler.render.field_diff import gaps
from reconciler.render.values import cut, difference, inline, lines, printable
from reconciler.render.words import count

_WIDE: Final = 160
"""Characters of a value that stands on a line; a longer one is told in lines."""
_LONGEST: Final = 400
"""Characters of a line."""
_BOTH: Final = {"-": "del", "+": "ins"}


class Clean(str):
    """Text in which all is written out that a reader could not see, and lines are meant."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """One field: what it was when it was applied last, if that is told, what it is, and will be.

    ``gap``: how many fields before it stay. ``diff``: lines instead, each with its tag, if any.
    """

    path: str
    about: str
    cells: tuple[str, ...] = ()
    diff: tuple[tuple[str, str], ...] = ()
    gap: str = ""


Reviewed = Mapping[tuple[Address, str], Any]


def tree(change: Change) -> Clean:
    """Return all that an object has which comes or goes; what paths have in common is said once."""
    named = [
        (tuple(printable(field.path).split(".")), _side_of(change, field))
        for field in change.fields
        if not _is_said(change.address, field)
    ]
    return Clean("\n".join(_branches(named, 0)))


def sides(change: Change, reviewed: Reviewed) -> tuple[Sides, ...]:
    """Return what differs, from live to declared; with three sides where the first is known."""
    before = gaps(change)
    known = any(_base(change, field, reviewed) is not _UNKNOWN for field in change.fields)
    found = []
    for number, field in enumerate(change.fields):
        gap = before[number] if number < len(before) else 0
        one = _told(change, field, reviewed, known=known)
        found.append(replace(one, gap=count(gap, "unchanged field") if gap else ""))
    return tuple(found)


def is_whole(change: Change) -> bool:
    """Whether all of an object comes or goes, so that there is but one side."""
    side = "before" if change.action is Action.CREATE else "after"
    is_one = change.action in (Action.CREATE, Action.DELETE)
    return is_one and all(getattr(field, side) is None for field in change.fields)


def _side_of(change: Change, field: FieldChange) -> list[str]:
    value = field.after if change.action is Action.CREATE else field.before
    return _hidden(value) if field.secret else _lines(value)


def _is_said(address: Address, field: FieldChange) -> bool:
    """Whether a field says no more than what the object is called."""
    return field.path == "metadata.name" and address.name in (field.after, field.before)


def _branches(named: Sequence[tuple[tuple[str, ...], list[str]]], depth: int) -> Iterator[str]:
    """Yield the lines of a tree; a part with a single thing in it stands before that."""
    start = 0
    while start < len(named):
        first = named[start][0][0]
        end = start + 1
        while end < len(named) and named[end][0][0] == first:
            end += 1
        inside, start = named[start:end], end
        shared = _shared([path for path, _ in inside]) if len(inside) > 1 else 0
        if not shared:
            for path, said in inside:
                yield from _leaf(".".join(path), said, depth)
            continue
        yield f"{_in(depth)}{'.'.join(inside[0][0][:shared])}"
        yield from _branches([(path[shared:], said) for path, said in inside], depth + 1)


def _shared(paths: Sequence[tuple[str, ...]]) -> int:
    """Return how many parts all have in common, and something after them."""
    most = min(map(len, paths)) - 1
    return next((at for at in range(most) if len({path[at] for path in paths}) > 1), most)


def _leaf(path: str, said: Sequence[str], depth: int) -> Iterator[str]:
    if len(said) == 1:
        yield f"{_in(depth)}{path}: {said[0]}"
        return
    yield f"{_in(depth)}{path}:"
    yield from (f"{_in(depth + 1)}{line}" for line in said)


def _in(depth: int) -> str:
    return "\t" * depth


_UNKNOWN: Final = object()


def _base(change: Change, field: FieldChange, reviewed: Reviewed) -> Any:
    """Return what a field was when it was applied last, as far as that is told."""
    if field.cause == CHANGED_HERE:
        return field.before
    if field.cause == CHANGED_OUTSIDE:
        return field.after
    is_told = field.cause == CHANGED_BOTH and not field.secret
    return reviewed.get((change.address, field.path), _UNKNOWN) if is_told else _UNKNOWN


def _told(change: Change, field: FieldChange, reviewed: Reviewed, *, known: bool) -> Sides:
    about = " · ".join(filter(None, (_line(change, field), _cause(change, field))))
    base = _base(change, field, reviewed)
    first = [None if base is _UNKNOWN else base] if known else []
    cells = [_cell(value, field) for value in (*first, field.before, field.after)]
    if all(len(cell) <= _WIDE for cell in cells) and not _has_lines(field):
        return Sides(
            field.path, about, ("" if known and base is _UNKNOWN else cells[0], *cells[1:])
        )
    if field.before is None or field.after is None:
        sign, value = ("+", field.after) if field.before is None else ("-", field.before)
        marked = [f"{sign} {line}" for line in _lines(value)]
    else:
        marked = [_clipped(line) for line in cut(difference(field.before, field.after, _WIDE))]
    return Sides(field.path, about, diff=tuple((_BOTH.get(m[:1], ""), m) for m in marked))


def _line(change: Change, field: FieldChange) -> str:
    """Return where a field is declared: the line alone if it is in the file of the object."""
    if not (change.desired and change.place):
        return ""
    place: Place = change.desired.place_of(field.path)
    same = place.file == change.place.file
    return f"line {place.line}" if same and place.line else str(place)


def _cause(change: Change, field: FieldChange) -> str:
    return field.cause if field.cause != change.reason else ""


def _has_lines(field: FieldChange) -> bool:
    both = (field.before, field.after)
    return not field.secret and any(isinstance(side, str) and "\n" in side for side in both)


def _cell(value: Any, field: FieldChange) -> str:
    if value is None:
        return ABSENT
    return " ".join(_hidden(value)) if field.secret else inline(value)


def _hidden(value: Any) -> list[str]:
    """Return words for a secret value; they need no brackets where nothing else looks like it."""
    words = _clipped(hidden_words(value))
    alone = words.startswith("<") and words.endswith(">") and words.count("<") == 1
    return [words[1:-1] if alone else words]


def _lines(value: Any) -> list[str]:
    """Return a value on a line, or on as many as are shown of it."""
    return [_clipped(line) for line in cut(lines(value, _WIDE))]


def _clipped(line: str) -> str:
    if len(line) <= _LONGEST:
        return line
    return f"{line[:_LONGEST]}… {len(line) - _LONGEST} more characters"
