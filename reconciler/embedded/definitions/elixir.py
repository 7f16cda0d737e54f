"""Elixir's way of printing a term, which is how problems reach the client (D 12)."""

from collections.abc import Sequence
from typing import Any

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"} | {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\x1b": "\\e",
}


_PRINTED = 4096


def cut(text: str) -> str:
    """A long text, of which `inspect` shows the beginning."""
    return string(text) if len(text) <= _PRINTED else f"{string(text[:_PRINTED])} <> ..."


def string(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return '"' + escaped.replace("#{", "\\#{") + '"'


def term(value: Any) -> str:
    """What YAML can hold, as far as it is shown."""
    match value:
        case None:
            return "nil"
        case bool():
            return str(value).lower()
        case str():
            return string(value)
        case list():
            return listed([term(item) for item in value])
        case dict():
            return f"%{{{', '.join(f'{term(k)} => {term(v)}' for k, v in sorted(value.items()))}}}"
        case _:
            return str(value)


def malformed(reason: str) -> str:
    """The reason is a term that was printed already."""
    return f"{{:malformed, {reason}}}"


def listed(terms: Sequence[str]) -> str:
    return f"[{', '.join(terms)}]"
