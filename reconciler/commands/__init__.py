"""What each command does, as plain functions: the only place where the parts meet.

A part is loaded when it is used: `validate` needs no network, and `plan` writes nothing.
"""

from typing import TYPE_CHECKING

from reconciler.on_demand import on_demand

if TYPE_CHECKING:
    from reconciler.commands import ledger, reporting, saving
    from reconciler.commands.applying import Applied, Hooks, Keep, apply, untouched
    from reconciler.commands.carrying_out import carry_out
    from reconciler.commands.looking import Planned, look
    from reconciler.commands.organization import Organization, Session, connect
    from reconciler.commands.reconcile import plan
    from reconciler.commands.request import Purpose, Request, Unmanaged
    from reconciler.commands.validate import load
else:
    __getattr__ = on_demand(
        __name__,
        {
            "ledger": "",
            "reporting": "",
            "saving": "",
            "applying": "Applied Hooks Keep apply untouched",
            "carrying_out": "carry_out",
            "looking": "Planned look",
            "organization": "Organization Session connect",
            "reconcile": "plan",
            "request": "Purpose Request Unmanaged",
            "validate": "load",
        },
    )

__all__ = [
    "Applied",
    "Hooks",
    "Keep",
    "Organization",
    "Planned",
    "Purpose",
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
    "reporting",
    "saving",
    "untouched",
]
