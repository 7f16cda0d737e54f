"""Two states in, one plan out; nothing here touches the world."""

from reconciler.planning.decide import Decision, decide
from reconciler.planning.graph import dependencies, waits
from reconciler.planning.planner import plan
from reconciler.planning.policy import Policy

__all__ = ["Decision", "Policy", "decide", "dependencies", "plan", "waits"]
