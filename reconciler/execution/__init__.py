"""A plan becomes writes, each checked by a read; the only place where anything is written."""

from reconciler.execution.hands import Hands
from reconciler.execution.run import Watch, execute
from reconciler.execution.tokens import Tokens

__all__ = ["Hands", "Tokens", "Watch", "execute"]
