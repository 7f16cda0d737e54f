"""A plan becomes writes, each checked by a read; the only place where anything is written."""

from reconciler.execution.connection import Connection
from reconciler.execution.run import Watch, execute
from reconciler.execution.tokens import Tokens

__all__ = ["Connection", "Tokens", "Watch", "execute"]
