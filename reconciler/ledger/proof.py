"""What speaks for a ledger and against it, asked in the order of what the answers cost."""

from collections.abc import Callable, Iterator
from functools import cache

from reconciler.errors import LedgerUnusable
from reconciler.ledger import belief
from reconciler.ledger.belief import Doubt
from reconciler.ledger.chain import Chain
from reconciler.ledger.compacting import rows_before
from reconciler.ledger.current import Current
from reconciler.ledger.event import FIRST, Event, broken
from reconciler.ledger.history import archived
from reconciler.ledger.port import History
from reconciler.ledger.witness import Seen, Witness, protected
from reconciler.model import Address


class Proof:
    """The chain, what it adds up to, its signature, and the one that was seen last.

    ``history``: all events that can be looked at, which may be more than the chain has. ``mark``:
    see Seen. ``doubts`` are those that the last check let pass.
    """

    def __init__(
        self, chain: Chain, spell: Callable[[str], str], witness: Witness, mark: str
    ) -> None:
        self._name = chain.store.name
        self._chain = chain
        self.history: History = chain.store
        self._spell = spell
        self._witness = witness
        self._mark = mark
        self.doubts: tuple[str, ...] = ()

    def events(self, of: History | None = None) -> Iterator[Event]:
        """Yield the events of the organization, by whatever spelling they were written."""
        spell = cache(self._spell)
        events, organization = (of or self.history).events(), self._chain.organization
        return (event for event in events if spell(event.organization) == organization)

    def verify(self) -> list[str]:
        """Return what is wrong with the whole chain and what it adds up to, [] if it is intact."""
        return list(self.broken()) or self._miscounted()

    def broken(self) -> Iterator[str]:
        """Yield what is wrong with the whole chain."""
        return broken(self.history.events(), self.history.last())

    def _miscounted(self) -> list[str]:
        """Compare what is remembered with what the events say."""
        there, said = self._chain.current().rows, self.total().rows
        return [
            f"what is remembered of {key.address} ({key.sort}) is not what the events say"
            for key in sorted(there.keys() | said.keys())
            if there.get(key) != said.get(key)
        ]

    def total(self) -> Current:
        """Add up all that there is from the first event on, or what the ledger itself has."""
        if not archived(self.history):
            return Current.of(self.events())
        store = self._chain.store
        before = rows_before(store, self._chain.organization)
        return Current.of(self.events(store), before.items())

    def check(self) -> None:
        """Raise LedgerUnusable if it proves nothing: altered, or written by who knows whom.

        What is remembered is compared with the last event each time. All events are asked for only
        where neither a signature vouches for them, nor that nobody wrote since they were asked.
        """
        last = self._chain.store.last()
        if self._chain.sound == (last.hash if last else FIRST) and (not last or last.is_sound):
            return
        found = tuple(self._speaking_against())
        for doubt in found:
            if doubt.refuses:
                raise LedgerUnusable(f"{self._name}: {doubt.text}")
        self._chain.sound = last.hash if last else FIRST
        self.doubts = tuple(f"{self._name}: {doubt.text}" for doubt in found)
        if sighting := self.sighting():
            self._witness.remember(sighting)

    def whole(self) -> None:
        """Raise LedgerUnusable unless it is intact, and signed if it has to be."""
        doubts = [doubt.text for doubt in belief.by_signature(self._chain)]
        for wrong in (*doubts, *self.verify()):
            raise LedgerUnusable(f"{self._name}: {wrong}")

    def against(self) -> Iterator[str]:
        """Yield what speaks against it, besides what verify finds, and what to do about that."""
        for doubt in (*belief.by_signature(self._chain), *self._by_witness()):
            yield f"{self._name}: {doubt.text}"

    def _speaking_against(self) -> Iterator[Doubt]:
        yield from belief.by_signature(self._chain)
        yield from belief.by_sum(self._chain, self.total, whole=not self._is_vouched_for())
        yield from self._by_witness()

    def _by_witness(self) -> Iterator[Doubt]:
        return belief.by_witness(self.history, self._witness.seen())

    def _is_vouched_for(self) -> bool:
        seen = self._witness.seen()
        known = {one.mark for one in seen} - {""}
        return bool(self._chain.key or self._mark in known)

    def sighting(self) -> Seen | None:
        """Return what a witness is to remember, None if it was not checked, or is doubted."""
        last = self._chain.store.last()
        if last is None or self._chain.sound != last.hash or any(self._by_witness()):
            return None
        return self._seen(last)

    def _seen(self, last: Event) -> Seen:
        guarded = sorted(self._chain.current().protected.items())
        return Seen(last.seq, last.hash, bool(last.signature), tuple(guarded), self._mark)

    def accept(self) -> frozenset[Address]:
        """Take it for the one seen last, whatever that was; return what is protected no longer.

        Raises LedgerUnusable unless it is intact, and signed if it has to be.
        """
        self.whole()
        seen = self._witness.seen()
        self.remember()
        if stuck := next((one for one in self._witness.seen() if one.damaged), None):
            raise LedgerUnusable(
                f"{stuck.damaged} can't be written to: move it away, and try again"
            )
        return frozenset(protected(seen).keys() - self._chain.current().protected.keys())

    def remember(self) -> None:
        """Let it be the one seen last, as it is now."""
        if last := self._chain.store.last():
            self._witness.remember(self._seen(last))
        else:
            self._witness.forget()
