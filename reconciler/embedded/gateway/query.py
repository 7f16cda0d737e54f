"""Query parameters to messages, by the rules of grpc-gateway (B 1.5)."""

import re
from enum import IntEnum
from typing import Any
from urllib.parse import parse_qsl

from reconciler.embedded.gateway.shapes import Kind, Message, Repeated, Scalar, Shape
from reconciler.embedded.texts import integer

_WRONG_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2}).{0,2}")
_ENTRY = re.compile(r"(.*)\[(.*)\]", re.DOTALL)
_INTEGER = re.compile(r"[+-]?[0-9]+", re.ASCII)
_BITS = {Scalar.INT32: 32, Scalar.INT64: 64}


class UnreadableQuery(Exception):
    """A parameter does not fit; the argument is the gateway's message."""


def read(query: str, shape: Shape) -> Message:
    """The message a query spells; parameters of other names are ignored."""
    if wrong := _WRONG_ESCAPE.search(query):
        raise UnreadableQuery(f'invalid URL escape "{wrong[0]}"')
    values: dict[str, list[str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        values.setdefault(key, []).append(value)
    message = shape.empty()
    for key, given in values.items():
        entry = _ENTRY.fullmatch(key)  # of a map: what is in brackets is a value, too
        path, found = (entry[1], [entry[2], *given]) if entry else (key, given)
        first, dot, _ = path.partition(".")
        name = shape.by_key.get(first)
        if name is None:
            continue
        if dot:
            raise UnreadableQuery(f'invalid path: "{first}" is not a message')
        message[name] = _field(found, shape.fields[name], name)
    return message


def _field(values: list[str], kind: Kind, name: str) -> Any:
    if isinstance(kind, Repeated):
        return [_value(value, kind.of, name) for value in values]
    if len(values) > 1:
        raise UnreadableQuery(f'too many values for field "{name}": {", ".join(values)}')
    return _value(values[0], kind, name)


def _value(text: str, kind: Kind, name: str) -> Any:
    match kind:
        case Scalar.STRING:
            return text
        case Scalar.INT32 | Scalar.INT64:
            return _integer(text, _BITS[kind], name)
        case type():
            return _enum_member(text, kind, name)
        case _:
            raise UnreadableQuery(f'parsing field "{name}": unsupported field type')


def _integer(text: str, bits: int, name: str) -> int:
    parsing = f'parsing field "{name}": strconv.ParseInt: parsing "{text}":'
    if not _INTEGER.fullmatch(text):
        raise UnreadableQuery(f"{parsing} invalid syntax")
    limit = 1 << (bits - 1)
    number = integer(text)
    if not -limit <= number < limit:
        raise UnreadableQuery(f"{parsing} value out of range")
    return number


def _enum_member(text: str, kind: type[IntEnum], name: str) -> int:
    """Unlike in a body, an undefined name or number is an error here."""
    if text in kind.__members__:
        return int(kind[text])
    if _INTEGER.fullmatch(text) and integer(text) in set(kind):
        return integer(text)
    raise UnreadableQuery(f'parsing field "{name}": "{text}" is not a valid value')
