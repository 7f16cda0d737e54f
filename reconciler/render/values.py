"""Values as people read them: one line where that is enough, else lines and what differs."""

import json
import re
from collections.abc import Iterable, Iterator
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


def lines(value: Any, room: int) -> list[str]:
    """Return plain data as lines: what fits into ``room`` is on one, the rest nested below."""
    return [inline(value)] if _fits(value, room) else _broken(value, room)


def _fits(value: Any, room: int) -> bool:
    """Whether a value is read best on one line; a single text is, unless it has lines itself."""
    if isinstance(value, str):
        return "\n" not in value
    if not isinstance(value, dict | list | tuple) or not value:
        return True
    return not _has_lines(value) and len(inline(value)) <= room


def _has_lines(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_lines, value.values()))
    if isinstance(value, list | tuple):
        return any(map(_has_lines, value))
    return isinstance(value, str) and "\n" in value


def _broken(value: Any, room: int) -> list[str]:
    """Return the parts of a value on lines of their own."""
    if isinstance(value, str) and "\n" in value:
        return [printable(line) for line in value.split("\n")]
    if isinstance(value, dict) and value:
        entries = ((_text(str(key)), inner) for key, inner in value.items())
        return [line for key, inner in entries for line in _entry(key, inner, room)]
    if isinstance(value, list | tuple) and value:
        return [line for inner in value for line in _item(inner, room)]
    return [inline(value)]


def _entry(key: str, value: Any, room: int) -> Iterator[str]:
    if _fits(value, room - len(key) - 2):
        yield f"{key}: {inline(value)}"
    else:
        yield f"{key}:"
        yield from (f"  {line}" for line in _broken(value, room - 2))


def _item(value: Any, room: int) -> Iterator[str]:
    """Yield an item of a list; its mark is no dash, for that would say it goes."""
    first, *rest = lines(value, room - 2)
    yield f"• {first}"
    yield from (f"  {line}" for line in rest)


def difference(before: Any, after: Any, room: int) -> list[str]:
    """Return the lines of both values, marked ``-`` and ``+``; long like stretches are left out."""
    import difflib  # noqa: PLC0415 — only where a long text changes

    form = lines if _fits(before, room) and _fits(after, room) else _broken
    old, new = form(before, room), form(after, room)
    marked: list[str] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, low, high, other_low, other_high in matcher.get_opcodes():
        if tag == "equal":
            marked += _alike(old[low:high], first=low == 0, last=high == len(old))
            continue
        marked += [f"- {line}" for line in old[low:high]]
        marked += [f"+ {line}" for line in new[other_low:other_high]]
    return marked


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


def folded(found: Iterable[str], room: int) -> Iterator[str]:
    """Break each line that is too long; what goes on starts deeper."""
    deeper = max(room - 4, 1)
    for line in found:
        yield line[:room]
        for at in range(room, len(line), deeper):
            yield f"    {line[at : at + deeper]}"


def cut(found: list[str]) -> list[str]:
    """Return no more lines than are read, and how many more there are."""
    if len(found) <= MOST_LINES:
        return found
    hidden = len(found) - MOST_LINES + 1
    return [*found[: MOST_LINES - 1], f"… {hidden} more lines, all of them in --format json"]
