"""Paths of fields, such as ``data.env_vars.TOKEN.value``: what stands at one, and what is below."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any

from reconciler.model.items import labelled, paired
from reconciler.model.spec import Spec

Fields = Callable[[type[Spec]], Iterable[str]]
"""Says which fields of a model are looked into."""


def split(dotted: str) -> tuple[str, ...]:
    return tuple(dotted.split("."))


def joined(path: Iterable[object]) -> str:
    return ".".join(map(str, path))


def below(path: str, step: str) -> str:
    return f"{path}.{step}" if path else step


def at(data: Any, path: Iterable[Any]) -> Any:
    """Return what stands at a path of plain data or models, None if nothing does."""
    for step in path:
        if isinstance(data, Spec):
            data = getattr(data, step, None)
        elif isinstance(data, Mapping):
            data = data.get(step)
        elif isinstance(data, list) and str(step).isdecimal() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    return data


def sides(
    after: Any, before: Any, path: str = "", fields: Fields = attrgetter("model_fields")
) -> Iterator[tuple[str, Any, Any]]:
    """Yield what a model or a list consists of: path, part, and the same part of another or None.

    Items go by their label.
    """
    if isinstance(after, Spec):
        for name in fields(type(after)):
            yield below(path, name), getattr(after, name), getattr(before, name, None)
    elif isinstance(after, tuple):
        for label, item, other in paired(after, before or ()):
            yield below(path, label), item, other


def parts(
    value: Any, path: str, fields: Fields = attrgetter("model_fields")
) -> Iterator[tuple[str, Any]]:
    """Yield what a model or a list consists of, each with its path."""
    if isinstance(value, Spec):
        for name in fields(type(value)):
            yield below(path, name), getattr(value, name)
    elif isinstance(value, tuple):
        for label, item in labelled(value):
            yield below(path, label), item
