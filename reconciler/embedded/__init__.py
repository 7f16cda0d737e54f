"""A faithful local Semaphore organization over SQLite."""

from reconciler.embedded.organization import Embedded
from reconciler.embedded.settings import Edition, Settings

__all__ = ["Edition", "Embedded", "Settings"]
