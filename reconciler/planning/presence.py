"""What counts as being there: of what each project has one of, there is none while it is empty."""

from reconciler.kinds import KINDS
from reconciler.model import Address, Live, LiveState
from reconciler.planning.diff import visible


def is_something(live: Live) -> bool:
    """Whether there is anything to tell of: what each project has one of is nothing while empty."""
    kind = KINDS[live.address.kind]
    return not kind.singleton or visible(live.spec) != visible(kind.model())


def of_note(found: LiveState) -> set[Address]:
    """Return what there is to tell of among what was read."""
    return {address for address, live in found.objects.items() if is_something(live)}
