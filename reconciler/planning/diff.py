"""Explain how two unequal values differ. Equality was decided before; deepdiff lives here only."""

from collections.abc import Mapping, Sequence
from typing import Any

from deepdiff import DeepDiff
from deepdiff.model import DiffLevel

from reconciler.kinds.fields import Keyed
from reconciler.model import FieldChange, Sealed, Spec


class Hidden(str):
    """Words that stand for a secret value."""

    __slots__ = ()


def visible(value: Any) -> Any:
    """Return plain data that may be shown: secrets as words, keyed lists as mappings."""
    if isinstance(value, Sealed):
        return Hidden(value)
    if isinstance(value, Spec):
        return {name: visible(inner) for name, inner in value if inner is not None}
    if isinstance(value, tuple):
        if value and all(isinstance(item, Keyed) for item in value):
            return {item.key: _keyed(item) for item in value}
        return [visible(item) for item in value]
    return value


def _keyed(item: Keyed) -> Any:
    shown = visible(item)
    del shown[item.KEY]
    return shown


def compare(before: Spec, after: Spec) -> tuple[FieldChange, ...]:
    """Return the fields that differ, sorted by path.

    ``after`` has gone through recognise: a secret that is the same object on both sides is the
    same, any other differs, whatever the words for it.
    """
    old, new = visible(before), visible(after)
    changes: dict[str, FieldChange] = {}
    found = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0)
    for levels in found.values():
        for level in levels:
            change = _change(level, old, new)
            changes[change.path] = change
    for change in _secrets(before, after, ""):
        changes.setdefault(change.path, change)
    return tuple(changes[path] for path in sorted(changes))


def presented(spec: Spec) -> tuple[FieldChange, ...]:
    """Return every field of a new object that says something."""
    shown = visible(spec)
    return tuple(sorted(_leaves(shown, ""), key=lambda change: change.path))


def _leaves(value: Any, path: str) -> list[FieldChange]:
    if isinstance(value, dict):
        below = f"{path}." if path else ""
        return [leaf for key, inner in value.items() for leaf in _leaves(inner, f"{below}{key}")]
    if value in ("", [], None):
        return []
    return [FieldChange(path, None, value, secret=isinstance(value, Hidden))]


def _change(level: DiffLevel, old: Any, new: Any) -> FieldChange:
    path = _shown_path(level.path(output_format="list"), old, new)
    before, after = at(old, path), at(new, path)
    secret = _has_hidden(after) or _has_hidden(before)
    return FieldChange(".".join(map(str, path)), before, after, secret=secret)


def _shown_path(path: list[Any], old: Any, new: Any) -> list[Any]:
    """Stop at a list of words: its change is read best as a whole."""
    for depth in range(1, len(path)):
        sides = (at(old, path[:depth]), at(new, path[:depth]))
        lists = [side for side in sides if isinstance(side, list)]
        if lists and not any(isinstance(item, dict) for side in lists for item in side):
            return path[:depth]
    return path


def at(data: Any, path: Sequence[Any]) -> Any:
    """Return what stands at a path of plain data, None if nothing."""
    for key in path:
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list) and isinstance(key, int) and key < len(data):
            data = data[key]
        else:
            return None
    return data


def _has_hidden(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_hidden, value.values()))
    if isinstance(value, list):
        return any(map(_has_hidden, value))
    return isinstance(value, Hidden)


def _secrets(before: Any, after: Any, path: str) -> list[FieldChange]:
    """Find changed values whose words are the same on both sides."""
    if isinstance(after, Sealed) and isinstance(before, Sealed):
        if after is before:
            return []
        return [FieldChange(path, Hidden(before), Hidden(after), secret=True)]
    if isinstance(after, Spec) and isinstance(before, Spec) and after is not before:
        below = f"{path}." if path else ""
        return [
            change
            for name, value in after
            for change in _secrets(getattr(before, name), value, f"{below}{name}")
        ]
    if isinstance(after, tuple) and isinstance(before, tuple):
        there = {item.key: item for item in before if isinstance(item, Keyed)}
        return [
            change
            for item in after
            if isinstance(item, Keyed) and item.key in there
            for change in _secrets(there[item.key], item, f"{path}.{item.key}")
        ]
    return []
