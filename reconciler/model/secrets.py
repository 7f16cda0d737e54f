"""Where in a value its secrets are."""

from functools import cache
from typing import Any, get_args

from reconciler.model.paths import parts
from reconciler.model.sealed import Sealed
from reconciler.model.spec import Spec


def sealed_in(value: Any, path: str = "") -> list[tuple[str, Sealed]]:
    """Return every secret inside a value with its path; items of lists go by their label."""
    if isinstance(value, Sealed):
        return [] if value.is_empty else [(path, value)]
    return [found for at, part in parts(value, path, holding) for found in sealed_in(part, at)]


@cache
def holding(spec: type[Spec]) -> tuple[str, ...]:
    """Return the fields of a type in which there can be secrets."""
    return tuple(name for name, info in spec.model_fields.items() if _can_hold(info.annotation))


def _can_hold(annotation: Any) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return bool(holding(annotation))
    return annotation is Sealed or any(map(_can_hold, get_args(annotation)))
