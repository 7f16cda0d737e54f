"""What a run has to tell: one value, of which every format writes down what it has words for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from reconciler.model.address import Address
from reconciler.model.place import Place
from reconciler.model.plan import Outcome, Plan
from reconciler.model.subject import Subject

_HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many objects are there as far as was looked, and how many of those are declared."""

    live: int
    declared: int

    @property
    def percent(self) -> int | None:
        """A whole number, rounded down: all is only all. None where there is nothing."""
        return self.declared * _HUNDRED // self.live if self.live else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A plan, a drift, or what became of a plan, and all that is known around it.

    ``fingerprint``: its name for ``apply --expect``, "" if it has none, None if nothing can be
    applied by one. ``outcomes``: None where nothing was attempted. ``trouble``: why the ledger does
    not know of them, "" where it does. ``spent``: the plan that was reviewed does not fit any more.
    ``begun``, ``ended`` and ``requests``: of the run; nothing of a plan depends on them.
    ``apply``: the words of a command that plans the same and does it, without its name.
    ``coverage``: None where not all was read that was looked for. ``places``: where what is
    declared stands, unchanged or not, and where what is declared no longer did. ``reviewed``: what
    was applied last, by address and path, of a field that was changed since both here and outside.
    ``absorbed``: what was written back into manifests, as plain data, None if that was not asked
    for.
    """

    subject: Subject
    organization: str
    plan: Plan
    fingerprint: str | None = ""
    outcomes: tuple[Outcome, ...] | None = None
    trouble: str = ""
    spent: bool = False
    begun: datetime | None = None
    ended: datetime | None = None
    requests: int = 0
    coverage: Coverage | None = None
    apply: tuple[str, ...] = ()
    places: Mapping[Address, Place] = field(default_factory=lambda: MappingProxyType({}))
    reviewed: Mapping[tuple[Address, str], Any] = field(
        default_factory=lambda: MappingProxyType({})
    )
    absorbed: Mapping[str, Any] | None = None
