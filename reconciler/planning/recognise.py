"""Tell what is the same although it looks different: secret values, and items by any name."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from reconciler.kinds.fields import AnyOrder, Keyed
from reconciler.kinds.kind import mark
from reconciler.model import Sealed, Spec


class Recognised(NamedTuple):
    """The wanted value in which all that is already so *is* the live part.

    ``unknown``: paths of secret values that can't be compared; they count as the same.
    """

    spec: Spec
    unknown: tuple[str, ...]


def recognise(wanted: Spec, live: Spec) -> Recognised:
    unknown: list[str] = []
    return Recognised(_spec(wanted, live, "", unknown), tuple(unknown))


def _spec(wanted: Spec, live: Spec, above: str, unknown: list[str]) -> Spec:
    if wanted is live:
        return live
    changes: dict[str, Any] = {}
    for name, value in wanted:
        there = getattr(live, name)
        any_order = isinstance(value, tuple) and mark(type(wanted), name, AnyOrder)
        known = (
            _any_order(value, there)
            if any_order
            else _value(value, there, f"{above}{name}", unknown)
        )
        if known is not value:
            changes[name] = known
    return wanted.having(changes)


def _value(wanted: Any, live: Any, path: str, unknown: list[str]) -> Any:
    if isinstance(wanted, Sealed) and isinstance(live, Sealed):
        same = wanted.same_as(live)
        if same is None:
            unknown.append(path)
        return wanted if same is False else live
    if isinstance(wanted, Spec) and isinstance(live, Spec):
        return _spec(wanted, live, f"{path}.", unknown)
    if isinstance(wanted, tuple) and isinstance(live, tuple) and wanted:
        return _keyed(wanted, live, path, unknown)
    return wanted


def _keyed(
    wanted: tuple[Any, ...], live: tuple[Any, ...], path: str, unknown: list[str]
) -> tuple[Any, ...]:
    if not isinstance(wanted[0], Keyed):
        return wanted
    there = {item.key: item for item in live}
    return tuple(
        _spec(item, there[item.key], f"{path}.{item.key}.", unknown) if item.key in there else item
        for item in wanted
    )


def _any_order(wanted: Sequence[Any], live: tuple[Any, ...]) -> tuple[Any, ...]:
    left = list(live)
    found: list[Any] = []
    for item in wanted:
        same = next((other for other in left if _alike(item, other)), None)
        if same is not None:
            left.remove(same)
        found.append(item if same is None else same)
    return tuple(found) if left or any(a is b for a in found for b in wanted) else live


def _alike(item: Any, other: Any) -> bool:
    same_as = getattr(item, "same_as", None)
    return bool(same_as(other)) if same_as else bool(item == other)
