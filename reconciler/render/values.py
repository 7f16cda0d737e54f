"""Values as people read them: one line where that is enough, else lines and what differs."""

import json
import re
from collections.abc import Iterator
from typing import Any

MOST_LINES = 60
"""Of one field; the JSON format has them all."""

_CONTEXT = 2
_BARE = re.compile(r"""[^\s\[\]{}"',#()][^\s\[\]{}"',#]*""")
_OTHER_TYPE = re.compile(r"(?i:true|false|null|~)|[-+.]?[\d.]+(?:e[-+]?\d+)?", re.ASCII)


def printable(text: str) -> str:
    """Return ``text`` with everything a terminal might obey or hide written out."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    short = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(character)
    if short:
        return short
    code = ord(character)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 — one plane


def inline(value: Any) -> str:
    """Return plain data on one line; texts are quoted where they could be mistaken."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(str(k))}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(inline, value)) + "]"
    return json.dumps(value)


def _text(text: str) -> str:
    if _BARE.fullmatch(text) and text.isprintable() and not _OTHER_TYPE.fullmatch(text):
        return text
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{printable(quoted)}"'


def lines(value: Any) -> list[str]:
    """Return plain data as lines, nested parts indented."""
    if isinstance(value, str) and "\n" in value:
        return [printable(line) for line in value.split("\n")]
    if isinstance(value, dict) and value:
        return [line for key, inner in value.items() for line in _entry(_text(str(key)), inner)]
    if isinstance(value, list | tuple) and value:
        return [line for inner in value for line in _item(inner)]
    return [inline(value)]


def _entry(key: str, value: Any) -> Iterator[str]:
    if _is_small(value):
        yield f"{key}: {inline(value)}"
    else:
        yield f"{key}:"
        yield from (f"  {line}" for line in lines(value))


def _item(value: Any) -> Iterator[str]:
    first, *rest = lines(value)
    yield f"- {first}"
    yield from (f"  {line}" for line in rest)


def _is_small(value: Any) -> bool:
    if isinstance(value, dict | list | tuple):
        return not value
    return not (isinstance(value, str) and "\n" in value)


def shown(value: Any, room: int) -> list[str]:
    """Return the lines of one value, folded to ``room`` and cut where there are too many."""
    return _cut([folded for line in lines(value) for folded in _fold(line, room)])


def difference(before: Any, after: Any, room: int) -> list[str]:
    """Return the lines of both values, marked ``-`` and ``+``; long like stretches are left out."""
    import difflib  # noqa: PLC0415 — only where a long text changes

    old, new = lines(before), lines(after)
    marked: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        if tag == "equal":
            marked += _alike(old[low:high], first=low == 0, last=high == len(old))
            continue
        marked += [f"- {line}" for line in old[low:high]]
        marked += [f"+ {line}" for line in new[other_low:other_high]]
    return _cut([folded for line in marked for folded in _fold(line, room)])


def _alike(same: list[str], *, first: bool, last: bool) -> list[str]:
    head = 0 if first else _CONTEXT
    tail = 0 if last else _CONTEXT
    hidden = len(same) - head - tail
    if hidden <= 1:
        return [f"  {line}" for line in same]
    return [
        *(f"  {line}" for line in same[:head]),
        f"  … {hidden} lines alike",
        *(f"  {line}" for line in same[len(same) - tail :]),
    ]


def _fold(line: str, room: int) -> Iterator[str]:
    """Break a line that is too long; what goes on starts deeper."""
    yield line[:room]
    rest = line[room:]
    deeper = max(room - 4, 1)
    while rest:
        yield f"    {rest[:deeper]}"
        rest = rest[deeper:]


def _cut(found: list[str]) -> list[str]:
    if len(found) <= MOST_LINES:
        return found
    hidden = len(found) - MOST_LINES + 1
    return [*found[: MOST_LINES - 1], f"… {hidden} more lines, all of them in --format json"]
