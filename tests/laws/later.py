"""What an organization of a later version has more than ours, and whether it still has it."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tests.laws.organization import Holdings

PREFIX = "future_"
VALUE = "later-"
"""What a text of the later version begins with."""

_LABELS = ("id", "name", "path")
Place = tuple[str, ...]


def lost(before: Holdings, after: Holdings) -> dict[tuple[str, ...], tuple[Any, Any]]:
    """Return every key of the later version that has another value than before.

    Of objects that are gone, and of parts and items that are, nothing is lost.
    """
    return {
        (*key, *place): (value, now[place])
        for key in before.keys() & after.keys()
        for now in [keys(after[key])]
        for place, value in keys(before[key]).items()
        if place in now and now[place] != value
    }


def keys(body: Any) -> Mapping[Place, Any]:
    """Return the keys of the later version by place; of items that nothing identifies, none."""
    return dict(_keys(body, ()))


def _keys(body: Any, above: Place) -> Iterator[tuple[Place, Any]]:
    if isinstance(body, dict):
        for key, value in body.items():
            if key.startswith(PREFIX):
                yield (*above, key), value
            else:
                yield from _keys(value, (*above, key))
    elif isinstance(body, list):
        labels = [_label(item) for item in body]
        times = Counter(labels)
        for label, item in zip(labels, body, strict=True):
            if times[label] == 1:
                yield from _keys(item, (*above, label))


def _label(item: Any) -> str:
    """By what an item is known: what it is called, else all that it says."""
    if isinstance(item, dict):
        for label in _LABELS:
            if item.get(label):
                return f"{label} {item[label]}"
    return json.dumps(_without(item), sort_keys=True)


def _without(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _without(v) for k, v in value.items() if not k.startswith(PREFIX)}
    return [_without(item) for item in value] if isinstance(value, list) else value
