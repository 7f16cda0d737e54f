"""The checks in front of the Plug services' handlers: bare text and out (C 0)."""

import re
from typing import Any

from reconciler.embedded.replies import Refused, json_string, text
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+")
INT64 = range(-(2**63), 2**63)


def verify(good: bool, sentence: str) -> None:
    """An early refusal: bare text."""
    if not good:
        raise Refused(text(400, sentence))


def refused(status: int, sentence: str) -> Refused:
    """A late refusal, to be raised: a JSON string."""
    return Refused(json_string(status, sentence))


def internal_error() -> Refused:
    return refused(500, "Internal error")


def is_uuid(value: Any) -> bool:
    """Whether the value is the text of a UUID."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def verify_uuid(value: Any, sentence: str) -> None:
    """Null and absent pass, as in the real check (C 1.1)."""
    verify(value is None or is_uuid(value), sentence)


def is_present(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def whole_number(value: Any, parameter: str) -> int:
    """A query parameter which has to be an integer and nothing else."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if not isinstance(value, str) or _INTEGER.fullmatch(value) is None:
        raise needs_integer(value, parameter)
    return integer(value)


def needs_integer(value: Any, parameter: str) -> Refused:
    return refused(
        400, f"Invalid value of '{parameter}' param: {quoted(value)} - needs to be integer."
    )


def quoted(value: Any) -> str:
    """A string as Elixir's `inspect` shows it, near enough for what clients send."""
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


def permitted(world: World, permission: str) -> None:
    """401 and not 403 (C 0)."""
    if not world.allowed(permission):
        raise Refused(text(401, "Permission denied"))
