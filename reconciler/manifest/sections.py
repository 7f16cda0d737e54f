"""Exchanging and taking out what stands at paths of plain data, the data itself untouched."""

from typing import Any

from reconciler.manifest.places import Path
from reconciler.model.paths import at


def has(data: Any, path: Path) -> bool:
    above = at(data, path[:-1])
    return isinstance(above, dict) and path[-1] in above


def putting(data: Any, path: Path, value: Any) -> Any:
    """Return ``data`` with another value at a path that is there."""
    if not path:
        return value
    if isinstance(data, list):
        items = enumerate(data)
        return [putting(item, path[1:], value) if n == path[0] else item for n, item in items]
    return data | {path[0]: putting(data[path[0]], path[1:], value)}


def without(data: dict[str, Any], path: Path, keep: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return ``data`` less one path, and less a mapping that this empties.

    An emptied mapping under a key of ``keep`` stays.
    """
    head, rest = str(path[0]), path[1:]
    if head not in data:
        return data
    left = {key: value for key, value in data.items() if key != head}
    inner = data[head]
    if rest:
        if not isinstance(inner, dict) or not has(inner, rest):
            return data
        inner = without(inner, rest)
        if inner or head in keep:
            return {key: inner if key == head else value for key, value in data.items()}
    return left
