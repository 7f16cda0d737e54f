"""YAML as the real server's parser types it, within limits and without running anything."""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml

_MOST_NODES = 100_000
_DEEPEST = 64
_LONGEST_NUMBER = 400
_MOST_ODD_ESCAPES = 50
_LONGEST_WITH_THEM = 100_000

# The core schema of YAML 1.2: `yes` and `on` are strings, there are no dates and no base 60.
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {"true": True, "True": True, "TRUE": True} | {
    "false": False,
    "False": False,
    "FALSE": False,
}
_WHOLE = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_TYPES = {"str": str, "int": int, "float": float}
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Unreadable(Exception):
    """Not YAML, or too much of it; the text stays out of the message."""


@dataclass
class _Open:
    """A list or map whose end has not come yet."""

    value: Any
    anchor: str | None
    size: int = 1
    keys: list[Any] = field(default_factory=list)


def read(text: str) -> Any:
    """The last document; an empty text is an empty map, of equal keys the last one counts."""
    try:
        return _built(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = "" if mark is None else f" (line {mark.line + 1}, column {mark.column + 1})"
        raise Unreadable(f"{error.problem or 'malformed yaml'}{place}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Unreadable("malformed yaml") from None


def _built(text: str) -> Any:
    """The real parser warns of an escape that it doesn't know, and drops the backslash.

    So reads `"branch !~ '^dependabot\\.'"` there.
    """
    for _ in range(_MOST_ODD_ESCAPES if len(text) <= _LONGEST_WITH_THEM else 0):
        try:
            return _Builder().build(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            if mark is None or "unknown escape character" not in (error.problem or ""):
                raise
            at = text.rfind("\\", 0, mark.index + 1)
            text = text[:at] + text[at + 1 :]
    return _Builder().build(text)


class _Builder:
    """Builds values from events; an alias costs as many nodes as what it stands for."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchored: dict[str, tuple[Any, int]] = {}
        self._last: Any = {}
        self._nodes = 0

    def build(self, text: str) -> Any:
        for event in yaml.parse(text, Loader=_LOADER):
            match event:
                case yaml.DocumentStartEvent():
                    self._anchored.clear()
                case yaml.ScalarEvent():
                    self._add(_scalar(event), 1, event.anchor)
                case yaml.AliasEvent():
                    self._add(*self._meant(event.anchor), None)
                case yaml.SequenceStartEvent():
                    self._enter([], event.anchor)
                case yaml.MappingStartEvent():
                    self._enter({}, event.anchor)
                case yaml.CollectionEndEvent():
                    ended = self._open.pop()
                    self._add(ended.value, ended.size, ended.anchor)
                case _:
                    pass
        return self._last

    def _enter(self, value: Any, anchor: str | None) -> None:
        if len(self._open) >= _DEEPEST:
            raise Unreadable("nested too deeply")
        self._open.append(_Open(value, anchor))

    def _meant(self, anchor: str | None) -> tuple[Any, int]:
        """A value which is not complete yet has no size: it cannot contain itself."""
        if anchor is None or anchor not in self._anchored:
            raise Unreadable("unknown alias")
        return self._anchored[anchor]

    def _add(self, value: Any, size: int, anchor: str | None) -> None:
        self._nodes += 1
        if max(self._nodes, size) > _MOST_NODES:
            raise Unreadable("too many nodes")
        if anchor is not None:
            self._anchored[anchor] = (value, size)
        if not self._open:
            self._last = value
            return
        parent = self._open[-1]
        parent.size += size
        if isinstance(parent.value, list):
            parent.value.append(value)
        elif parent.keys:
            parent.value[parent.keys.pop()] = value
        else:
            parent.keys.append(_key(value))


def _key(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        raise Unreadable("a list or map as a key")
    return value if isinstance(value, str) else str(value)


def _scalar(event: yaml.ScalarEvent) -> Any:
    plain, quoted = event.implicit
    tag = (event.tag or "").removeprefix("tag:yaml.org,2002:")
    if not plain and (quoted or not tag):
        return event.value
    if tag in _TYPES:
        return _TYPES[tag](event.value)
    return _typed(event.value)


def _typed(text: str) -> Any:
    if text in _NULL:
        return None
    if text in _BOOLEANS:
        return _BOOLEANS[text]
    if len(text) > _LONGEST_NUMBER:
        return text
    if _WHOLE.fullmatch(text):
        return int(text, 0) if text[1:2] in ("o", "x") else int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
