"""One apply: what it intends before each request, what came of it after."""

from collections import Counter
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from reconciler.errors import LeaseHeld, LedgerUnusable
from reconciler.ledger.chain import Chain
from reconciler.ledger.current import ADOPT
from reconciler.ledger.lease import Lease
from reconciler.ledger.records import address_body, record_body
from reconciler.model import Action, Address, Change, Outcome, Record, Result

_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


@dataclass(slots=True)
class Run:
    """The run of that number, which holds the organization as long as its lease is not lost.

    ``trouble``: why something of it could not be written down first, "" if all was. What raised it
    raises LedgerUnusable, or LeaseHeld if the lease is lost; only ``end`` raises nothing.
    """

    chain: Chain
    lease: Lease
    number: int
    _ended: Counter[Result] = field(default_factory=Counter)
    trouble: str = ""

    def intend(
        self,
        change: Change,
        secrets: Mapping[str, str],
        kept: Mapping[str, Any] = _NOTHING,
        home: str = "",
        refers: Mapping[str, str] = _NOTHING,
    ) -> None:
        """Write down a step before its first request.

        ``secrets``: the hashes of the values it is about to write; see Intended for the rest.
        """
        body: dict[str, Any] = {"secrets": dict(secrets)} if secrets else {}
        if home:
            body["home"] = home
        if refers:
            body["refers"] = dict(refers)
        if kept:
            body["kept"] = dict(kept)
            if change.live and change.live.address != change.address:
                body["was"] = address_body(change.live.address)
        # what is about to be deleted, and stands nowhere else, must outlast a loss of power
        self._append("intent", self._step(change) | body, durable=bool(kept))

    def conclude(self, outcome: Outcome, record: Record | None) -> None:
        """Write down what came of a step, and what to remember of its object."""
        change = outcome.change
        body = self._step(change) | {
            "result": outcome.result,
            "detail": outcome.detail,
            "left": outcome.left,
        }
        told = ("untouched", "gone", "uncreated", "made", "made_at", "presumed")
        body |= {name: found for name in told if (found := getattr(outcome, name))}
        if outcome.result is Result.DONE:
            moved = change.live and change.live.address != change.address
            if change.action is Action.DELETE or moved:
                gone = change.live.address if change.live else change.address
                body["forget"] = [address_body(gone)]
        if record:
            body["record"] = record_body(record)
        self._append("result", body)
        self._ended[outcome.result] += 1

    def remember(self, records: tuple[Record, ...], known: Container[Address] = ()) -> None:
        """Write down objects that were found as declared: they are managed from now on.

        ``known``: what was managed before, of which only more is known now.
        """
        if not records:
            return
        with self._holding():
            for record in records:
                body: dict[str, Any] = {"run": self.number, "record": record_body(record)}
                if record.address in known:
                    body["known"] = True
                self.chain.append(ADOPT, body)

    def follow(self, renamed: tuple[tuple[Address, Address], ...]) -> None:
        """Write down by which names objects are there today that somebody renamed."""
        if renamed:
            pairs = [{"from": address_body(was), "to": address_body(now)} for was, now in renamed]
            self._append("renamed", {"run": self.number, "renamed": pairs})

    def forget(self, addresses: tuple[Address, ...]) -> None:
        """Write down that objects are gone which no step of a run has deleted."""
        if addresses:
            body = {"run": self.number, "forget": [address_body(one) for one in addresses]}
            self._append("gone", body)

    def beat(self) -> None:
        """Give a sign of life."""
        with self._holding():
            pass

    def end(self) -> None:
        counts = {str(result): self._ended[result] for result in Result}
        with suppress(LedgerUnusable), self._noting(), self.chain.store.transaction(durable=True):
            self.chain.append("end", {"run": self.number} | counts)
            self.chain.release(self.lease)

    def _append(self, sort: str, body: dict[str, Any], *, durable: bool = False) -> None:
        with self._holding(durable=durable):
            self.chain.append(sort, body)

    @contextmanager
    def _holding(self, *, durable: bool = False) -> Iterator[None]:
        with self._noting(), self.chain.holding(self.lease, durable=durable):
            yield

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except (LedgerUnusable, LeaseHeld) as error:
            self.trouble = self.trouble or str(error)
            raise

    def _step(self, change: Change) -> dict[str, Any]:
        return {
            "run": self.number,
            "address": address_body(change.address),
            "action": change.action,
            "reason": change.reason,
            "place": str(change.place or ""),
            "fields": [field.path for field in change.fields],
        }
