"""Two states in, one plan out; nothing here touches the world."""

from reconciler.planning.decide import FORGETFUL, Decision, decide
from reconciler.planning.graph import dependencies, waits
from reconciler.planning.planner import plan
from reconciler.planning.policy import Policy, protected
from reconciler.planning.remember import moved, record_of
from reconciler.planning.verbatim import as_shown, to_send

__all__ = [
    "FORGETFUL",
    "Decision",
    "Policy",
    "as_shown",
    "decide",
    "dependencies",
    "moved",
    "plan",
    "protected",
    "record_of",
    "to_send",
    "waits",
]
