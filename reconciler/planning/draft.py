"""A plan in the making."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reconciler.model import (
    Address,
    Change,
    DesiredState,
    Live,
    LiveState,
    Memory,
    Problem,
    Record,
    Refusal,
)
from reconciler.model.hidden import HiddenValue
from reconciler.planning.around import Around
from reconciler.planning.policy import Policy


@dataclass(slots=True)
class Draft:
    """What a plan is made from, and what the steps have found so far.

    ``there``: what is live, less what goes with projects that are replaced. ``elsewhere``: where
    declared objects are that were renamed outside, by what they are declared as. ``orphaned``:
    ours, and declared no longer; ``lasting``: those of them that can't be deleted; ``released``:
    those that are given back.
    ``observed``: what would be done about what is only observed. ``around``: what is so beyond
    this run.
    """

    desired: DesiredState
    live: LiveState
    policy: Policy
    memory: Memory
    around: Around
    there: Mapping[Address, Live] = field(init=False)
    elsewhere: Mapping[Address, Address] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    observed: list[Change] = field(default_factory=list)
    settled: list[Address] = field(default_factory=list)
    hidden: list[HiddenValue] = field(default_factory=list)
    adopted: dict[Address, Live] = field(default_factory=dict)
    remember: list[Record] = field(default_factory=list)
    skipped: list[Address] = field(default_factory=list)
    orphaned: list[Live] = field(default_factory=list)
    lasting: list[Live] = field(default_factory=list)
    released: list[Address] = field(default_factory=list)
    staying: list[Change] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.there = self.live.objects
