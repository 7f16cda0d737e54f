"""YAML text as nodes that know where each of them begins and ends, to the character."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from yaml import CSafeLoader
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

Sort = Literal["scalar", "mapping", "list", "alias"]

_PROPERTIES: Final = re.compile(r"(?:[&!][^\s,\[\]{}]*[ \t]*)*")
_BLANK_LINES: Final = re.compile(r"(?:\r?\n[ \t]*)+\Z")
_LINE_END: Final = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
"""What ends a line to YAML 1.1."""
_BREAKS: Final = "\r\n\x85\u2028\u2029"
_BLANKS: Final = re.compile(r"(?:[ \t\r\n]+|(?<!\S)#[^\r\n]*)*")


@dataclass(slots=True, eq=False)
class Node:
    """One value, or key, at ``start`` to ``end``: of what is in lines, to the end of the last one.

    ``start`` is behind an anchor and a tag, ``mark`` before them. ``style``: ``'``, ``"``, ``|`` or
    ``>``, "" if plain. ``flow``: it is a mapping or list in braces or brackets. ``shared``: aliases
    refer to it; ``target``: what an alias refers to.
    """

    sort: Sort
    start: int
    end: int
    column: int
    value: str = ""
    mark: int = 0
    style: str = ""
    flow: bool = False
    anchor: str = ""
    shared: bool = False
    target: "Node | None" = None
    pairs: list[tuple["Node", "Node"]] = field(default_factory=list)
    items: list["Node"] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        return self.sort in ("mapping", "list") and not self.flow

    @property
    def inner(self) -> Iterator["Node"]:
        """All nodes directly in this one."""
        yield from self.items
        for key, value in self.pairs:
            yield key
            yield value

    def named(self, key: str) -> "Node | None":
        """Return the value of a key of a mapping."""
        return next((value for name, value in self.pairs if name.value == key), None)


@dataclass(slots=True)
class Document:
    """One document of a text, from its marker, if it has one, to where the next begins."""

    start: int
    end: int
    root: Node | None = None
    marked: bool = False

    @property
    def is_empty(self) -> bool:
        return self.root is None or (
            self.root.sort == "scalar" and self.root.start == self.root.end
        )


def documents(text: str) -> list[Document]:
    """Return what a text holds; raises yaml.YAMLError for what is none."""
    return _Composer(text).run()


def blank_end(text: str, start: int) -> int:
    """Return where the blanks, line ends and comments end that begin here."""
    found = _BLANKS.match(text, start)
    return found.end() if found else start


def line_start(text: str, at: int) -> int:
    return max(text.rfind(each, 0, at) for each in _BREAKS) + 1


def line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _LINE_END.finditer(text))]


def line_end(text: str, at: int) -> int:
    """Return where the line ends, before what ends it."""
    found = _LINE_END.search(text, at)
    return found.start() if found else len(text)


def next_line(text: str, at: int) -> int:
    """Return where the line after begins."""
    found = _LINE_END.search(text, at)
    return found.end() if found else len(text)


class _Composer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._documents: list[Document] = []
        self._stack: list[Node] = []
        self._keys: list[Node | None] = []
        self._anchors: dict[str, Node] = {}

    def run(self) -> list[Document]:
        parser = CSafeLoader(self._text.encode())  # for its events only
        handlers: dict[type, Any] = {
            ScalarEvent: self._scalar,
            AliasEvent: self._alias,
            MappingStartEvent: self._open,
            SequenceStartEvent: self._open,
            MappingEndEvent: self._close,
            SequenceEndEvent: self._close,
            DocumentStartEvent: self._document,
            DocumentEndEvent: self._document_end,
        }
        while (event := parser.get_event()) is not None:
            if handler := handlers.get(type(event)):
                handler(event)
        return self._documents

    def _document(self, event: Any) -> None:
        start = event.start_mark.index if event.explicit else 0
        if event.explicit:  # a directive before it
            start = self._text.rfind("---", 0, event.end_mark.index)
        if self._documents:
            self._documents[-1].end = start
        self._documents.append(Document(start, len(self._text), marked=bool(event.explicit)))
        self._anchors = {}

    def _document_end(self, _: Any) -> None:
        """Nothing is open any more."""

    def _scalar(self, event: Any) -> None:
        start = self._start(event.start_mark.index, event)
        style = event.style or ""
        end = event.end_mark.index
        if style in ("|", ">"):
            end = self._content_end(start, end)
        self._attach(
            Node(
                "scalar", start, max(start, end), event.start_mark.column, event.value, style=style
            ),
            event,
        )

    def _alias(self, event: Any) -> None:
        mark = event.start_mark
        target = self._anchors.get(event.anchor)
        if target:
            target.shared = True
        alias = Node("alias", mark.index, event.end_mark.index, mark.column, target=target)
        self._attach(alias, event)

    def _open(self, event: Any) -> None:
        mark = event.start_mark
        sort: Sort = "mapping" if isinstance(event, MappingStartEvent) else "list"
        start = self._start(mark.index, event)
        column = mark.column
        if not event.flow_style:
            start = blank_end(self._text, start)
            column = start - line_start(self._text, start)
        node = Node(sort, start, start, column, flow=bool(event.flow_style))
        self._attach(node, event)
        self._stack.append(node)
        self._keys.append(None)

    def _close(self, event: Any) -> None:
        node = self._stack.pop()
        self._keys.pop()
        if node.flow:
            node.end = event.end_mark.index
        else:
            node.end = max([each.end for each in node.inner], default=node.start)

    def _attach(self, node: Node, event: Any) -> None:
        node.mark = event.start_mark.index
        node.anchor = event.anchor or ""
        if node.anchor and node.sort != "alias":
            self._anchors[event.anchor] = node
        if not self._stack:
            self._documents[-1].root = node
            return
        above = self._stack[-1]
        if above.sort == "list":
            above.items.append(node)
        elif (key := self._keys[-1]) is None:
            self._keys[-1] = node
        else:
            above.pairs.append((key, node))
            self._keys[-1] = None

    def _start(self, index: int, event: Any) -> int:
        """Return where a value begins behind its properties."""
        if not (event.anchor or event.tag):
            return index
        found = _PROPERTIES.match(self._text, index)
        return found.end() if found else index

    def _content_end(self, start: int, end: int) -> int:
        """Return where the last line of a text in lines ends that belongs to it."""
        header = self._text[start : line_end(self._text, start)].partition("#")[0]
        if "+" in header:
            whole = self._text[start:end]
            return start + len(whole.removesuffix("\n").removesuffix("\r"))
        return start + len(_BLANK_LINES.sub("", self._text[start:end]))
