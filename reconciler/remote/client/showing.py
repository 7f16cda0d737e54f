"""Answers as plain values, fit to be printed: times as text, secrets never."""

from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel

from reconciler.model import Sealed


def shown(value: Any) -> Any:
    """Return an answer, or a part of one, as what JSON can hold.

    Times are ISO 8601 in UTC, words are texts, a secret is the text ``<secret from …>``, or ""
    where it is known that there is none.
    """
    if isinstance(value, BaseModel | dict):
        return {name: shown(inner) for name, inner in dict(value).items()}
    if isinstance(value, tuple | list):
        return [shown(inner) for inner in value]
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Sealed):
        return "" if value.is_empty else repr(value)
    return value
