"""What a user mentioned, laid over what is: unmentioned means keep."""

from collections.abc import Collection
from typing import Any, NamedTuple

from reconciler.kinds.fields import Unsupported
from reconciler.kinds.kind import mark, settle
from reconciler.kinds.twins import carried_items
from reconciler.model import Keyed, Spec, beyond
from reconciler.model.items import by_key, labelled, paired
from reconciler.planning.kept_items import with_kept


class Overlay(NamedTuple):
    """The complete value to have, and the mentioned fields this organization does not honour."""

    spec: Spec
    unhonoured: tuple[str, ...]


def overlay(base: Spec, declared: Spec, ignore: Collection[str] = ()) -> Overlay:
    """Lay the mentioned fields of ``declared`` over ``base``.

    Keyed items are laid over the item of the same key; others are as they are written. What is
    beyond this version counts as unmentioned everywhere. ``ignore``: dotted paths that do as well;
    one of an item leaves it to others, declared or not.
    """
    unhonoured: list[str] = []
    spec = _lay(base, declared, "", ignore, unhonoured)
    return Overlay(spec, tuple(unhonoured))


def _lay(
    base: Spec, declared: Spec, above: str, ignore: Collection[str], unhonoured: list[str]
) -> Spec:
    changes: dict[str, Any] = {}
    for name in sorted(declared.model_fields_set):
        path = f"{above}{name}"
        old, new = getattr(base, name), getattr(declared, name)
        if path in ignore:
            continue
        if old is None and mark(type(base), name, Unsupported):
            if _is_more_than_default(new):
                unhonoured.append(path)
            continue
        if isinstance(new, Spec):
            new = (
                _lay(old, new, f"{path}.", ignore, unhonoured)
                if isinstance(old, Spec)
                else settle(new)
            )
        elif isinstance(new, tuple):
            new = _lay_items(old or (), new, f"{path}.", ignore)
        if new is not old and new != old:
            changes[name] = new
    result = base.having(changes)
    if declared.beyond:
        result = result.beside(beyond.laid(base.beyond, declared.beyond))
    return result.canonical()


def _is_more_than_default(declared: Any) -> bool:
    """Whether it says anything that is not so without it."""
    default = settle(type(declared)()) if isinstance(declared, Spec) else None
    return declared != default and (default is None or overlay(default, declared).spec != default)


def _lay_items(
    old: tuple[Any, ...], new: tuple[Any, ...], above: str, ignore: Collection[str]
) -> tuple[Any, ...]:
    """Lay each item; of those that are ignored there is what there was.

    An item that no key of its own identifies is taken as it is written: laid over what stands in
    its place it might get what is another's.
    """
    new, here = with_kept(new, old), by_key(new)
    laid: list[Any] = []
    for label, item, other in paired(new, old):
        if _left(label, item, above, ignore):
            continue
        below = f"{above}{label}."
        if other is not None and isinstance(item, Keyed) and item.key in here:
            laid.append(_lay(other, item, below, ignore, []))
        elif isinstance(other, Keyed) and any(path.startswith(below) for path in ignore):
            laid.append(_lay(other, settle(item).mentioned(), below, ignore, []))
        else:
            laid.append(settle(item) if isinstance(item, Spec) else item)
    for number, (label, item) in enumerate(labelled(old)):
        if _left(label, item, above, ignore):
            laid.insert(number, item)
    return carried_items(tuple(laid), old)


def _left(label: str, item: Any, above: str, ignore: Collection[str]) -> bool:
    return isinstance(item, Keyed) and f"{above}{label}" in ignore
