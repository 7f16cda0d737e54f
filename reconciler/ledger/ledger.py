"""What was applied, by whom and when; what is ours; and who is applying now."""

import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from reconciler.errors import BadSettings, LeaseHeld, LedgerUnusable
from reconciler.ledger import compacting
from reconciler.ledger import lease as leases
from reconciler.ledger.chain import Chain
from reconciler.ledger.earlier import Earlier, earlier
from reconciler.ledger.event import COMPACTED, FIRST, Event, Link
from reconciler.ledger.history import Whole, archived, hash_at
from reconciler.ledger.history import since as events_since
from reconciler.ledger.keys import VARIABLE, Key, signer
from reconciler.ledger.lease import Lease
from reconciler.ledger.port import Store
from reconciler.ledger.proof import Proof
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
        self._proof = Proof(self._chain, spell, witness, mark)
        self._witness = witness
        self._outside = outside
        self._place = place

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
        doubts = self._proof.doubts
        return replace(found, doubts=doubts, guarded=protected(seen) if doubts else {})

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
        return self._proof.events()

    def all_events(self) -> Iterator[Event]:
        """Yield the whole chain: the events of all organizations in it."""
        return self._proof.history.events()

    def earlier(self, plan: str, since: str) -> Earlier:
        """Return what runs of a saved plan did; none of them was before ``since`` (ISO 8601)."""
        return earlier(events_since(self._store, since), plan)

    def verify(self) -> list[str]:
        """Return what is wrong with the whole chain and what it adds up to, [] if it is intact.

        Where archives show that it goes on from the one seen last, it is the one seen last.
        """
        wrong = self._proof.verify()
        if not wrong and self._proof.history is not self._store and not self.doubts():
            self._proof.remember()
        return wrong

    def broken(self) -> str:
        """Return what is wrong first in the whole chain, "" if it is intact."""
        return next(self._proof.broken(), "")

    def check(self) -> None:
        """Raise LedgerUnusable if it proves nothing: altered, or written by who knows whom."""
        self._proof.check()

    def guarded(self) -> tuple[Address, ...]:
        """Return what is protected by what its events say, and the one seen last said, in order."""
        lost = protected(self._witness.seen()) if self.doubts() else {}
        return tuple(sorted({*self._proof.total().protected, *lost}))

    def doubts(self) -> list[str]:
        """Return what speaks against it, besides what verify finds, and what to do about that."""
        outside = [f"this ledger is not believed: {self._outside}"] if self._outside else []
        return [*outside, *self._proof.against()]

    def sighting(self) -> Seen | None:
        """Return what a witness is to remember, None if it was not checked, or is doubted."""
        return self._proof.sighting()

    def remember(self, seen: Seen) -> None:
        """Let what is kept elsewhere, and was seen to be put there, be the one seen last."""
        self._witness.remember(seen)

    def accept(self) -> frozenset[Address]:
        """Take it for the one seen last, whatever that was; return what is protected no longer.

        Raises LedgerUnusable unless it is intact, and signed if it has to be.
        """
        return self._proof.accept()

    def include(self, archives: Sequence[Path]) -> None:
        """Look at what is in archives, too, from now on; raises LedgerUnusable."""
        self._proof.history = Whole(archives, self._store)

    def archive(self, path: Path, before: str) -> int:
        """Write to a new file what was recorded before a time (ISO 8601); return how much.

        Nothing is removed. Raises LedgerUnusable unless it is intact, and the one seen last;
        LeaseHeld.
        """
        self._check_all()
        return compacting.archive(self._store, path, before, self._spell)

    def cut(self, path: Path, by: str) -> Link:
        """Remove what an archive has; return the last of it; raises as archive."""
        self._check_all()
        last = compacting.cut(self._store, path, self._spell, self._chain.key, by)
        self._chain.sound = self.head()
        return last

    def _check_all(self) -> None:
        self._proof.whole()
        for doubt in self.doubts():
            raise LedgerUnusable(doubt)

    def sign(self, by: str) -> bool:
        """Take over events that are not signed, or by another key; return whether there were any.

        The key that is kept with the records is destroyed, so that nobody can guess values by it.
        Raises LedgerUnusable unless it is intact, LeaseHeld while a run works on anything that it
        is about, BadSettings without a key.
        """
        key, last = self._chain.key, self._store.last()
        if key is None:
            raise BadSettings(f"{VARIABLE} is not set: there is no key to sign with")
        if wrong := self._proof.verify():
            raise LedgerUnusable(f"{self.name}: {wrong[0]}; it is not signed")
        if last and key.signed(last.hash, last.signature):
            return False
        before = signer(last.signature) if last else ""
        with self._store.transaction(durable=True):
            for lease in self._store.leases():  # whose run would go on with the key before
                leases.check_free(lease, lease.organization)
            self._store.put_setting("key", secrets.token_bytes(32))
            body = {"by": by, "key": key.name, "key_before": before}
            self._chain.append("signed", body, takes_over=True)
        self._chain.sound = self.head()
        return True

    def head(self) -> str:
        """Return the hash of the last event: noted elsewhere, it shows later that none is lost."""
        last = self._store.last()
        return last.hash if last else FIRST

    def count(self) -> int:
        """Return how many events an intact ledger holds, of all organizations."""
        last = self._store.last()
        return last.seq if last else 0

    @property
    def archived(self) -> Mapping[str, Any] | None:
        """How many events are archived: ``records``, ``head`` and, as it was called, ``file``."""
        if not archived(self._proof.history):
            return None
        told = self._store.last(self.organization, COMPACTED)
        number = archived(self._store)
        return {
            "records": number,
            "head": hash_at(self._store, number),
            "file": told.body["file"] if told else "",
        }

    @property
    def extent(self) -> str:
        """How far it goes, in words."""
        number, before = self.count(), archived(self._proof.history)
        gone = f", the first {before} of them archived" if before else ""
        return f"{number} record{'' if number == 1 else 's'}{gone}, the last is {self.head()}"

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
