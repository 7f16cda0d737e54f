"""The vocabulary every other part speaks; it imports nothing else of ours."""

from reconciler.model.address import Address
from reconciler.model.directory import Directory, Mention
from reconciler.model.hidden import HiddenValue, ValueState
from reconciler.model.items import Keyed
from reconciler.model.memory import Intended, Memory, Record
from reconciler.model.place import Place, Problem, Severity
from reconciler.model.plan import Action, Change, FieldChange, Outcome, Plan, Refusal, Result
from reconciler.model.resource import (
    Desired,
    DesiredState,
    Live,
    LiveState,
    Rules,
    Scope,
    Standing,
    Unread,
    exchanged,
)
from reconciler.model.sealed import Sealed, Unreadable
from reconciler.model.source import BadSource, Source, Surroundings, Unavailable
from reconciler.model.spec import DECLARED, Spec

__all__ = [
    "DECLARED",
    "Action",
    "Address",
    "BadSource",
    "Change",
    "Desired",
    "DesiredState",
    "Directory",
    "FieldChange",
    "HiddenValue",
    "Intended",
    "Keyed",
    "Live",
    "LiveState",
    "Memory",
    "Mention",
    "Outcome",
    "Place",
    "Plan",
    "Problem",
    "Record",
    "Refusal",
    "Result",
    "Rules",
    "Scope",
    "Sealed",
    "Severity",
    "Source",
    "Spec",
    "Standing",
    "Surroundings",
    "Unavailable",
    "Unread",
    "Unreadable",
    "ValueState",
    "exchanged",
]
