"""Faults as JSON: what the admin interface and the environment take."""

import json
from dataclasses import fields
from enum import StrEnum
from typing import Any

from reconciler.embedded.faults.fault import Action, BadFault, Fault, Moment

_TYPES: dict[str, tuple[type, ...]] = {
    "nth": (int,),
    "times": (int, type(None)),
    "status": (int,),
    "seconds": (int, float),
    "items": (int,),
    "seed": (int,),
    "headers": (dict,),
    "retry_after": (str, type(None)),
    "body": (str, type(None)),
}


def read(value: Any) -> Fault:
    """A fault from JSON; raises BadFault."""
    if not isinstance(value, dict):
        raise BadFault("a fault is an object")
    known = [each.name for each in fields(Fault)]
    for name, content in value.items():
        if name not in known:
            raise BadFault(f"unknown field {name!r}; known are {', '.join(known)}")
        if isinstance(content, bool) or not isinstance(content, _TYPES.get(name, (str,))):
            raise BadFault(f"{name} has the wrong type")
    if not all(isinstance(each, str) for each in value.get("headers", {}).values()):
        raise BadFault("headers map names to strings")
    return Fault(**value | _enumerations(value))


def read_all(text: str) -> list[Fault]:
    """The faults of a JSON list; raises BadFault."""
    try:
        value = json.loads(text)
    except ValueError:
        raise BadFault("faults are a list in JSON") from None
    if not isinstance(value, list):
        raise BadFault("faults are a list of objects")
    return [read(each) for each in value]


def shown(fault: Fault) -> dict[str, Any]:
    """The fault as `read` takes it."""
    return {each.name: getattr(fault, each.name) for each in fields(Fault)}


def _enumerations(value: dict[str, Any]) -> dict[str, Any]:
    words: dict[str, type[StrEnum]] = {"action": Action, "when": Moment}
    found: dict[str, Any] = {}
    for name, kind in words.items():
        if name not in value:
            continue
        if value[name] not in list(kind):
            raise BadFault(f"{name} is one of {', '.join(kind)}")
        found[name] = kind(value[name])
    if "action" not in found:
        raise BadFault(f"action is needed: one of {', '.join(Action)}")
    return found
