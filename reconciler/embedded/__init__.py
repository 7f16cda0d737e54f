"""A faithful local Semaphore organization over SQLite."""

from reconciler.embedded.database import BadDatabase
from reconciler.embedded.faults.fault import Action, BadFault, Fault, Moment
from reconciler.embedded.organization import Embedded
from reconciler.embedded.settings import Edition, Settings

__all__ = [
    "Action",
    "BadDatabase",
    "BadFault",
    "Edition",
    "Embedded",
    "Fault",
    "Moment",
    "Settings",
]
