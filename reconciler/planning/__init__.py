"""Two states in, one plan out; nothing here touches the world."""

from reconciler.planning.around import protected
from reconciler.planning.created import can_be_ours, is_blank, is_unfinished_at_most
from reconciler.planning.decide import FORGETFUL, Decision, decide
from reconciler.planning.graph import waits
from reconciler.planning.planner import plan
from reconciler.planning.policy import Policy
from reconciler.planning.remember import answered, hashes_of, moved, record_of
from reconciler.planning.verbatim import as_shown, to_send

__all__ = [
    "FORGETFUL",
    "Decision",
    "Policy",
    "answered",
    "as_shown",
    "can_be_ours",
    "decide",
    "hashes_of",
    "is_blank",
    "is_unfinished_at_most",
    "moved",
    "plan",
    "protected",
    "record_of",
    "to_send",
    "waits",
]
