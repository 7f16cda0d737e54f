"""What is there and what is declared, side by side."""

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.place import Place
from reconciler.model.resource import Unread


@dataclass(frozen=True, slots=True)
class Entry:
    """One object: whether it is there, where it is declared, and whether the ledger has it."""

    address: Address
    live: bool
    declared: Place | None
    ours: bool

    @property
    def unmanaged(self) -> bool:
        """Whether it is there and nobody answers for it: neither a manifest nor the ledger."""
        return self.live and self.declared is None and not self.ours


@dataclass(frozen=True, slots=True)
class Inventory:
    """Objects in order of their addresses, and where there may be others that could not be read.

    ``declaring``: whether any manifests were read at all.
    """

    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()
    declaring: bool = True

    @property
    def live(self) -> int:
        return sum(entry.live for entry in self.entries)

    @property
    def covered(self) -> int:
        """How many of those that are there are in manifests."""
        return sum(entry.live and entry.declared is not None for entry in self.entries)
