"""The names of a package, each loaded with its module when it is first used (PEP 562)."""

import importlib
import sys
from collections.abc import Callable, Mapping
from typing import Any


def on_demand(package: str, names: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a package, by the names that each of its modules gives it.

    A module that gives it none is a name itself.
    """
    modules = {name: module for module, given in names.items() for name in given.split()}

    def get(name: str) -> Any:
        if name in modules:
            found = getattr(importlib.import_module(f"{package}.{modules[name]}"), name)
        elif names.get(name) == "":
            found = importlib.import_module(f"{package}.{name}")
        else:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        setattr(sys.modules[package], name, found)  # this is not asked again
        return found

    return get
