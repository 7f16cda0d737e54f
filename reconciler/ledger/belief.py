"""What speaks against a ledger: that it was altered, that it is not ours, or not all there was."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from reconciler.ledger.chain import STATE, Chain
from reconciler.ledger.current import Current
from reconciler.ledger.event import Event, Link, broken
from reconciler.ledger.history import archived, hash_at
from reconciler.ledger.keys import VARIABLE, Key, signer
from reconciler.ledger.port import History
from reconciler.ledger.witness import Seen, protected
from reconciler.model import Address

_ACCEPT: Final = "reconciler ledger accept"
_SIGN: Final = "reconciler ledger sign"


@dataclass(frozen=True, slots=True)
class Doubt:
    """``refuses``: nothing is planned by such a ledger; else nothing is pruned by it."""

    text: str
    refuses: bool = True


def by_signature(chain: Chain) -> Iterator[Doubt]:
    """Ask whether the last event is signed, and so all before it, by the key that is set."""
    last, key = chain.store.last(), chain.key
    if last is None:
        return
    if key is None and last.signature:
        text = f"it is signed, and {VARIABLE} is not set: who wrote it can't be checked"
        yield Doubt(f"{text}, nothing is pruned by it, and nothing written into it", refuses=False)
    elif key and not last.signature:
        yield Doubt(
            f"it is not signed, though {VARIABLE} is set: anybody can have written it. If it is "
            f"known to be right, take it over: {_SIGN}"
        )
    elif key and not key.signed(last.hash, last.signature):
        yield Doubt(_signed_otherwise(last.signature, key))


def _signed_otherwise(signature: str, key: Key) -> str:
    by = signer(signature)
    if by != key.name:
        return (
            f"it is signed by the key {by}, and {VARIABLE} is the key {key.name}: that was "
            "exchanged, or this ledger is of somebody who has another, or forged. Set the key that "
            "it is signed by; if that is lost, and this ledger is known to be right, take it over: "
            f"{_SIGN}"
        )
    return (
        f"it is signed by the key of {VARIABLE}, but not for this place and all that it holds: it "
        "is a copy from another place, or of an early version, which signed for none, or altered. "
        f"If it is known to be right, take it over: {_SIGN}; else go on with another --ledger"
    )


def by_sum(chain: Chain, total: Callable[[], Current], *, whole: bool) -> Iterator[Doubt]:
    """Ask whether what is remembered is what the last event of the organization says.

    ``whole``: nothing vouches for the events so far, so all of them are asked. Else a signature of
    the very last event does, and so all from that of the organization on are: a hash and its
    signature can be copied, and what others wrote between can be left out. ``total`` returns
    what all of the organization add up to.
    """
    last = chain.store.last(chain.organization)
    said = _state(last) if last and last.is_sound else None
    start = last if said is not None and not whole else None
    wrong = _leads(chain, start)
    if not wrong:
        if said is None:  # an older program wrote it, or by another spelling
            said = total().digest
        if said != chain.current().digest:
            wrong = "what is remembered is not what the events say"
    if wrong:
        yield Doubt(
            f"{wrong}; it was tampered with or damaged, and nothing is applied by it: look with "
            "`reconciler ledger verify`, go on with another --ledger"
        )


def _leads(chain: Chain, start: Event | None) -> str:
    """Say why the last event does not follow from one, "" if it does.

    A file may be made so that what it finds and what it lists differ. Whoever was asked for the
    last event of an organization can't have passed over one.
    """
    seen: set[str] = set()

    def following() -> Iterator[Event]:
        for event in chain.store.events(after=start.seq if start else 0):
            seen.add(event.organization)
            yield event

    wrong = next(broken(following(), chain.store.last(), start.link if start else None), "")
    if not wrong and start and start.organization in seen:
        return f"event {start.seq} is not the last one of {start.organization}"
    return wrong


def _state(event: Event | None) -> str | None:
    body: Any = event.body if event else {}
    return body.get(STATE) if isinstance(body, dict) else None


def by_witness(history: History, seen: Iterable[Seen]) -> Iterator[Doubt]:
    """Ask whether it goes on from the one that was seen last, by each name of its place."""
    unlike = {
        one: why
        for one in seen
        if (why := unreadable(one) if one.damaged else _unlike(history, one))
    }
    if unlike:
        yield lost(next(iter(unlike.values())), protected(unlike))


def lost(why: str, guarded: Iterable[Address]) -> Doubt:
    """Return the doubt about a ledger that is not the one seen last."""
    stays = f"stays: {', '.join(map(str, sorted(guarded)))}" if guarded else "stays"
    return Doubt(
        f"{why}. What was protected by that one {stays}, and nothing is pruned, until this one is "
        f"said to be right: {_ACCEPT}",
        refuses=False,
    )


def unreadable(seen: Seen) -> str:
    return f"{seen.damaged}, which tells of the one seen last on this machine, can't be read"


def _unlike(history: History, seen: Seen) -> str:
    last, there = history.last(), hash_at(history, seen.seq)
    before = f"and the one seen last on this machine had {seen.seq}"
    if last is None:
        return f"it is empty, {before} records"
    if seen.seq < archived(history):
        return (
            f"its first {archived(history)} records are archived, {before}: whether it goes on "
            "from that one is for the archive to say, `reconciler ledger verify --archive FILE`"
        )
    if not there or last.seq < seen.seq:
        return f"it has {last.seq} records, {before}: it is an older copy, or was cut, or another"
    if there != seen.hash:
        return f"it is another one: its record {seen.seq} is not the last of the one seen last here"
    link = Link(seen.seq, there)
    if wrong := next(broken(history.events(after=seen.seq), last, link), ""):
        return f"it does not go on from record {seen.seq}, the last seen on this machine: {wrong}"
    bare = seen.signed and not last.signature
    return "it is not signed, and the one seen last on this machine was" if bare else ""
