"""What was applied, by whom and when; what is ours; and who is applying now."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reconciler.errors import LedgerUnusable
from reconciler.ledger import lease as leases
from reconciler.ledger.chain import Chain
from reconciler.ledger.current import Current
from reconciler.ledger.event import FIRST, Event, broken
from reconciler.ledger.identity import canonical
from reconciler.ledger.lease import Lease
from reconciler.ledger.port import Store
from reconciler.ledger.replay import replay
from reconciler.ledger.run import Run
from reconciler.ledger.sqlite import SQLite
from reconciler.ledger.trust import doubt
from reconciler.model import Action, Address, Memory


class Ledger:
    """The ledger of one organization.

    ``called``: its address as it was given; ``organization``: in the one spelling that ``spell``
    returns, see canonical.
    """

    def __init__(self, store: Store, organization: str, spell: Callable[[str], str]) -> None:
        self._store = store
        self._spell = spell
        self.called = organization
        self.organization = spell(organization)
        self._chain = Chain(store, self.organization)

    @property
    def name(self) -> str:
        """What messages call the place where it is kept."""
        return self._store.name

    def content(self) -> bytes:
        """Return the whole ledger, to be kept elsewhere; a lease is nothing that can be copied."""
        return self._store.content()

    def replay(self, content: bytes) -> int:
        """Append what another copy has and this one lacks; return how many events that were.

        Both were one once, and each was written to since. Of an object that both recorded, what
        was written later counts.
        """
        with (
            closing(SQLite.in_memory("the other copy", content, self._spell)) as other,
            self._store.transaction(),
        ):
            return replay(self._store, other, self._spell)

    def memory(self) -> Memory:
        return self._chain.current().memory(self._store.setting("key"))

    def interrupted(self) -> tuple[tuple[Address, Action], ...]:
        """Return the steps that were begun and never ended: a run was killed in them."""
        return tuple(sorted(self._chain.current().interrupted().items()))

    def events(self) -> Iterator[Event]:
        """Yield the events of the organization, by whatever spelling they were written."""
        called = self._store.organizations()
        return self._store.events([o for o in called if self._spell(o) == self.organization])

    def all_events(self) -> Iterator[Event]:
        """Yield the whole chain: the events of all organizations in it."""
        return self._store.events()

    def verify(self) -> list[str]:
        """Return what is wrong with the whole chain and what it adds up to, [] if it is intact."""
        return list(broken(self.all_events())) or self._miscounted()

    def _miscounted(self) -> list[str]:
        """Compare what is remembered with what the events say."""
        there, said = self._chain.current().rows, Current.of(self.events()).rows
        return [
            f"what is remembered of {key.address} ({key.sort}) is not what the events say"
            for key in sorted(there.keys() | said.keys())
            if there.get(key) != said.get(key)
        ]

    def check(self) -> None:
        """Raise LedgerUnusable unless it is intact: else it proves nothing is ours."""
        wrong = self.verify()
        if wrong:
            raise LedgerUnusable(
                f"{self.name}: {wrong[0]}; it was tampered with or damaged, and nothing is "
                "applied by it: look with `reconciler ledger verify`, go on with another --ledger"
            )

    def head(self) -> str:
        """Return the hash of the last event: noted elsewhere, it shows later that none is lost."""
        last = self._store.last()
        return last.hash if last else FIRST

    def count(self) -> int:
        """Return how many events an intact ledger holds, of all organizations."""
        last = self._store.last()
        return last.seq if last else 0

    def holder(self) -> Lease | None:
        return leases.held(self._store.lease(self.organization))

    def check_free(self) -> None:
        """Raise LeaseHeld while a run that lives holds the organization."""
        leases.check_free(self._store.lease(self.organization), self.called)

    def break_lease(self, by: str) -> Lease | None:
        """End whatever lease there is, and write down who did; return it."""
        with self._store.transaction():
            held = self.holder()
            if held:
                self._store.put_lease(leases.ended(held))
                self._chain.append("lease broken", asdict(held) | {"broken_by": by})
        return held

    @contextmanager
    def run(self, about: Mapping[str, Any], owner: str) -> Iterator[Run]:
        """Hold the organization for one apply; raises LeaseHeld if another does."""
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


@contextmanager
def opened(
    path: Path,
    organization: str,
    *,
    create: bool,
    believe: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Ledger]:
    """Open the ledger of an organization in a file; raises LedgerUnusable.

    ``believe``: only if nobody else can have written it; who but looks at it may do so anyway.
    """

    def spell(address: str) -> str:
        return canonical(address, path.parent)

    why = doubt(path, environ) if believe else ""
    if why:
        raise LedgerUnusable(f"this ledger is not believed: {why}")
    store = SQLite.in_file(path, create=create, spell=spell)
    with closing(store):
        yield Ledger(store, organization, spell)


@contextmanager
def opened_copy(name: str, content: bytes, organization: str) -> Iterator[Ledger]:
    """Open a copy that was fetched from elsewhere, b"" for a new one; raises LedgerUnusable.

    ``name`` is what messages call it. What is written is in memory, until ``content`` of the
    ledger is put back to where the copy is from.
    """
    store = SQLite.in_memory(name, content, canonical)
    with closing(store):
        yield Ledger(store, organization, canonical)
