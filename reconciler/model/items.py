"""Items of lists: what one is called, and which it is on the other side of a comparison."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

from reconciler.model.spec import Spec

_KEYS: Final = ("name", "path")
"""What items are known by, those with both by the first."""


class Keyed(Spec):
    """An item of a list that is known by one of its fields.

    ``UNIQUE``: whether no two of a list have the same. Else some may have none, and where they
    stand in the list is part of what they are.
    """

    KEY: ClassVar[str] = "name"
    UNIQUE: ClassVar[bool] = True

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Hold all kinds to the keys that plain data is read by."""
        super().__pydantic_init_subclass__(**kwargs)
        assert cls.KEY in _KEYS, cls  # noqa: S101 — a mistake of ours

    @property
    def key(self) -> str:
        return str(getattr(self, self.KEY))


def labels(keys: Sequence[str]) -> list[str]:
    """Return what items are called in paths: by a key that is theirs alone, else by their number.

    A key of digits alone would be taken for a number.
    """
    repeated = _repeated(keys)
    return [
        key if key and key not in repeated and not key.isdecimal() else str(number)
        for number, key in enumerate(keys)
    ]


def labelled(items: Sequence[Any]) -> list[tuple[str, Any]]:
    """Return each item with what it is called in paths; items without a key by their number."""
    keys = [item.key if isinstance(item, Keyed) else "" for item in items]
    return list(zip(labels(keys), items, strict=True))


def labels_shown(items: Sequence[Any]) -> list[str]:
    """Return what items are called of which there is only plain data, their keys in it."""
    return labels([_key_shown(item) if isinstance(item, Mapping) else "" for item in items])


def _key_shown(item: Mapping[str, Any]) -> str:
    return next((str(item[key]) for key in _KEYS if key in item), "")


def by_key(items: Sequence[Any]) -> Mapping[str, Any]:
    """Return the items that a key of their own identifies, by that key."""
    keyed = [(item.key, item) for item in items if isinstance(item, Keyed)]
    repeated = _repeated(key for key, _ in keyed)
    return {key: item for key, item in keyed if key and key not in repeated}


def _repeated(keys: Iterable[str]) -> Collection[str]:
    found: set[str] = set()
    repeated: set[str] = set()
    for key in keys:
        (repeated if key in found else found).add(key)
    return repeated


def paired(items: Sequence[Any], others: Sequence[Any]) -> Iterator[tuple[str, Any, Any]]:
    """Yield each item with its label and the same one among ``others``, None if there is none.

    The same is what has the same key; where no key identifies them, what is at the same place.
    """
    mine, theirs = by_key(items), by_key(others)
    for number, (label, item) in enumerate(labelled(items)):
        if isinstance(item, Keyed) and item.key in mine:
            yield label, item, theirs.get(item.key)
            continue
        other = others[number] if number < len(others) else None
        known = isinstance(other, Keyed) and other.key in theirs
        yield label, item, None if known else other
