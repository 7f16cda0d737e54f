"""Records and addresses as JSON."""

from collections.abc import Mapping
from sys import intern
from typing import Any

from reconciler.model import Address, Intended, Record


def address_of(text: Mapping[str, str]) -> Address:
    return Address(text["kind"], text["project"], text["name"])


def address_body(address: Address) -> dict[str, str]:
    return {"kind": address.kind, "project": address.project, "name": address.name}


def record_body(record: Record) -> dict[str, Any]:
    """Return a record as JSON data; secret values are in it as keyed hashes only."""
    return {
        "address": address_body(record.address),
        "id": record.id,
        "revision": record.revision,
        "shown": dict(record.shown),
        "secrets": dict(record.secrets),
        "protect": record.protect,
        **({"assumed": dict(record.assumed)} if record.assumed else {}),
        **({"begun": dict(record.begun)} if record.begun else {}),
        **({"file": record.file} if record.file else {}),
        **({"mentioned": list(record.mentioned)} if record.mentioned else {}),
        **({"home": record.home} if record.home else {}),
        **({"entry": True} if record.entry else {}),
        **({"forget": True} if record.forget else {}),
        **({"refers": dict(record.refers)} if record.refers else {}),
    }


def record_of(body: Mapping[str, Any]) -> Record:
    return Record(
        address_of(body["address"]),
        body["id"],
        body["revision"],
        body["shown"],
        body["secrets"],
        body["protect"],
        body.get("assumed", {}),
        body.get("file", ""),
        tuple(map(intern, body.get("mentioned", ()))),  # the same few in all records
        body.get("begun", {}),
        body.get("home", ""),
        body.get("entry", False),
        body.get("forget", False),
        body.get("refers", {}),
    )


def intended_of(body: Mapping[str, Any]) -> Intended:
    return Intended(
        body["action"],
        body.get("secrets", {}),
        body.get("kept", {}),
        uncreated=body.get("uncreated", False),
        made=body.get("made", ""),
        made_at=body.get("made_at", ""),
        home=body.get("home", ""),
        refers=body.get("refers", {}),
    )
