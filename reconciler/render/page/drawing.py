"""What changes, and what depends on what of it, as a picture within the page."""

from collections.abc import Iterable, Mapping
from typing import Final

from reconciler.kinds import KINDS
from reconciler.model import Address, Change
from reconciler.render.graph import Needs

MOST: Final = 80
"""Boxes in a picture that somebody can look at."""


def needs(changes: Iterable[Change]) -> Needs:
    """Return what each change needs; what has nothing to do with another one is left out."""
    found: dict[Address, tuple[Address, ...]] = {}
    for change in sorted(changes, key=lambda change: change.address):
        side = change.desired or change.live
        kind = KINDS.get(change.address.kind)
        needed = set(kind.needs(change.address, side.spec)) if kind and side else set()
        found[change.address] = tuple(sorted(needed - {change.address}))
    wanted = {other for needed in found.values() for other in needed}
    return {at: needed for at, needed in found.items() if needed or at in wanted}


def boxes(found: Mapping[Address, Iterable[Address]]) -> int:
    return len({*found, *(other for needed in found.values() for other in needed)})
