"""What is there and what is declared, side by side."""

from dataclasses import dataclass

from reconciler.model.address import Address
from reconciler.model.place import Place
from reconciler.model.resource import Unread


@dataclass(frozen=True, slots=True)
class Entry:
    """One object: whether it is there, where it is declared, and whether the ledger has it.

    ``live``: None where that could not be read.
    ``was``: the address that manifests and the ledger know it by, if somebody renamed it, or its
    project, outside. ``observed``: its manifest compares it only. ``protected``: it must not be
    deleted, by its manifest or by the ledger.
    """

    address: Address
    live: bool | None
    declared: Place | None
    ours: bool
    was: Address | None = None
    protected: bool = False
    observed: bool = False

    @property
    def unmanaged(self) -> bool:
        """Whether it is there and nobody answers for it: neither a manifest nor the ledger."""
        return bool(self.live) and self.declared is None and not self.ours


@dataclass(frozen=True, slots=True)
class Inventory:
    """Objects in order of their addresses, and where there may be others that could not be read.

    ``declaring``: whether any manifests were read at all. ``doubts``: what speaks against the
    ledger that tells whose they are.
    """

    entries: tuple[Entry, ...]
    unread: tuple[Unread, ...] = ()
    declaring: bool = True
    doubts: tuple[str, ...] = ()

    @property
    def live(self) -> int:
        return sum(bool(entry.live) for entry in self.entries)

    @property
    def covered(self) -> int:
        """How many of those that are there are in manifests."""
        return sum(bool(entry.live) and entry.declared is not None for entry in self.entries)
