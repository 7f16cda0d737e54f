"""What is known of a declared secret value whose live value Semaphore does not show (B 2.7)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from reconciler.model.address import Address


class ValueState(StrEnum):
    """One of five states, or that the value is to be written whatever is known.

    SAME: we wrote this value, and nobody wrote since. CHANGED_HERE: what we wrote, or found
    declared when the object was adopted, is another value. WRITTEN_OUTSIDE: somebody wrote the
    object since. ASSUMED: it is what was declared when the object was adopted; what is there was
    never seen. UNKNOWN: there is nothing to compare with. REWRITE: asked for by --rewrite.
    UNHONOURED, of a setting: this organization does not have the feature, so it is not in effect.
    """

    SAME = "same"
    CHANGED_HERE = "changed here"
    WRITTEN_OUTSIDE = "written outside"
    ASSUMED = "assumed"
    UNKNOWN = "unknown"
    REWRITE = "to be rewritten"
    UNHONOURED = "unhonoured"


WRITTEN: Final = frozenset(
    {ValueState.CHANGED_HERE, ValueState.WRITTEN_OUTSIDE, ValueState.REWRITE}
)
"""The states in which the declared value has to be written."""

UNCOMPARED: Final = frozenset({ValueState.ASSUMED, ValueState.UNKNOWN, ValueState.UNHONOURED})
"""The states in which nothing is to do, and yet it is not known that all is as declared."""


@dataclass(frozen=True, slots=True, order=True)
class HiddenValue:
    """A value that is declared and not written, and what is known of it."""

    address: Address
    path: str
    state: ValueState
