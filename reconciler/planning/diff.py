"""Explain how two unequal values differ. Equality was decided before; deepdiff lives here only."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from reconciler.kinds.twins import is_beyond
from reconciler.model import FieldChange, Keyed, Sealed, Spec
from reconciler.model.beyond import unknown_keys
from reconciler.model.items import labelled, labels_shown
from reconciler.model.paths import at, below, joined, sides
from reconciler.model.secrets import holding, sealed_in
from reconciler.model.spec import each_spec

if TYPE_CHECKING:
    from deepdiff.model import DiffLevel


class Hidden(str):
    """Words that stand for a secret value."""

    __slots__ = ()


class _Part(dict[str, Any]):
    """Items by their labels, or a part of one: if it comes or goes, each of its fields does."""


UNSHOWN: Final = Hidden("<not shown>")
"""What stands for a value of the server's that this version does not know."""


def visible(value: Any) -> Any:
    """Return plain data that may be shown: secrets as words, items of unique keys as mappings.

    Items of other lists say only what is not the default.
    """
    return _plain(value, addressed=False)


def _plain(value: Any, *, addressed: bool) -> Any:
    """Return plain data; ``addressed``: with all keyed items by their labels, not in order."""
    if isinstance(value, Sealed):
        return "" if value.is_empty else Hidden(value)
    if isinstance(value, Spec):
        return {n: _plain(v, addressed=addressed) for n, v in value if v is not None}
    if isinstance(value, tuple):
        keyed = bool(value) and all(isinstance(item, Keyed) for item in value)
        if keyed and value[0].UNIQUE:
            return {k: _unkeyed(k, item, visible(item)) for k, item in labelled(value)}
        if keyed and addressed:
            told = ((k, _unkeyed(k, item, _telling(item))) for k, item in labelled(value))
            return _Part({label: _parts(item) for label, item in told})
        return [_telling(item) if isinstance(item, Spec) else visible(item) for item in value]
    return value


def _telling(item: Spec) -> dict[str, Any]:
    fields = type(item).model_fields
    return {
        name: _telling(value) if isinstance(value, Spec) else visible(value)
        for name, value in item
        if value != fields[name].default
    }


def _unkeyed(label: str, item: Keyed, shown: dict[str, Any]) -> dict[str, Any]:
    """Leave out the key that is the item's label."""
    return {k: v for k, v in shown.items() if k != item.KEY} if label == item.key else shown


def _parts(shown: Any) -> Any:
    if not isinstance(shown, dict):
        return shown
    return _Part({name: _parts(inner) for name, inner in shown.items()})


def compare(before: Spec, after: Spec) -> tuple[FieldChange, ...]:
    """Return the fields that differ, sorted by path.

    ``after`` has gone through recognise: a secret that is the same object on both sides is the
    same, any other differs, whatever the words for it.
    """
    from deepdiff import DeepDiff  # noqa: PLC0415 — most plans find nothing to explain

    old, new = _plain(before, addressed=True), _plain(after, addressed=True)
    changes: dict[str, FieldChange] = {}
    found = DeepDiff(old, new, view="tree", threshold_to_diff_deeper=0)
    for levels in found.values():
        for level in levels:
            changes |= {change.path: change for change in _changes(level, old, new)}
    found_otherwise = (
        *_secrets(before, after, ""),
        *_orders(before, after, ""),
        *_beyond(before, after, ""),
    )
    for change in found_otherwise:
        changes.setdefault(change.path, change)
    return tuple(changes[path] for path in sorted(changes))


def presented(spec: Spec) -> tuple[FieldChange, ...]:
    """Return every field of a new object that was mentioned or is not the default."""
    said_of_it = (*_said(spec, ""), *_beyond(None, spec, ""))
    return tuple(sorted(said_of_it, key=lambda change: change.path))


