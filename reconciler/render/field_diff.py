"""The fields of a change as lines of a diff, as pages colour them."""

from bisect import bisect_left
from collections.abc import Collection, Iterator
from itertools import accumulate, pairwise
from typing import Any

from reconciler.model import Action, Change, FieldChange, Keyed, Spec
from reconciler.model.paths import below, parts, split
from reconciler.render.changes import hidden_words
from reconciler.render.values import MOST_LINES, cut, difference, lines, printable
from reconciler.render.words import count

_ROOM = 100
"""Longer lists and mappings have a line for each part. No line is folded: what goes on would lose
its sign."""


def diff(change: Change) -> list[str]:
    """Return a line for each path, what it was and what it will be, and what is left out between.

    What an object that comes or goes has is all shown, so nothing is left out of it.
    """
    stay = gaps(change)
    found: list[str] = []
    for number, field in enumerate(change.fields):
        gap = stay[number] if number < len(stay) else 0
        if gap:
            found.append(f"  ⋯ {count(gap, 'unchanged field')} ⋯")
        told = f"  ({field.cause})" if field.cause and field.cause != change.reason else ""
        found += [f"  {printable(field.path)}{told}", *_sides(field)]
    return found


def _sides(field: FieldChange) -> Iterator[str]:
    if not field.secret and field.before is not None and field.after is not None:
        yield from cut(difference(field.before, field.after, _ROOM))
        return
    for sign, value in (("-", field.before), ("+", field.after)):
        if value is not None:
            yield from (f"{sign} {line}" for line in _lines(value, secret=field.secret))


def _lines(value: Any, *, secret: bool) -> list[str]:
    if secret:
        return [hidden_words(value)]
    found = lines(value, _ROOM)
    if len(found) <= MOST_LINES:
        return found
    return [*found[:MOST_LINES], f"… {len(found) - MOST_LINES} more lines"]


def gaps(change: Change) -> list[int]:
    """Return how many fields that stay are before each that is shown, none before the first."""
    if change.action in (Action.CREATE, Action.DELETE) or change.live is None:
        return []
    shown = [field.path for field in change.fields]
    known = frozenset(shown)
    still = sorted({path for path in _leaves(change.live.spec) if not _is_of(path, known)})
    places = [bisect_left(still, path) for path in shown]
    return [0, *(now - before for before, now in pairwise(places))]


def _is_of(path: str, shown: Collection[str]) -> bool:
    """Whether a field is shown, alone or with all that is around it."""
    return any(around in shown for around in accumulate(split(path), below))


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    """Yield the paths of all that has no parts of its own."""
    for inner, part in parts(value, path):
        keyed = isinstance(part, tuple) and bool(part) and isinstance(part[0], Keyed)
        if isinstance(part, Spec) or keyed:
            yield from _leaves(part, inner)
        elif part is not None:
            yield inner
