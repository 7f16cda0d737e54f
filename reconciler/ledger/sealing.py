"""What an older version wrote in clear and is a secret today: sealed, in a chain written again."""

from collections.abc import Iterable, MutableMapping
from dataclasses import replace
from typing import Any, Final

from reconciler.kinds import KINDS
from reconciler.kinds.sealing import withheld
from reconciler.ledger.event import Event, broken, text_of
from reconciler.model import Sealed
from reconciler.model.hashes import Hashes

SORT: Final = "sealed"
"""An event of this sort ends the part that was written again: ``head`` is the hash it had,
``events`` how many there were."""

_MASK: Final = "***"
_SHORTEST: Final = 8
"""Shorter values occur by chance inside words."""


def sealed(events: Iterable[Event], key: bytes) -> list[Event]:
    """Return the whole chain without values in clear, [] if there are none in it.

    Where one was recorded, its hash under ``key`` is remembered, as of any other secret value.
    The same events make the same chain; one that is broken is not mended.
    """
    old = list(events)
    bodies = [event.body for event in old]
    values: set[str] = set()
    for event, body in zip(old, bodies, strict=True):
        values |= _seal(body.get("record"), Hashes(key, place=event.organization))
    if not values:
        return []
    for body in bodies:
        _mask(body, values)
    if any(broken(old, old[-1])):
        return [replace(e, text=text_of(body)) for e, body in zip(old, bodies, strict=True)]
    chain: list[Event] = []
    for event, body in zip(old, bodies, strict=True):
        last = chain[-1] if chain else None
        chain.append(Event.after(last, event.at, event.organization, event.sort, body))
    end, told = old[-1], {"head": old[-1].hash, "events": len(old)}
    return [*chain, Event.after(chain[-1], end.at, end.organization, SORT, told)]


def _seal(record: MutableMapping[str, Any] | None, hashes: Hashes) -> set[str]:
    """Seal the values in a record; return them."""
    kind = KINDS.get(record["address"]["kind"]) if record else None
    if record is None or kind is None:
        return set()
    found: dict[str, str] = {}
    record["shown"] = withheld(kind.model, record["shown"], found)
    at = record["address"]
    about = (at["kind"], at["project"], at["name"], record["id"], record["revision"])
    values = ((path, Sealed(value)) for path, value in found.items())
    record["secrets"] = hashes.of(values, *about) | record["secrets"]
    return set(found.values())


def _mask(body: MutableMapping[str, Any], values: Iterable[str]) -> None:
    """Take values out of the words of a server, who may have repeated them."""
    for name in ("detail", "left"):
        for value in sorted(values, key=len, reverse=True):
            if name in body and len(value) >= _SHORTEST:
                body[name] = body[name].replace(value, _MASK)