def _beyond(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    """Yield what a manifest says under keys that we don't know; what was there is not shown."""
    if not is_beyond(after):
        return
    if isinstance(after, Spec):
        there = before.beyond if isinstance(before, Spec) else {}
        for key, one in unknown_keys(after.beyond).items():
            yield FieldChange(below(path, key), UNSHOWN if key in there else None, one.value)
    for inner, part, other in sides(after, before, path):
        yield from _beyond(other, part, inner)


def said_in(spec: Spec) -> list[dict[str, Any]]:
    """Return all that is said under keys that this version does not know, in order of place."""
    parts = [unknown_keys(part.beyond) for part in each_spec(spec)]
    return [{key: one.value for key, one in part.items()} for part in parts if part]


def written_again(spec: Spec) -> tuple[FieldChange, ...]:
    """Return the secret values of an object that are written as they are."""
    return tuple(
        FieldChange(path, Hidden(sealed), Hidden(sealed), secret=True)
        for path, sealed in sealed_in(spec)
    )


def _said(spec: Spec, above: str) -> Iterator[FieldChange]:
    fields = type(spec).model_fields
    for name, value in spec:
        path = f"{above}{name}"
        if value is None or (name not in spec.model_fields_set and value == fields[name].default):
            continue
        if isinstance(value, Spec):
            yield from _said(value, f"{path}.")
        elif isinstance(value, tuple) and value and isinstance(value[0], Keyed):
            for label, item in labelled(value):
                yield from _said_item(label, item, f"{path}.")
        else:
            shown = visible(value)
            yield FieldChange(path, None, shown, secret=_has_hidden(shown))


def _said_item(label: str, item: Keyed, above: str) -> Iterator[FieldChange]:
    path = f"{above}{label}"
    told = f"{path}.{item.KEY}" if label == item.key else ""
    said = [change for change in _said(item, f"{path}.") if change.path != told]
    yield from said or [FieldChange(path, None, {})]


def _changes(level: "DiffLevel", old: Any, new: Any) -> Iterator[FieldChange]:
    path = _shown_path(level.path(output_format="list"), old, new)
    yield from _leaves(joined(path), at(old, path), at(new, path))


def _leaves(path: str, before: Any, after: Any) -> Iterator[FieldChange]:
    """Yield one change, or that of each field of what comes or goes."""
    sides = [side for side in (before, after) if side]
    if len(sides) == 1 and isinstance(sides[0], _Part):
        for name in sides[0]:
            yield from _leaves(f"{path}.{name}", at(before, [name]), at(after, [name]))
    else:
        secret = _has_hidden(after) or _has_hidden(before)
        yield FieldChange(path, before, after, secret=secret)


def _shown_path(path: list[Any], old: Any, new: Any) -> list[Any]:
    """Stop at a list of words: its change is read best as a whole."""
    for depth in range(1, len(path)):
        sides = (at(old, path[:depth]), at(new, path[:depth]))
        lists = [side for side in sides if isinstance(side, list)]
        if lists and not any(isinstance(item, dict) for side in lists for item in side):
            return path[:depth]
    return path


def found(data: Any, dotted: str) -> Any:
    """Return what stands at a dotted path, whose keys may have dots of their own."""
    if not dotted:
        return data
    if isinstance(data, list):
        data = dict(zip(labels_shown(data), data, strict=True))
    for key in data if isinstance(data, Mapping) else ():
        if f"{dotted}.".startswith(f"{key}."):
            there = found(data[key], dotted[len(key) + 1 :])
            if there is not None:
                return there
    return None


def _has_hidden(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_hidden, value.values()))
    if isinstance(value, list):
        return any(map(_has_hidden, value))
    return isinstance(value, Hidden)


def _orders(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    """Find lists in which items that stay are in another order, or new ones not at the end."""
    if type(before) is not type(after) or after is before:
        return
    if isinstance(after, tuple):
        if not all(isinstance(item, Keyed) for item in after):
            return
        then, now = ([label for label, _ in labelled(side)] for side in (before, after))
        staying = [label for label in then if label in now]
        if now != staying + [label for label in now if label not in then]:
            yield FieldChange(path, then, now)
    for inner, part, other in sides(after, before, path):
        yield from _orders(other, part, inner)


def _secrets(before: Any, after: Any, path: str) -> list[FieldChange]:
    """Find changed values, for the words may be the same on both sides."""
    if type(before) is not type(after) or after is before:
        return []
    if isinstance(after, Sealed):
        if after == before or after.same_as(before):
            return []
        return [FieldChange(path, Hidden(before), Hidden(after), secret=True)]
    inside = sides(after, before, path, holding)
    return [change for inner, part, other in inside for change in _secrets(other, part, inner)]
