"""What each command does, as plain functions: the only place where the parts meet."""

from reconciler.commands import ledger, saving
from reconciler.commands.carry_out import apply
from reconciler.commands.organization import Organization, Session, connect
from reconciler.commands.reconcile import plan
from reconciler.commands.request import Request, Values
from reconciler.commands.validate import load, resolve

__all__ = [
    "Organization",
    "Request",
    "Session",
    "Values",
    "apply",
    "connect",
    "ledger",
    "load",
    "plan",
    "resolve",
    "saving",
]
