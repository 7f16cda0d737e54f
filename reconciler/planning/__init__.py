"""Two states in, one plan out; nothing here touches the world."""

from reconciler.planning.decide import FORGETFUL, Decision, decide
from reconciler.planning.graph import dependencies, waits
from reconciler.planning.planner import plan
from reconciler.planning.policy import Policy
from reconciler.planning.remember import moved, record_of

__all__ = [
    "FORGETFUL",
    "Decision",
    "Policy",
    "decide",
    "dependencies",
    "moved",
    "plan",
    "record_of",
    "waits",
]
