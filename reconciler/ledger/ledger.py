"""What was applied, by whom and when; what is ours; and who is applying now."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from reconciler.errors import LedgerUnusable
from reconciler.ledger import lease as leases
from reconciler.ledger.lease import Lease
from reconciler.ledger.records import address_body, cut_off, memory_of, record_body
from reconciler.ledger.store import Event, Store
from reconciler.model import Action, Address, Change, Memory, Outcome, Record, Result

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Ledger:
    """The ledger of one organization."""

    def __init__(self, store: Store, organization: str) -> None:
        self._store = store
        self.organization = organization

    def memory(self) -> Memory:
        found = self._store.events(self.organization, "intent", "result", "adopt")
        return memory_of(found, self._store.key)

    def events(self) -> Iterator[Event]:
        return self._store.events(self.organization)

    def all_events(self) -> Iterator[Event]:
        """Yield the whole chain: the events of all organizations in the file."""
        return self._store.events()

    def verify(self) -> list[str]:
        """Return what is wrong with the whole file's chain, [] if it is intact."""
        return self._store.verify()

    def head(self) -> str:
        return self._store.head()

    def count(self) -> int:
        """Return how many events the file holds, of all organizations."""
        row = self._store.one("SELECT COUNT(*) FROM events")
        return int(row[0]) if row else 0

    def interrupted(self) -> tuple[tuple[Address, Action], ...]:
        """Return the steps that were begun and never ended: a run was killed in them."""
        found = cut_off(self._store.events(self.organization, "intent", "result", "end"))
        return tuple(sorted((address, Action(action)) for address, action in found.items()))

    def check(self) -> None:
        """Raise LedgerUnusable unless the chain is intact: else it proves nothing is ours."""
        wrong = self._store.verify()
        if wrong:
            raise LedgerUnusable(
                f"{self._store.path}: {wrong[0]}; it was tampered with or damaged, and nothing is "
                "applied by it: look with `reconciler ledger verify`, go on with another --ledger"
            )

    def holder(self) -> Lease | None:
        row = self._store.one(
            "SELECT * FROM leases WHERE organization = ? AND until > 0", (self.organization,)
        )
        return Lease(*row) if row else None

    def check_free(self) -> None:
        """Raise LeaseHeld while a run that lives holds the organization."""
        leases.check_free(self.holder())

    def break_lease(self, by: str) -> Lease | None:
        """End whatever lease there is, and write down who did; return it."""
        with self._store.transaction() as db:
            held = leases.break_lease(db, self.organization)
            if held:
                body = asdict(held) | {"broken_by": by}
                self._store.append(db, self.organization, "lease broken", body)
        return held

    @contextmanager
    def run(self, about: Mapping[str, Any], owner: str) -> Iterator["Run"]:
        """Hold the organization for one apply; raises LeaseHeld if another does."""
        with self._store.transaction() as db:
            left = leases.current(db, self.organization)
            lease = leases.take(db, self.organization, owner)
            taken = {"taken_over_from": str(left)} if left else {}
            number = self._store.append(db, self.organization, "run", {**about, **taken})
        run = Run(self._store, self.organization, lease, number)
        try:
            yield run
        finally:
            run.end()


@dataclass(slots=True)
class Run:
    """One apply: what it intends before each request, what came of it after."""

    store: Store
    organization: str
    lease: Lease
    number: int
    done: int = 0
    failed: int = 0
    skipped: int = 0

    def intend(
        self, change: Change, secrets: Mapping[str, str], kept: Mapping[str, Any] = _NOTHING
    ) -> None:
        """Write down a step before its first request; raises LeaseHeld if the lease is lost.

        ``secrets``: the hashes of the values it is about to write; ``kept``: see Intended.
        """
        body: dict[str, Any] = {"secrets": dict(secrets)} if secrets else {}
        if kept:
            body["kept"] = dict(kept)
        self._append("intent", _step(self.number, change) | body)

    def conclude(self, outcome: Outcome, record: Record | None) -> None:
        """Write down what came of a step, and what to remember of its object."""
        change = outcome.change
        body = _step(self.number, change) | {
            "result": outcome.result,
            "detail": outcome.detail,
            "left": outcome.left,
        }
        if outcome.result is Result.DONE:
            self.done += 1
            moved = change.live and change.live.address != change.address
            if change.action is Action.DELETE or moved:
                gone = change.live.address if change.live else change.address
                body["forget"] = [address_body(gone)]
        elif outcome.result is Result.FAILED:
            self.failed += 1
        else:
            self.skipped += 1
        if record:
            body["record"] = record_body(record)
        self._append("result", body)

    def remember(self, records: tuple[Record, ...]) -> None:
        """Write down objects that were found as declared: they are managed from now on."""
        if not records:
            return
        with self.store.transaction() as db:
            leases.renew(db, self.lease)
            for record in records:
                body = {"run": self.number, "record": record_body(record)}
                self.store.append(db, self.organization, "adopt", body)

    def beat(self) -> None:
        """Give a sign of life."""
        with self.store.transaction() as db:
            leases.renew(db, self.lease)

    def end(self) -> None:
        counts = {"done": self.done, "failed": self.failed, "skipped": self.skipped}
        with self.store.transaction() as db:
            self.store.append(db, self.organization, "end", {"run": self.number} | counts)
            leases.release(db, self.lease)

    def _append(self, sort: str, body: dict[str, Any]) -> None:
        with self.store.transaction() as db:
            leases.renew(db, self.lease)
            self.store.append(db, self.organization, sort, body)


def _step(run: int, change: Change) -> dict[str, Any]:
    return {
        "run": run,
        "address": address_body(change.address),
        "action": change.action,
        "reason": change.reason,
        "place": str(change.place or ""),
        "fields": [field.path for field in change.fields],
    }


@contextmanager
def opened(path: Path, organization: str, *, create: bool) -> Iterator[Ledger]:
    """Open the ledger of an organization; raises LedgerUnusable."""
    store = Store(path, create=create)
    try:
        yield Ledger(store, organization)
    finally:
        store.close()
