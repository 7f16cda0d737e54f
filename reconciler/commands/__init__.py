"""What each command does, as plain functions: the only place where the parts meet."""

from reconciler.commands import ledger, saving
from reconciler.commands.applying import Applied, Hooks, Keep, apply, untouched
from reconciler.commands.carry_out import carry_out
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
