"""The vocabulary every other part speaks; it imports nothing else of ours.

A part is loaded when it is used: most of it is about plans, which `validate` has none of.
"""

from typing import TYPE_CHECKING

from reconciler.on_demand import on_demand

if TYPE_CHECKING:
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
        Unread,
        UnreadFile,
        exchanged,
    )
    from reconciler.model.sealed import Sealed, Unreadable
    from reconciler.model.source import BadSource, Source, SourceContext, Unavailable
    from reconciler.model.spec import DECLARED, Spec
else:
    __getattr__ = on_demand(
        __name__,
        {
            "address": "Address",
            "directory": "Directory Mention",
            "hidden": "HiddenValue ValueState",
            "items": "Keyed",
            "memory": "Intended Memory Record",
            "place": "Place Problem Severity",
            "plan": "Action Change FieldChange Outcome Plan Refusal Result",
            "resource": "Desired DesiredState Live LiveState Rules Scope Unread UnreadFile "
            "exchanged",
            "sealed": "Sealed Unreadable",
            "source": "BadSource Source SourceContext Unavailable",
            "spec": "DECLARED Spec",
        },
    )

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
    "SourceContext",
    "Spec",
    "Unavailable",
    "Unread",
    "UnreadFile",
    "Unreadable",
    "ValueState",
    "exchanged",
]
