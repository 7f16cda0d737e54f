"""A kept value goes with the item that it is in, also where no key of its own tells which that is.

The API knows such items, the rules of a notification, by their place alone (B 4). Who writes them
in another order must not exchange what is kept in them. What is beyond this version goes by
`twins`, which takes the most alike; an address in the wrong rule would tell others what is ours, so
here nothing is taken that is not sure.
"""

from collections.abc import Container, Iterator, Mapping
from typing import Any, Final

from reconciler.model import Keyed, Sealed, Spec
from reconciler.model.items import by_key
from reconciler.model.secrets import sealed_in

_Said = frozenset[tuple[str, Any]]
_NAME: Final = ".name"


def with_kept(items: tuple[Any, ...], live: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return items in which values are kept with those of the live items that they surely are.

    That is the one that says just the same, rather in the same place; else the only one that says
    most of it, if it is no more like another; else, without names, the only one there is.
    """
    if not any(_keeps(item) for item in items):
        return items
    mine, theirs = by_key(items), by_key(live)
    named = mine.keys() & theirs.keys()
    left = {n: _said(item) for n, item in enumerate(items) if not _is_named(item, named)}
    there = {n: _said(item) for n, item in enumerate(live) if not _is_named(item, named)}
    found = dict(_surely(left, there))
    return tuple(
        _holding(item, live[found[n]]) if n in found and _keeps(item) else item
        for n, item in enumerate(items)
    )


def is_unsure(item: Any, named: Container[str]) -> bool:
    """Whether an item keeps a value, and nothing tells which live item it is.

    ``named``: the keys that are those of one item each.
    """
    return isinstance(item, Keyed) and item.key not in named and _keeps(item)


def _keeps(item: Any) -> bool:
    return isinstance(item, Keyed) and any(sealed.is_kept for _, sealed in sealed_in(item))


def _is_named(item: Any, named: Container[str]) -> bool:
    return isinstance(item, Keyed) and item.key in named


def _surely(left: Mapping[int, _Said], there: Mapping[int, _Said]) -> Iterator[tuple[int, int]]:
    """Yield the places of items, each with the place of the live one that it is."""
    mine, theirs = dict(left), dict(there)
    as_many = {said for said in mine.values() if _count(mine, said) == _count(theirs, said)}
    for place in [n for n, said in mine.items() if theirs.get(n) == said and said in as_many]:
        del mine[place], theirs[place]
        yield place, place
    for n in [n for n, said in mine.items() if said in as_many]:
        same = next(m for m, other in theirs.items() if other == mine[n])
        del mine[n], theirs[same]
        yield n, same
    nameless = not any(
        path == _NAME for said in (*mine.values(), *theirs.values()) for path, _ in said
    )
    if len(mine) == len(theirs) == 1 and nameless:
        yield from zip(mine, theirs, strict=True)
        return
    alike = {(n, m): len(mine[n] & theirs[m]) for n in mine for m in theirs}
    for (n, m), shared in alike.items():
        rivals = [s for (a, b), s in alike.items() if (a == n) != (b == m)]
        if shared and all(shared > rival for rival in rivals):
            yield n, m


def _count(items: Mapping[int, _Said], said: _Said) -> int:
    return sum(each == said for each in items.values())


def _said(item: Any) -> _Said:
    return frozenset(_leaves(item, ""))


def _leaves(value: Any, above: str) -> Iterator[tuple[str, Any]]:
    """Yield all that an item says, by its path, but for secret values and defaults."""
    if not isinstance(value, Spec):
        if not isinstance(value, Sealed):
            yield above, value
        return
    for name, info in type(value).model_fields.items():
        part = getattr(value, name)
        if info.is_required() or part != info.get_default(call_default_factory=True):
            yield from _leaves(part, f"{above}.{name}")


def _holding(item: Spec, live: Spec) -> Spec:
    """Return an item with the live values that it keeps."""
    changes: dict[str, Any] = {}
    for name, value in item:
        there = getattr(live, name)
        if isinstance(value, Sealed) and value.is_kept and isinstance(there, Sealed):
            changes[name] = there
        elif isinstance(value, Spec) and isinstance(there, Spec):
            held = _holding(value, there)
            if held is not value:
                changes[name] = held
    return item.having(changes) if changes else item
