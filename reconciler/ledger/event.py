"""One line of a ledger, and the chain that lines make: each holds the hash of the one before."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from reconciler.errors import LedgerUnusable

FIRST: Final = "0" * 64
"""What stands for the hash before the first event."""

COMPACTED: Final = "compacted"
"""An event of this sort says that all up to one are archived: ``archived`` is its number, ``head``
its hash, ``file`` the name of the archive, ``rows`` what they added up to for its organization."""

FORMAT: Final = 1
"""Of an event that is exported."""


class Link(NamedTuple):
    """What a chain ends with, or goes on from: the number of an event, and its hash."""

    seq: int
    hash: str


START: Final = Link(0, FIRST)


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
    def link(self) -> Link:
        return Link(self.seq, self.hash)

    @property
    def before(self) -> Link:
        """What it follows."""
        return Link(self.seq - 1, self.previous)

    @property
    def archived(self) -> Link | None:
        """The last of the events that it says are archived."""
        if self.sort != COMPACTED or not self.is_sound:
            return None
        return Link(self.body["archived"], self.body["head"])

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
            "format_version": FORMAT,
            "seq": self.seq,
            "at": self.at,
            "organization": self.organization,
            "sort": self.sort,
            "body": self.body,
            "previous": self.previous,
            "hash": self.hash,
            "signature": self.signature,
        }

    @classmethod
    def imported(cls, line: dict[str, Any]) -> "Event":
        """Return what was exported; raises KeyError, TypeError, ValueError for what was not."""
        if line["format_version"] != FORMAT:
            raise ValueError(line["format_version"])
        names = ("at", "organization", "sort", "previous", "hash", "signature")
        told = {name: str(line[name]) for name in names}
        return cls(seq=int(line["seq"]), text=text_of(line["body"]), **told)


def text_of(body: dict[str, Any]) -> str:
    return json.dumps(body, sort_keys=True, ensure_ascii=False)


def _hash(row: tuple[Any, ...]) -> str:
    """Return the hash of an event: of its other parts but the signature, as a JSON list."""
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()


def broken(events: Iterable[Event], last: Event | None, after: Link | None = None) -> Iterator[str]:
    """Yield what is wrong with a whole chain, in words; nothing for an intact one.

    ``last``: what they have to lead to, for what vouches for that vouches for them, too.
    ``after``: what these follow, if they are only the end of a chain. A whole one follows nothing,
    or what one of its own events says is archived.
    """
    expected, archived = after or START, None
    for event in events:
        if after is None and expected == START and event.seq > 1:
            expected = archived = event.before
        if event.seq != expected.seq + 1:
            yield f"event {expected.seq + 1} is missing"
        if event.previous != expected.hash:
            yield f"event {event.seq} does not follow the one before it"
        if not event.is_sound:
            yield f"event {event.seq} was altered"
        if archived and event.archived == archived:
            archived = None
        expected = event.link
    if archived:
        many = f"events 1 to {archived.seq} are missing"
        yield "event 1 is missing" if archived.seq == 1 else many
    if expected.hash != (last.hash if last else FIRST):
        yield f"event {expected.seq} is not the last one"
