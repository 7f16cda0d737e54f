"""What may go unmentioned in a manifest, so that it stays as it is."""

from collections.abc import Iterator
from typing import Any

from reconciler.kinds.sealing import FROM
from reconciler.model import Keyed, Spec
from reconciler.model.items import by_key, labelled

Where = tuple[str | int, ...]
"""The path of something in a value: names of fields and numbers of items."""


def leaving_out(where: Where, spec: Spec) -> Where | None:
    """Return the smallest part around a path that may be left out; None if none may.

    A list is all or nothing, but in an item that a key of its own identifies a field may be left
    out as elsewhere.
    """
    best: Where | None = None
    free = True
    for at, step, part in _steps(where, spec):
        if isinstance(step, int):
            free = free and _is_identified(part, step)
        elif free and not type(part).model_fields[step].is_required():
            best = (*at, step)
    return best


def dotted(where: Where, spec: Spec) -> str:
    """Return a path for people: items by their keys where these are theirs alone."""
    return ".".join(
        labelled(part)[step][0] if isinstance(step, int) else step
        for _, step, part in _steps(where, spec)
    )


def _steps(where: Where, spec: Spec) -> Iterator[tuple[Where, str | int, Any]]:
    """Yield each step of a path as far as it leads, with the path to it and what it is in."""
    at: Where = ()
    part: Any = spec
    for step in where:
        if isinstance(part, Spec) and isinstance(step, str):
            name = step if step in type(part).model_fields else step.removesuffix(FROM)
            if name not in type(part).model_fields:
                return
            yield at, name, part
            part, at = getattr(part, name), (*at, name)
        elif isinstance(part, tuple) and isinstance(step, int) and step < len(part):
            yield at, step, part
            part, at = part[step], (*at, step)
        else:
            return


def _is_identified(items: tuple[Any, ...], number: int) -> bool:
    item = items[number]
    return isinstance(item, Keyed) and by_key(items).get(item.key) is item
