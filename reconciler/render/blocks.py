"""Changes as people read them: equal ones told once, and by the project they are in."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from reconciler.model import Address, Change
from reconciler.render.values import printable

FEWEST: Final = 3
"""So many equal changes are told as one."""

Block = tuple[Change, ...]
"""Changes of which only the address and the place differ."""


def blocks(changes: Sequence[Change]) -> list[Block]:
    """Gather equal changes where the first of them is."""
    alike: defaultdict[str, list[Change]] = defaultdict(list)
    for change in changes:
        alike[_said(change)].append(change)
    found: dict[Address, Block] = {}
    for same in alike.values():
        if len(same) >= FEWEST:
            found[same[0].address] = tuple(same)
        else:
            found |= {change.address: (change,) for change in same}
    return [found[change.address] for change in changes if change.address in found]


def by_project(changes: Sequence[Change]) -> list[tuple[str, list[Block]]]:
    """Gather blocks under titles: what is in several projects, in none, and in each."""
    groups: defaultdict[tuple[int, str], list[Block]] = defaultdict(list)
    for block in blocks(changes):
        homes = {_home(change.address) for change in block}
        groups[(0, "") if len(homes) > 1 else (1, homes.pop())].append(block)
    return [(_title(*home), groups[home]) for home in sorted(groups)]


def _title(several: int, name: str) -> str:
    if name:
        return f"In project {printable(name)}:"
    return "In the organization:" if several else "In several projects:"


def _said(change: Change) -> str:
    """Return all that is said of a change beside its address and its place."""
    return repr((change.action, change.reason, change.fields, change.takes))


def _home(address: Address) -> str:
    """Return the name of the project that something is, or is in; "" for all else."""
    return address.name if address.kind == "Project" else address.project
