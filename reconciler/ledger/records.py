"""Records and addresses as JSON, and the memory that the events of an organization add up to."""

from collections.abc import Iterable
from typing import Any

from reconciler.ledger.store import Event
from reconciler.model import Address, Intended, Memory, Record, Result


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
        **({"assumed": dict(record.assumed)} if record.assumed else {}),
        **({"file": record.file} if record.file else {}),
        **({"mentioned": list(record.mentioned)} if record.mentioned else {}),
    }


def record_of(body: dict[str, Any]) -> Record:
    return Record(
        address_of(body["address"]),
        body["id"],
        body["revision"],
        body["shown"],
        body["secrets"],
        body["protect"],
        body.get("assumed", {}),
        body.get("file", ""),
        tuple(body.get("mentioned", ())),
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
    """Return the steps that may have been done in part: cut off or failed, and not done since."""
    found: dict[Address, Intended] = {}
    for event in events:
        body = event.body
        if event.sort == "intent":
            address = address_of(body["address"])
            found[address] = Intended(body["action"], body.get("secrets", {}), body.get("kept", {}))
        elif event.sort == "result" and body["result"] == Result.DONE:
            found.pop(address_of(body["address"]), None)
        elif event.sort == "adopt":
            found.pop(address_of(body["record"]["address"]), None)
    return found


def cut_off(events: Iterable[Event]) -> dict[Address, str]:
    """Return the actions that were begun and never ended.

    The end of a later run closes them: it was planned from what they had left.
    """
    found: dict[Address, tuple[str, int]] = {}
    for event in events:
        body = event.body
        if event.sort == "end":
            found = {a: (action, run) for a, (action, run) in found.items() if run >= body["run"]}
        elif event.sort == "intent":
            found[address_of(body["address"])] = body["action"], body["run"]
        elif event.sort == "result":
            found.pop(address_of(body["address"]), None)
    return {address: action for address, (action, _) in found.items()}
