"""What there is after a create: whether it can be what was sent, and what is still to be done."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.model import Desired, FieldChange, Live, Spec
from reconciler.planning.decide import Decision, decide
from reconciler.planning.diff import compare
from reconciler.planning.overlay import overlay


def can_be_ours(desired: Desired, found: Live) -> bool:
    """Whether all that shows is as a create of ``desired`` makes it, mentioned or not."""
    whole = _filled(settle(desired.spec), found.spec).mentioned()
    sent = replace(desired, spec=whole, rules=replace(desired.rules, ignore=()))
    return is_unfinished_at_most(desired, decide(KINDS[desired.address.kind], sent, found))


def unmentioned_in(desired: Desired, there: Live) -> tuple[str, ...]:
    """Return the fields that an object has, and would not have if its manifest alone made it."""
    return tuple(sorted({field.path for field in _left_as_it_is(desired, there)}))


def unsaid(desired: Desired, there: Live) -> tuple[FieldChange, ...]:
    """Return these fields, less those that the manifest leaves to others in so many words.

    A secret value that the manifest has is said there.
    """
    fields = (f for f in _left_as_it_is(desired, there) if not (f.secret and f.after))
    return tuple(field for field in fields if not desired.rules.ignores(field.path))


def _left_as_it_is(desired: Desired, there: Live) -> Iterable[FieldChange]:
    laid = overlay(there.spec, desired.spec, desired.rules.ignore).spec
    return compare(laid, _filled(settle(desired.spec), laid))


def is_unfinished_at_most(desired: Desired, decision: Decision) -> bool:
    """Whether nothing differs but what a create leaves out, and that is as it leaves it.

    Anything else was done by somebody else since.
    """
    if decision.action is None:
        return True
    later = KINDS[desired.address.kind].api.later
    left = {field.path: field.before for field in decision.fields}
    return bool(left) and all(path in later and later[path] == left[path] for path in left)


def is_blank(found: Live) -> bool:
    """Whether it is what its project came with, and nobody has written it: it was there before."""
    if not KINDS[found.address.kind].singleton:
        return False
    blank = settle(type(found.spec)()).mentioned()
    return overlay(found.spec, blank).spec == found.spec


def _filled(sent: Spec, found: Spec) -> Spec:
    """Give what was not sent the server's default, which is what its type is without a word."""
    changes: dict[str, Any] = {}
    for name, value in sent:
        there = getattr(found, name)
        if value is None and there is not None:
            changes[name] = settle(type(there)()) if isinstance(there, Spec) else type(there)()
        elif isinstance(value, Spec) and isinstance(there, Spec):
            changes[name] = _filled(value, there)
    return sent.having(changes)
