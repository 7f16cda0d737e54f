"""The kinds, one module each; a new one is known by being there, under its own name."""

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from reconciler.kinds.kind import Kind

_MODULES: Final = frozenset(found.name for found in pkgutil.iter_modules(__path__))
_WORD: Final = re.compile(r"(?<!^)(?=[A-Z])")


class _Kinds(Mapping[str, Kind]):
    """Kinds by their names, in their order; one is loaded when it is asked for.

    ``DeploymentTarget`` is in ``deployment_target``. To make the models of all kinds takes longer
    than most runs take to read their manifests.
    """

    def __init__(self) -> None:
        self._loaded: dict[str, Kind] = {}

    def __getitem__(self, name: str) -> Kind:
        try:
            return self._loaded[name]
        except KeyError:
            pass
        kind = _in_module(_WORD.sub("_", str(name)).lower())
        if kind is None or kind.name != name:
            raise KeyError(name)
        return self._loaded.setdefault(name, kind)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    @cached_property
    def _names(self) -> tuple[str, ...]:
        kinds = filter(None, map(_in_module, _MODULES))
        return tuple(sorted(kind.name for kind in kinds))


def _in_module(module: str) -> Kind | None:
    """Return the kind of a module; None if there is no such module, or it has none."""
    if module not in _MODULES:
        return None
    found = getattr(importlib.import_module(f"{__name__}.{module}"), "KIND", None)
    return found if isinstance(found, Kind) else None


KINDS: Final[Mapping[str, Kind]] = _Kinds()

__all__ = ["KINDS", "Kind"]
