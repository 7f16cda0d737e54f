"""Whether Go's encoding/json can read an answer into a struct, said as it would be (E 2.5).

A type is a word of Go (``string``, ``int64``, ``map[string]string``, ``[]Project``, ``*Status``),
``number`` for json.Number, ``time`` for an RFC 3339 time, ``any``, the name of a struct, or a
mapping of keys to types: a struct of its own. ``,string`` after a type is that tag of a field.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Structs = Mapping[str, Any]

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_BITS = {"int32": 32, "int": 64, "int64": 64}
_TAG = ",string"


class Fraction(float):
    """A number with a point or an exponent, which no Go integer takes."""


def parse(body: bytes) -> Any:
    """One JSON value; raises ValueError for nothing, for more, and for what is none."""
    return json.loads(body.decode(), parse_float=Fraction, parse_constant=_refuse)


def _refuse(word: str) -> Any:
    raise ValueError(f"invalid character {word[0]!r} looking for beginning of value")


def unreadable(value: Any, kind: Any, structs: Structs, at: str = "") -> Iterator[str]:
    """Every reason why ``value`` can't be read as ``kind``; null can always be."""
    if value is None:
        return
    if isinstance(kind, Mapping):
        yield from _struct(value, kind, structs, at)
    elif kind.endswith(_TAG):
        yield from _tagged(value, kind.removesuffix(_TAG), structs, at)
    elif kind.startswith("*"):
        yield from unreadable(value, kind[1:], structs, at)
    elif kind.startswith("[]"):
        yield from _list(value, kind[2:], structs, at)
    elif kind.startswith("map[string]"):
        yield from _map(value, kind.removeprefix("map[string]"), structs, at)
    elif kind in structs:
        yield from _struct(value, structs[kind], structs, at)
    elif not _is(value, kind):
        yield f"{at}: cannot read {_shown(value)} into {kind}"


def _struct(value: Any, fields: Mapping[str, Any], structs: Structs, at: str) -> Iterator[str]:
    """Unknown keys are ignored, known ones found whatever their case."""
    if not isinstance(value, dict):
        yield f"{at}: cannot read {_shown(value)} into a struct"
        return
    folded = {name.lower(): name for name in fields}
    for key, inner in value.items():
        name = key if key in fields else folded.get(key.lower())
        if name is not None:
            yield from unreadable(inner, fields[name], structs, f"{at}.{name}")


def _list(value: Any, kind: str, structs: Structs, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{at}: cannot read {_shown(value)} into []{kind}"
        return
    for number, inner in enumerate(value):
        yield from unreadable(inner, kind, structs, f"{at}.{number}")


def _map(value: Any, kind: str, structs: Structs, at: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{at}: cannot read {_shown(value)} into map[string]{kind}"
        return
    for key, inner in value.items():
        yield from unreadable(inner, kind, structs, f"{at}.{key}")


def _tagged(value: Any, kind: str, structs: Structs, at: str) -> Iterator[str]:
    """A field with the tag takes its value inside a JSON string, and nothing else."""
    if isinstance(value, str):
        try:
            inner = parse(value.encode())
        except ValueError:
            inner = None
        if inner is not None and not list(unreadable(inner, kind, structs, at)):
            return
    yield f"{at}: invalid use of ,string struct tag, {_shown(value)} into {kind}"


def _is(value: Any, kind: str) -> bool:
    """Whether a value is of one of Go's own types; KeyError for a type there is not."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind in _BITS:
        limit = 2 ** (_BITS[kind] - 1)
        return number and isinstance(value, int) and -limit <= value < limit
    text = value if isinstance(value, str) else None
    return {
        "any": True,
        "string": text is not None,
        "bool": isinstance(value, bool),
        "number": number if text is None else _NUMBER.fullmatch(text) is not None,
        "time": text is not None and _TIME.fullmatch(text) is not None,
    }[kind]


def _shown(value: Any) -> str:
    words = {dict: "an object", list: "an array", str: "a string", bool: "a bool"}
    return words.get(type(value), "a number")
