"""What is to be different in a document, said of its parts; all else in it stays as it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Put:
    """Another value, as JSON data, in the place of one that is there.

    ``path``: what is changed by that, for people.
    """

    value: Any
    path: str = ""


@dataclass(frozen=True, slots=True)
class Within:
    """Some keys of a mapping: what becomes of those there are, and what is ``added``.

    ``order``: all keys that there may be, in the order in which they are best written.
    """

    parts: Mapping[str, "Patch"]
    added: Mapping[str, Any]
    order: tuple[str, ...] = ()
    path: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """The item that has this number now, and what becomes of it, None if it stays as it is."""

    number: int
    patch: "Patch | None" = None


@dataclass(frozen=True, slots=True)
class New:
    """An item that was not there, as JSON data."""

    value: Any


@dataclass(frozen=True, slots=True)
class Items:
    """All items that a list is to have, in their order; those that are not named go."""

    items: tuple[Kept | New, ...]
    path: str = ""


Patch = Put | Within | Items


def patch_of(
    data: Any, changes: Mapping[tuple[str | int, ...], Any], above: tuple[str | int, ...] = ()
) -> Patch:
    """Return the patch that puts other values at some paths of what a document says."""
    path = ".".join(map(str, above))
    if () in changes:
        return Put(changes[()], path)
    by_step: dict[str | int, dict[tuple[str | int, ...], Any]] = {}
    for (step, *rest), value in changes.items():
        by_step.setdefault(step, {})[tuple(rest)] = value
    inner = {step: patch_of(data[step], part, (*above, step)) for step, part in by_step.items()}
    if isinstance(data, list):
        return Items(tuple(Kept(n, inner.get(n)) for n in range(len(data))), path)
    return Within({str(step): patch for step, patch in inner.items()}, {}, path=path)
