"""What an answer has beyond this version stays with the part it is beside, also in lists."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from reconciler.kinds.api import Body, Echo, Item, plain
from reconciler.kinds.kind import settle, specs_in
from reconciler.model import Keyed, Spec
from reconciler.model.beyond import laid
from reconciler.model.items import by_key
from reconciler.model.paths import below, parts
from reconciler.model.spec import unless_same


def carried(wanted: Spec, live: Spec) -> Spec:
    """Return ``wanted`` with all that is beyond in ``live``, wherever a part of that stays."""
    if wanted is live or not is_beyond(live):
        return wanted
    changes: dict[str, Any] = {}
    for name, value in wanted:
        there = getattr(live, name)
        if isinstance(value, Spec) and isinstance(there, Spec):
            kept: Any = carried(value, there)
        elif isinstance(value, tuple) and isinstance(there, tuple):
            kept = carried_items(value, there)
        else:
            continue
        if kept is not value:
            changes[name] = kept
    return wanted.exchanging(changes).beside(laid(live.beyond, wanted.beyond))


def carried_items(wanted: tuple[Any, ...], live: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return items with what is beyond in the ones they were."""
    if not is_beyond(live):
        return wanted
    pairs = zip(wanted, twins(wanted, live), strict=True)
    return unless_same(
        wanted, tuple(item if twin is None else carried(item, twin) for item, twin in pairs)
    )


def repeated(echo: Echo, children: Iterable[Item], shown: Mapping[str, Spec]) -> list[Body]:
    """Return what an update has to say of children, with what the server shows of each beyond."""
    entries = [(echo.render(child), shown.get(child.id)) for child in children]
    return [plain(entry if there is None else carried(entry, there)) for entry, there in entries]


def twins(items: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """Return for each item the one it is among ``others``, None for one that is in no way there.

    The same is what a key identifies as that; else what means the same; else what says most of
    the same; and else, in a list as long as the other, what is in the same place.
    """
    left = dict(enumerate(others))
    found: list[Any] = [None] * len(items)
    for way in _ways(items, others):
        for number, item in enumerate(items):
            if found[number] is None and isinstance(item, Spec):
                match = way(item, number, left)
                if match is not None:
                    found[number] = left.pop(match)
    return found


_Way = Callable[[Spec, int, Mapping[int, Any]], int | None]
"""Given an item, its place and those that are left, by their places: which of them it is."""


def _ways(items: Sequence[Any], others: Sequence[Any]) -> tuple[_Way, ...]:
    by_place = (_in_its_place,) if len(items) == len(others) else ()
    return (_that(_same_key(items, others)), _that(_same_meaning), _most_alike, *by_place)


def _that(is_same: Callable[[Any, Any], bool]) -> _Way:
    return lambda item, _, left: next((n for n, o in left.items() if is_same(item, o)), None)


def _most_alike(item: Spec, place: int, left: Mapping[int, Any]) -> int | None:
    """Return which says most of what the item says beyond defaults, if any says some of it."""
    fields = type(item).model_fields
    said = [
        (name, value)
        for name, value in settle(item)
        if value != fields[name].get_default(call_default_factory=True)
    ]
    alike = {
        number: sum(getattr(other, name) == value for name, value in said)
        for number, other in left.items()
        if isinstance(other, type(item)) and not _is_named(other)
    }
    best = max(alike, key=lambda n: (alike[n], n == place, -n), default=None)
    return best if best is not None and alike[best] else None


def _in_its_place(_: Spec, place: int, left: Mapping[int, Any]) -> int | None:
    return place if place in left and not _is_named(left[place]) else None


def _is_named(item: Any) -> bool:
    return isinstance(item, Keyed) and item.UNIQUE


def is_beyond(value: Any) -> bool:
    """Whether anything in a value is beyond this version; asked of every object there is."""
    if isinstance(value, Spec):
        inside = value.__dict__
        return bool(value.beyond) or any(is_beyond(inside[n]) for n in _compound(type(value)))
    return isinstance(value, tuple) and any(map(is_beyond, value))


def paths(value: Any, above: str = "") -> Iterator[str]:
    """Yield where in a value something is beyond; the keys of what is beyond are its own."""
    if isinstance(value, tuple):
        for item in value:
            yield from paths(item, f"{above}[]")
    elif isinstance(value, Spec):
        yield from (below(above, key) for key in value.beyond)
        for path, part in parts(value, above, _compound):
            yield from paths(part, path)


def bare(value: Any) -> Any:
    """Return a value without what is beyond."""
    if isinstance(value, tuple):
        return unless_same(value, tuple(map(bare, value)))
    if not isinstance(value, Spec):
        return value
    inner = {name: bare(part) for name, part in value}
    changes = {name: part for name, part in inner.items() if part is not getattr(value, name)}
    return value.exchanging(changes).beside({})


@cache
def _compound(spec: type[Spec]) -> tuple[str, ...]:
    """Return the fields of a type that have parts of their own."""
    fields = spec.model_fields.items()
    return tuple(name for name, info in fields if any(True for _ in specs_in(info.annotation)))


def _same_key(items: Sequence[Any], others: Sequence[Any]) -> Callable[[Any, Any], bool]:
    mine, theirs = by_key(items), by_key(others)

    def is_same(item: Any, other: Any) -> bool:
        key = item.key if isinstance(item, Keyed) else ""
        return mine.get(key) is item and theirs.get(key) is other

    return is_same


def _same_meaning(item: Any, other: Any) -> bool:
    same_as = getattr(item, "same_as", None)
    if same_as:
        return bool(same_as(other))
    return bool(bare(settle(item)) == bare(settle(other)))
