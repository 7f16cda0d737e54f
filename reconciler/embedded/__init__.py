"""A faithful local Semaphore organization over SQLite."""

from reconciler.embedded.faults.fault import Action, BadFault, Fault, Moment
from reconciler.embedded.organization import Embedded
from reconciler.embedded.settings import Edition, Settings

__all__ = ["Action", "BadFault", "Edition", "Embedded", "Fault", "Moment", "Settings"]
