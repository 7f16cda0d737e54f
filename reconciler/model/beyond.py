"""What is beyond this version: values of keys it does not know, plain JSON in a part of an object.

What the server has there is kept, sent back and never shown. What a manifest says there is told
apart by a type of its own.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reconciler.model.place import Problem
from reconciler.model.sealed import Sealed


@dataclass(frozen=True, slots=True)
class UnknownKey:
    """What a manifest says under a key that this version does not know.

    ``value``: JSON data; as long as the server was not asked, all scalars in it are texts.
    ``problem``: the mistake it is, unless the server has such a key.
    """

    value: Any = field(repr=False)
    problem: Problem


def unknown_keys(beyond: Mapping[str, Any]) -> dict[str, UnknownKey]:
    """Return what a manifest says."""
    return {key: value for key, value in beyond.items() if isinstance(value, UnknownKey)}


def laid(there: Mapping[str, Any], mine: Mapping[str, Any]) -> Mapping[str, Any]:
    """Lay what a manifest says over what the server has; inside mappings, too, the rest is kept.

    What the server has already is not said any more.
    """
    result = dict(there)
    for key, one in unknown_keys(mine).items():
        wanted = _over(there.get(key), one.value)
        if key not in there or not same(wanted, there[key]):
            result[key] = UnknownKey(wanted, one.problem)
    return result


def hollow(value: Any) -> Any:
    """Return a value of the same form that tells nothing: what may be written down of it."""
    if isinstance(value, dict):
        return {key: hollow(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [hollow(inner) for inner in value]
    return None if value is None else type(value)()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: in Python 1 would be true, and 1.0."""
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)


def sendable(beyond: Mapping[str, Any]) -> dict[str, Any]:
    """Return it as a part of a request; texts that are the server's own are secret on the way."""
    return {
        key: value.value if isinstance(value, UnknownKey) else _sealed(value)
        for key, value in beyond.items()
    }


def _over(there: Any, mine: Any) -> Any:
    if isinstance(there, dict) and isinstance(mine, dict):
        return there | {key: _over(there.get(key), value) for key, value in mine.items()}
    return mine


def _sealed(value: Any) -> Any:
    if isinstance(value, str):
        return Sealed(value, live=True)
    if isinstance(value, dict):
        return {key: _sealed(inner) for key, inner in value.items()}
    return [_sealed(inner) for inner in value] if isinstance(value, list) else value
