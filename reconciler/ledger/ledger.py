"""What was applied, by whom and when; what is ours; and who is applying now."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from functools import cache
from typing import Any

from reconciler.errors import BadSettings, LeaseHeld, LedgerUnusable
from reconciler.ledger import belief
from reconciler.ledger import lease as leases
from reconciler.ledger.belief import Doubt
from reconciler.ledger.chain import Chain
from reconciler.ledger.current import Current
from reconciler.ledger.earlier import Earlier, earlier
from reconciler.ledger.earlier import since as events_since
from reconciler.ledger.event import FIRST, Event, broken
from reconciler.ledger.keys import VARIABLE, Key, signer
from reconciler.ledger.lease import Lease
from reconciler.ledger.port import Store
from reconciler.ledger.replay import replay
from reconciler.ledger.run import Run
from reconciler.ledger.sqlite import SQLite
from reconciler.ledger.witness import Seen, Witness, protected
from reconciler.model import Action, Address, Memory
from reconciler.model.hashes import Hashes

_NOWHERE = Witness()


class Ledger:
    """The ledger of one organization.

    ``called``: its address as it was given; ``organization``: in the one spelling that ``spell``
    returns, see canonical.
    """

    def __init__(  # noqa: PLR0913 — what it is told by
        self,
        store: Store,
        organization: str,
        spell: Callable[[str], str],
        *,
        key: Key | None = None,
        witness: Witness = _NOWHERE,
        mark: str = "",
        outside: str = "",
        place: str = "",
    ) -> None:
        """Take an open place.

        ``key`` signs, and hashes values. ``witness`` knows the ledger seen last; ``mark``: see
        Seen. ``outside``: what speaks against the place itself. ``place``: what no other ledger of
        that key is called, "" where that is not known.
        """
        self._store = store
        self._spell = spell
        self.called = organization
        self.organization = spell(organization)
        self._chain = Chain(store, self.organization, key)
        self._witness = witness
        self._mark = mark
        self._outside = outside
        self._place = place
        self._doubts: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What messages call the place where it is kept."""
        return self._store.name

    def check_key(self) -> None:
        """Raise LedgerUnusable if it is signed, and there is no key to go on with."""
        self._chain.check_key()

    def content(self) -> bytes:
        """Return the whole ledger, to be kept elsewhere; a lease is nothing that can be copied."""
        return self._store.content()

    def replay(self, content: bytes) -> int:
        """Append what another copy has and this one lacks; return how many events that were.

        Both were one once, and each was written to since. Of an object that both recorded, what
        was written later counts.
        """
        self.check()
        with (
            closing(SQLite.in_memory("the other copy", content, self._spell)) as other,
            self._store.transaction(),
        ):
            number = replay(self._store, other, self._spell, self._chain.key)
        self._chain.sound = self.head()
        return number

    def memory(self) -> Memory:
        """Return what it remembers, and what speaks against it; raises what check does."""
        self.check()
        current, seen = self._chain.current(), self._witness.seen()
        found = current.memory(self._hashes())
        guarded = protected(seen) if self._doubts else {}
        return replace(found, doubts=self._doubts, guarded=guarded)

    def _hashes(self) -> Hashes:
        """Return how values are hashed: who signs has another key than the one kept here."""
        key, last = self._chain.key, self._store.last()
        place = f"{self.organization} {self._place}"
        if key:
            return Hashes(key.hashing, key.name, place)
        own = b"" if last and last.signature else self._store.setting("key")
        return Hashes(own, place=place)

    def interrupted(self) -> tuple[tuple[Address, Action], ...]:
        """Return the steps that were begun and never ended: a run was killed in them."""
        return tuple(sorted(self._chain.current().interrupted().items()))

    def events(self) -> Iterator[Event]:
        """Yield the events of the organization, by whatever spelling they were written."""
        spell = cache(self._spell)
        return (e for e in self.all_events() if spell(e.organization) == self.organization)

    def all_events(self) -> Iterator[Event]:
        """Yield the whole chain: the events of all organizations in it."""
        return self._store.events()

    def earlier(self, plan: str, since: str) -> Earlier:
        """Return what runs of a saved plan did; none of them was before ``since`` (ISO 8601)."""
        return earlier(events_since(self._store, since), plan)

    def verify(self) -> list[str]:
        """Return what is wrong with the whole chain and what it adds up to, [] if it is intact."""
        return list(self._broken()) or self._miscounted()

    def broken(self) -> str:
        """Return what is wrong first in the whole chain, "" if it is intact."""
        return next(self._broken(), "")

    def _broken(self) -> Iterator[str]:
        return broken(self.all_events(), self._store.last())

    def _miscounted(self) -> list[str]:
        """Compare what is remembered with what the events say."""
        there, said = self._chain.current().rows, Current.of(self.events()).rows
        return [
            f"what is remembered of {key.address} ({key.sort}) is not what the events say"
            for key in sorted(there.keys() | said.keys())
            if there.get(key) != said.get(key)
        ]

    def check(self) -> None:
        """Raise LedgerUnusable if it proves nothing: altered, or written by who knows whom.

        What is remembered is compared with the last event each time. All events are asked for only
        where neither a signature vouches for them, nor that nobody wrote since they were asked.
        """
        last = self._store.last()
        if self._chain.sound == (last.hash if last else FIRST) and (not last or last.is_sound):
            return
        found = tuple(self._speaking_against())
        for doubt in found:
            if doubt.refuses:
                raise LedgerUnusable(f"{self.name}: {doubt.text}")
        self._chain.sound = last.hash if last else FIRST
        self._doubts = tuple(f"{self.name}: {doubt.text}" for doubt in found)
        if sighting := self.sighting():
            self._witness.remember(sighting)

    def doubts(self) -> list[str]:
        """Return what speaks against it, besides what verify finds, and what to do about that."""
        outside = [f"this ledger is not believed: {self._outside}"] if self._outside else []
        found = (*belief.by_signature(self._chain), *self._by_witness())
        return outside + [f"{self.name}: {doubt.text}" for doubt in found]

    def _speaking_against(self) -> Iterator[Doubt]:
        yield from belief.by_signature(self._chain)
        yield from belief.by_sum(self._chain, self.events, whole=not self._is_vouched_for())
        yield from self._by_witness()

    def _by_witness(self) -> Iterator[Doubt]:
        return belief.by_witness(self._chain, self._witness.seen())

    def _is_vouched_for(self) -> bool:
        seen = self._witness.seen()
        known = {one.mark for one in seen} - {""}
        return bool(self._chain.key or self._mark in known)

    def sighting(self) -> Seen | None:
        """Return what a witness is to remember, None if it was not checked, or is doubted."""
        last = self._store.last()
        if last is None or self._chain.sound != last.hash or any(self._by_witness()):
            return None
        return self._seen(last)

    def remember(self, seen: Seen) -> None:
        """Let what is kept elsewhere, and was seen to be put there, be the one seen last."""
        self._witness.remember(seen)

    def _seen(self, last: Event) -> Seen:
        guarded = sorted(self._chain.current().protected.items())
        return Seen(last.seq, last.hash, bool(last.signature), tuple(guarded), self._mark)

    def accept(self) -> frozenset[Address]:
        """Take it for the one seen last, whatever that was; return what is protected no longer.

        Raises LedgerUnusable unless it is intact, and signed if it has to be.
        """
        self._check_whole()
        seen, last = self._witness.seen(), self._store.last()
        if last is None:
            self._witness.forget()
        else:
            self._witness.remember(self._seen(last))
        return frozenset(protected(seen).keys() - self._chain.current().protected.keys())

    def sign(self, by: str) -> bool:
        """Take over events that are not signed, or by another key; return whether there were any.

        The key that is kept with the records is destroyed, so that nobody can guess values by it.
        Raises LedgerUnusable unless it is intact, BadSettings without a key.
        """
        key, last = self._chain.key, self._store.last()
        if key is None:
            raise BadSettings(f"{VARIABLE} is not set: there is no key to sign with")
        if wrong := self.verify():
            raise LedgerUnusable(f"{self.name}: {wrong[0]}; it is not signed")
        if last and key.signed(last.hash, last.signature):
            return False
        before = signer(last.signature) if last else ""
        with self._store.transaction(durable=True):
            self._store.put_setting("key", secrets.token_bytes(32))
            body = {"by": by, "key": key.name, "key_before": before}
            self._chain.append("signed", body, takes_over=True)
        self._chain.sound = self.head()
        return True

    def _check_whole(self) -> None:
        doubts = [doubt.text for doubt in belief.by_signature(self._chain)]
        for wrong in (*doubts, *self.verify()):
            raise LedgerUnusable(f"{self.name}: {wrong}")

    def head(self) -> str:
        """Return the hash of the last event: noted elsewhere, it shows later that none is lost."""
        last = self._store.last()
        return last.hash if last else FIRST

    def count(self) -> int:
        """Return how many events an intact ledger holds, of all organizations."""
        last = self._store.last()
        return last.seq if last else 0

    @property
    def extent(self) -> str:
        """How far it goes, in words."""
        number = self.count()
        return f"{number} record{'' if number == 1 else 's'}, the last is {self.head()}"

    def holder(self) -> Lease | None:
        return leases.held(self._store.lease(self.organization))

    def check_free(self) -> None:
        """Raise LeaseHeld while a run that lives holds the organization."""
        leases.check_free(self._store.lease(self.organization), self.called)

    def break_lease(self, by: str, *, force: bool = False) -> Lease | None:
        """End whatever lease there is, and write down who did; return it.

        Raises LeaseHeld, unless ``force``, if its holder may live.
        """
        with self._store.transaction():
            held = self.holder()
            if held and not force and leases.lives(held):
                here = "of this machine works on"
                seen = here if leases.is_running(held) else "can't be seen from here, and held"
                raise LeaseHeld(
                    f"process {held.pid} {seen} {self.called}: {held}; wait for it, or stop it, or "
                    "end its hold, also while it works: break-lease --force"
                )
            if held:
                self.check()  # what is appended says of all that is remembered that it is right
                self._store.put_lease(leases.ended(held))
                self._chain.append("lease broken", asdict(held) | {"broken_by": by})
        return held

    @contextmanager
    def run(self, about: Mapping[str, Any], owner: str) -> Iterator[Run]:
        """Hold the organization for one apply; raises LeaseHeld if another does, and as check."""
        self.check()
        with self._store.transaction():
            self.check_free()
            last = self._store.lease(self.organization)
            lease = leases.taken(last, self.organization, owner)
            self._store.put_lease(lease)
            left = leases.held(last)
            taken = {"taken_over_from": str(left)} if left else {}
            number = self._chain.append("run", {**about, **taken}).seq
        run = Run(self._chain, lease, number)
        try:
            yield run
        finally:
            run.end()
