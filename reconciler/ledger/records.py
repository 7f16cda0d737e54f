"""Records and addresses as JSON, and the memory that the events of an organization add up to."""

from collections.abc import Iterable, Mapping
from typing import Any

from reconciler.ledger.store import Event
from reconciler.model import Address, Intended, Memory, Record


def address_of(text: dict[str, str]) -> Address:
    return Address(text["kind"], text["project"], text["name"])


def address_body(address: Address) -> dict[str, str]:
    return {"kind": address.kind, "project": address.project, "name": address.name}


def record_body(record: Record) -> dict[str, Any]:
    """Return a record as JSON data; secret values are in it as keyed hashes only."""
    return {
        "address": address_body(record.address),
        "id": record.id,
        "revision": record.revision,
        "shown": record.shown,
        "secrets": dict(record.secrets),
        "protect": record.protect,
    }


def record_of(body: dict[str, Any]) -> Record:
    return Record(
        address_of(body["address"]),
        body["id"],
        body["revision"],
        body["shown"],
        body["secrets"],
        body["protect"],
    )


def memory_of(events: Iterable[Event], key: bytes) -> Memory:
    """Return what is left to remember after all events.

    A record replaces an older one of the same address. When a project was renamed, what is in it
    moved along.
    """
    records: dict[Address, Record] = {}
    events = tuple(events)
    for event in events:
        gone = [address_of(body) for body in event.body.get("forget", ())]
        for address in gone:
            records.pop(address, None)
        if event.body.get("record"):
            record = record_of(event.body["record"])
            records[record.address] = record
            if gone and record.address.kind == "Project":
                moved = Memory(records, key).moved({gone[0].name: record.address.name})
                records = dict(moved.records)
    return Memory(records, key, _intended(events))


def _intended(events: Iterable[Event]) -> dict[Address, Intended]:
    return {
        address: Intended(body["action"], body.get("secrets", {}), body.get("kept", {}))
        for address, body in open_intents(events).items()
    }


def open_intents(events: Iterable[Event]) -> Mapping[Address, Mapping[str, Any]]:
    """Return the bodies of intents without a result.

    The end of a later run closes them: it was planned from what they had left.
    """
    found: dict[Address, Mapping[str, Any]] = {}
    for event in events:
        if event.sort == "end":
            found = {a: body for a, body in found.items() if body["run"] >= event.body["run"]}
        elif event.sort in ("intent", "result"):
            address = address_of(event.body["address"])
            found.pop(address, None)
            if event.sort == "intent":
                found[address] = event.body
    return found
