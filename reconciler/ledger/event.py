"""One line of a ledger, and the chain that lines make: each holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from reconciler.errors import LedgerUnusable

FIRST: Final = "0" * 64
"""What stands for the hash before the first event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line; ``text`` is its body as JSON, without secret values.

    ``seq`` counts from 1 through the whole ledger. ``at`` is ISO 8601 in UTC. ``signature``: of
    the hash, which stands for all events before it, too; "" where there is no key.
    """

    seq: int
    at: str
    organization: str
    sort: str
    text: str
    previous: str
    hash: str
    signature: str = ""

    @classmethod
    def after(
        cls, last: "Event | None", at: str, organization: str, sort: str, body: dict[str, Any]
    ) -> "Event":
        """Return the event that follows ``last``, the first one if that is None."""
        seq, previous = (last.seq + 1, last.hash) if last else (1, FIRST)
        text = text_of(body)
        row = (seq, at, organization, sort, text, previous)
        return cls(*row, _hash(row))

    @property
    def is_sound(self) -> bool:
        """Whether its hash is that of what it says."""
        row = (self.seq, self.at, self.organization, self.sort, self.text, self.previous)
        return self.hash == _hash(row)

    @property
    def body(self) -> dict[str, Any]:
        """The body as data; raises LedgerUnusable if it can't be read."""
        try:
            body: dict[str, Any] = json.loads(self.text)
        except (ValueError, RecursionError):
            raise LedgerUnusable(f"event {self.seq} of the ledger can't be read: altered") from None
        return body

    def exported(self) -> dict[str, Any]:
        """Return the event as JSON data, from which its hash can be computed."""
        return {
            "seq": self.seq,
            "at": self.at,
            "organization": self.organization,
            "sort": self.sort,
            "body": self.body,
            "previous": self.previous,
            "hash": self.hash,
            "signature": self.signature,
        }


def text_of(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _hash(row: tuple[Any, ...]) -> str:
    """Return the hash of an event: of its other parts but the signature, as a JSON list."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def broken(
    events: Iterable[Event], last: Event | None, after: Event | None = None
) -> Iterator[str]:
    """Yield what is wrong with a whole chain, in words; nothing for an intact one.

    ``last``: what they have to lead to, for what vouches for that vouches for them, too.
    ``after``: the event that these follow, if they are only the end of a chain.
    """
    expected, number = (after.hash, after.seq + 1) if after else (FIRST, 1)
    for event in events:
        if event.seq != number:
            yield f"event {number} is missing"
        if event.previous != expected:
            yield f"event {event.seq} does not follow the one before it"
        if not event.is_sound:
            yield f"event {event.seq} was altered"
        expected, number = event.hash, event.seq + 1
    if expected != (last.hash if last else FIRST):
        yield f"event {number - 1} is not the last one"
