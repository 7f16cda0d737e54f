"""What each command does, as plain functions: the only place where the parts meet.

A part is loaded when it is used: `validate` needs no network, and `plan` writes nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reconciler.commands import ledger, saving
    from reconciler.commands.applying import Applied, Hooks, Keep, apply, untouched
    from reconciler.commands.carrying_out import carry_out
    from reconciler.commands.looking import Looked, look
    from reconciler.commands.organization import Organization, Session, connect
    from reconciler.commands.reconcile import plan
    from reconciler.commands.request import Aim, Request, Unmanaged
    from reconciler.commands.validate import load

__all__ = [
    "Aim",
    "Applied",
    "Hooks",
    "Keep",
    "Looked",
    "Organization",
    "Request",
    "Session",
    "Unmanaged",
    "apply",
    "carry_out",
    "connect",
    "ledger",
    "load",
    "look",
    "plan",
    "saving",
    "untouched",
]

_WHERE = {
    "Aim": "request",
    "Applied": "applying",
    "Hooks": "applying",
    "Keep": "applying",
    "Looked": "looking",
    "Organization": "organization",
    "Request": "request",
    "Session": "organization",
    "Unmanaged": "request",
    "apply": "applying",
    "carry_out": "carrying_out",
    "connect": "organization",
    "load": "validate",
    "look": "looking",
    "plan": "reconcile",
    "untouched": "applying",
}


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(importlib.import_module(f"{__name__}.{_WHERE[name]}"), name)
    if name in __all__:
        return importlib.import_module(f"{__name__}.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
