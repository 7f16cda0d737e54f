"""An object as the API shows it, field by field; values that are secret are not among them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.requests import empty_receive
from starlette.types import Scope

from reconciler.embedded.app import Application

_OK = 200
_LONGEST = 10_000
"""Characters of a value that are shown."""
_MOST = 2000
"""Fields of an object that are shown."""


@dataclass(frozen=True)
class Field:
    path: str
    value: str
    is_text: bool = True
    """Whether it is the text itself; else it is JSON: a number, true, null, "" or an empty list."""
    left_out: int = 0
    """Characters of the value beyond those."""
    secret: bool = False

    @property
    def lines(self) -> bool:
        return "\n" in self.value


@dataclass(frozen=True)
class Shown:
    fields: tuple[Field, ...] = ()
    left_out: int = 0
    """Further fields."""
    refusal: str = ""
    """What the API says instead of showing the object."""


async def of(application: Application, address: str, secret: str) -> Shown:
    """What it answers to a GET of an address; whatever matches `secret` is left out."""
    path, _, query = address.partition("?")
    scope: Scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "query_string": query.encode(),
        "headers": [],
    }
    response = await application.answer(scope, empty_receive)
    body = bytes(response.body).decode()
    if response.status_code != _OK:
        return Shown(refusal=f"{response.status_code} {body}")
    found = list(_fields("", json.loads(body), re.compile(secret or "(?!)")))
    return Shown(tuple(found[:_MOST]), max(0, len(found) - _MOST))


def _fields(path: str, value: Any, secret: re.Pattern[str]) -> Iterator[Field]:
    if isinstance(value, dict | list) and value:
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in pairs:
            yield from _fields(f"{path}.{key}" if path else str(key), part, secret)
    elif value and secret.fullmatch(path):
        yield Field(path, "", secret=True)
    elif isinstance(value, str) and value:
        yield Field(path, value[:_LONGEST], left_out=max(0, len(value) - _LONGEST))
    else:
        yield Field(path, json.dumps(value), is_text=False)
