"""Plain data as YAML that a person likes to read, and any reader takes for the same."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, Final

_INDENT: Final = "  "
_FLOW: Final = "_from"
"""What the name of a key ends in whose mapping stands on its line: ``value_from: {env: TOKEN}``."""

_INDICATORS: Final = frozenset("-?:,[]{}#&*!|>'\"%@`")
_UNLIKE_TEXT: Final = re.compile(
    r"""~|null|true|false|yes|no|on|off|y|n|=|<<|\.\.\.|---.*
    |[-+]?(\.?[0-9][0-9_]*(\.[0-9_]*)?|0x[0-9a-f_]+|0o[0-7_]+|0b[01_]+)([eE][-+]?[0-9]+)?
    |[-+]?\.inf|\.nan
    |[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?""",
    re.IGNORECASE | re.VERBOSE,
)
"""What some reader or other takes for a number, a date or a truth value."""

_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return a mapping as one document: keys in their order, text in quotes where it needs them."""
    return "".join(f"{line}\n" for line in _mapping(data, ""))


def scalar(value: object, *, flow: bool = False) -> str:
    """Return a text, number or truth value on one line; ``flow``: between braces."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _text(value, flow=flow) if isinstance(value, str) else str(value)


@lru_cache(maxsize=10_000)  # manifests say the same over and over
def _text(value: str, *, flow: bool) -> str:
    if _is_plain(value) and not (flow and re.search(r"[,\[\]{}]", value)):
        return value
    if not is_printable(value):
        return escaped(value)
    if '"' in value or "\\" in value:
        return "'" + value.replace("'", "''") + "'"
    return f'"{value}"'


def _is_plain(text: str) -> bool:
    """Whether a text is itself without quotes, to every reader."""
    return not (
        not text
        or text != text.strip()
        or not is_printable(text)
        or (text[0] in _INDICATORS and not re.match(r"[-?:][^\s,\[\]{}]", text))
        or ": " in text
        or " #" in text
        or text.endswith(":")
        or _UNLIKE_TEXT.fullmatch(text)
    )


def is_printable(text: str) -> bool:
    """Whether a text can stand between quotes as it is."""
    return text.isprintable() and "\ufeff" not in text


def escaped(text: str) -> str:
    """Return any text between double quotes."""
    return '"' + "".join(_escape(character) for character in text) + '"'


def _escape(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if is_printable(character):
        return character
    code = f"{ord(character):x}"
    letter, width = next((x, w) for x, w in (("x", 2), ("u", 4), ("U", 8)) if len(code) <= w)
    return f"\\{letter}{code.rjust(width, '0')}"


def _mapping(data: Mapping[str, Any], indent: str) -> Iterator[str]:
    for key, value in data.items():
        yield from _pair(f"{indent}{scalar(key)}:", key, value, indent)


def _pair(head: str, key: str, value: Any, indent: str) -> Iterator[str]:
    if isinstance(value, Mapping) and value and not key.endswith(_FLOW):
        yield head
        yield from _mapping(value, indent + _INDENT)
    elif isinstance(value, list) and value:
        yield head
        yield from _items(value, indent + _INDENT)
    elif isinstance(value, str) and is_block(value):
        yield from _block(head, value, indent + _INDENT)
    else:
        yield f"{head} {_inline(value)}"


def _items(items: list[Any], indent: str) -> Iterator[str]:
    for item in items:
        if isinstance(item, Mapping) and item:
            lines = _mapping(item, indent + _INDENT)
            first = next(lines)
            yield f"{indent}- {first.removeprefix(indent + _INDENT)}"
            yield from lines
        elif isinstance(item, str) and is_block(item):
            yield from _block(f"{indent}-", item, indent + _INDENT)
        else:
            yield f"{indent}- {_inline(item)}"


def _inline(value: Any) -> str:
    if isinstance(value, Mapping):
        inner = (f"{scalar(key, flow=True)}: {_in_flow(part)}" for key, part in value.items())
        return "{" + ", ".join(inner) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_in_flow, value)) + "]"
    return scalar(value)


def _in_flow(value: Any) -> str:
    return _inline(value) if isinstance(value, Mapping | list) else scalar(value, flow=True)


def is_block(text: str) -> bool:
    """Whether a text is best shown as its lines, and would be read again as it is."""
    lines = text.removesuffix("\n").split("\n")
    return (
        len(lines) > 1
        and bool(lines[0] and lines[-1])
        and not lines[0].startswith((" ", "\t"))
        and all(is_printable(line) and line == line.rstrip() for line in lines)
    )


def _block(head: str, text: str, indent: str) -> Iterator[str]:
    yield f"{head} |" if text.endswith("\n") else f"{head} |-"
    for line in text.removesuffix("\n").split("\n"):
        yield f"{indent}{line}" if line else ""
