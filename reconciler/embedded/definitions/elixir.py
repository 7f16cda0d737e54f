"""Elixir's way of printing a term, which is how problems reach the client (D 12)."""

from collections.abc import Sequence

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"} | {
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\x1b": "\\e",
}


def string(text: str) -> str:
    escaped = "".join(_ESCAPES.get(char, char) for char in text)
    return '"' + escaped.replace("#{", "\\#{") + '"'


def malformed(reason: str) -> str:
    """The reason is a term that was printed already."""
    return f"{{:malformed, {reason}}}"


def listed(terms: Sequence[str]) -> str:
    return f"[{', '.join(terms)}]"
