"""What is asked of a run."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from reconciler.commands.selection import Selection
from reconciler.model import Address, DesiredState, Memory
from reconciler.planning import FORGETFUL, Policy


class Values(StrEnum):
    """Which secret values are read from their sources."""

    NONE = "none"
    COMPARED = "compared"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a run.

    ``target`` and ``exclude`` are globs over addresses; ``memory`` is what the ledger remembers;
    ``also``: objects to look for, whoever declares them; ``values``: ALL before anything is
    written, COMPARED to look where there is something to compare with; ``adopt``: remember what is
    found as declared.
    """

    state: DesiredState
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_replace: bool = False
    max_deletes: int | None = None
    destroy: bool = False
    prune: bool = False
    memory: Memory = FORGETFUL
    also: frozenset[Address] = frozenset()
    values: Values = Values.ALL
    adopt: bool = True

    @property
    def policy(self) -> Policy:
        return Policy(
            allow_replace=self.allow_replace,
            max_deletes=self.max_deletes,
            destroy=self.destroy,
            prune=self.prune,
            adopt=self.adopt,
        )

    def options(self) -> dict[str, Any]:
        """Return what decides which plan comes of the manifests, as JSON data."""
        return {
            "target": list(self.target),
            "exclude": list(self.exclude),
            "allow_replace": self.allow_replace,
            "max_deletes": self.max_deletes,
            "destroy": self.destroy,
            "prune": self.prune,
        }

    @cached_property
    def selection(self) -> Selection:
        """What target and exclude mean, among all that is declared or remembered."""
        known = {*self.state.objects, *self.memory.records}
        return Selection.of(self.target, self.exclude, known)

    def selects(self, address: Address) -> bool:
        return self.selection.has(address)
