"""The items that a list is to have: which stay, which are new, and in what order."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from reconciler.kinds.describing import KEPT
from reconciler.model.items import labels_shown
from reconciler.model.patch import Kept, New, Patch


class Sides(NamedTuple):
    """Plain data side by side: ``said`` means ``wanted``, and is to mean ``there``, of which
    ``short`` leaves out what goes without saying.
    """

    said: Any
    wanted: Any
    there: Any
    short: Any

    @property
    def shorter(self) -> Any:
        """What to say of what is there."""
        there, short = self.there, self.short
        return short if isinstance(there, dict | list) and type(short) is type(there) else there

    def at(self, key: str) -> "Sides":
        short = self.short.get(key) if isinstance(self.short, dict) else None
        return Sides(self.said.get(key), self.wanted.get(key), self.there.get(key), short)


class Inner(Protocol):
    """Returns what changes in an item."""

    def __call__(self, sides: Sides, label: str, *, whole: bool) -> Patch | None: ...


def arranged(
    sides: Sides, inner: Inner, is_left: Callable[[str], bool], *, orderless: bool
) -> tuple[Kept | New, ...] | None:
    """Return the items, None where nothing tells which of those said is which.

    ``is_left``: whether an item of that name is to stay as it is said.
    """
    said, wanted, there, short = sides
    places = _places(said, wanted)
    if places is None:
        return None
    if not isinstance(short, list) or len(short) != len(there):
        short = there
    mine, theirs = labels_shown(wanted), labels_shown(there)
    named = _named(wanted) & _named(there)
    pairs = _paired(wanted, there, named)
    kept: dict[int, Kept] = {}
    for one, other in pairs.items():
        if one in places:
            item = Sides(said[places[one]], wanted[one], there[other], short[other])
            patch = inner(item, mine[one], whole=mine[one] not in named)
            kept[other] = Kept(places[one], patch)
    lone = set(pairs.values()) - kept.keys()  # wanted, though this does not say so
    new = {
        n: New(short[n])
        for n in range(len(there))
        if n not in kept and n not in lone and not is_left(theirs[n])
    }
    stay = [Kept(places[n]) for n in places if n not in pairs and is_left(mine[n])]
    return tuple(_ordered(kept, new, stay, orderless=orderless))


def _ordered(
    kept: Mapping[int, Kept], new: Mapping[int, New], stay: Sequence[Kept], *, orderless: bool
) -> Iterator[Kept | New]:
    """Yield all of them as they are there, or as they are said where order means nothing."""
    numbers = [kept[n].number for n in sorted(kept)]
    if stay or (orderless and numbers != sorted(numbers)):
        yield from sorted([*kept.values(), *stay], key=lambda item: item.number)
        yield from (new[n] for n in sorted(new))
        return
    for number in sorted({*kept, *new}):
        yield kept[number] if number in kept else new[number]


def _places(said: list[Any], wanted: list[Any]) -> dict[int, int] | None:
    """Return by the number of each wanted item which of those said it is."""
    if len(_named(wanted)) == len(wanted) and len(_named(said)) == len(said):
        numbers = {label: n for n, label in enumerate(labels_shown(said))}
        known = [(n, numbers.get(label)) for n, label in enumerate(labels_shown(wanted))]
        return {n: place for n, place in known if place is not None}
    if any(isinstance(item, dict | list) for item in wanted):
        return {n: n for n in range(len(said))} if len(said) == len(wanted) else None
    left = [str(item) for item in said]
    found: dict[int, int] = {}
    for n, item in enumerate(wanted):
        place = next((p for p, text in enumerate(left) if _is_same(text, str(item))), None)
        if place is not None:
            found[n], left[place] = place, ""
    return found if not any(left) else None


def _is_same(text: str, value: str) -> bool:
    return bool(text) and text.casefold() == value.casefold()


def _named(items: Sequence[Any]) -> set[str]:
    """Return the names of items that have one of their own."""
    return {label for label in labels_shown(items) if not label.isdecimal()}


def _paired(wanted: list[Any], there: list[Any], named: set[str]) -> dict[int, int]:
    """Return by the number of each wanted item the one it is among those there."""
    mine, theirs = labels_shown(wanted), labels_shown(there)
    found = {n: theirs.index(label) for n, label in enumerate(mine) if label in named}
    for alike in (_is_equal, _is_nearly):
        for n, item in enumerate(wanted):
            taken = set(found.values())
            free = (m for m, other in enumerate(there) if m not in taken and alike(item, other))
            if n not in found and (other := next(free, None)) is not None:
                found[n] = other
    return found


def _is_equal(one: Any, other: Any) -> bool:
    return bool(one == other and type(one) is type(other))


def _has_secret(value: Any) -> bool:
    if isinstance(value, dict):
        return KEPT in value.values() or any(map(_has_secret, value.values()))
    return isinstance(value, list) and any(map(_has_secret, value))


def _is_nearly(one: Any, other: Any) -> bool:
    """Whether one may have become another: of the same name, and at least half of it is the same.

    Nothing with a secret in it may: its value is not to be that of anything else.
    """
    if not (isinstance(one, dict) and isinstance(other, dict)) or _has_secret(one):
        return False
    if labels_shown([one]) != labels_shown([other]):
        return False
    mine, theirs = ({json.dumps(pair) for pair in item.items()} for item in (one, other))
    return len(mine & theirs) * 2 >= max(len(mine), len(theirs))
