"""The kinds, one module each; a new one is known by being there."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from reconciler.kinds.kind import Kind


def _discover() -> Mapping[str, Kind]:
    modules = (
        importlib.import_module(f"{__name__}.{found.name}")
        for found in pkgutil.iter_modules(__path__)
    )
    kinds = (module.KIND for module in modules if hasattr(module, "KIND"))
    return MappingProxyType({kind.name: kind for kind in sorted(kinds, key=lambda k: k.name)})


KINDS: Mapping[str, Kind] = _discover()

__all__ = ["KINDS", "Kind"]
