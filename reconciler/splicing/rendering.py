"""New YAML in the style of what is beside it."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.render.yaml_text import escaped, is_block, is_printable, scalar
from reconciler.splicing.nodes import Document, Node

_BRACE: Final = re.compile(r"[\[{]( *)")
_FLOW_KEYS: Final = ("_from",)
"""What the names of keys end in whose mappings stand on their lines, as export writes them."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is written.

    ``step``: blanks per level; ``flush``: lists begin where the key above them does; ``newline``:
    what ends a line; ``as_json``: all keys in double quotes.
    """

    text: str
    step: int = 2
    flush: bool = False
    newline: str = "\n"
    as_json: bool = False

    @classmethod
    def of(cls, text: str, documents: list[Document]) -> "Style":
        """Tell it from what is there, each by what there is most of."""
        steps: Counter[int] = Counter()
        lists: Counter[bool] = Counter()
        quoted: Counter[bool] = Counter()
        waiting = [document.root for document in documents if document.root]
        while waiting:
            node = waiting.pop()
            waiting.extend(node.inner)
            for key, value in node.pairs:
                quoted[key.style == '"' and node.flow] += 1
                if value.is_block and value.sort == "list":
                    lists[value.column == key.column] += 1
                if value.is_block:
                    steps[value.column - key.column] += 1
        steps += Counter()  # what is positive
        crlf = text.count("\r\n")
        return cls(
            text,
            step=max((step for step, _ in steps.most_common(1)), default=2),
            flush=lists[True] > lists[False],
            newline="\r\n" if crlf * 2 > text.count("\n") else "\n",
            as_json=bool(quoted) and not quoted[False],
        )

    def inline(self, value: Any, like: Node | None = None, *, flow: bool = False) -> str:
        """Return a value on one line; ``flow``: between braces."""
        if self.as_json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, Mapping):
            inner = (
                f"{_key(key, like, flow=True)}: {self.inline(part, _under(like, key), flow=True)}"
                for key, part in value.items()
            )
            return self._braced("{}", inner, like)
        if isinstance(value, list):
            items = (self.inline(part, _first(like), flow=True) for part in value)
            return self._braced("[]", items, like)
        return _scalar(value, like, flow=flow)

    def _braced(self, pair: str, parts: Any, like: Node | None) -> str:
        inner = ", ".join(parts)
        found = _BRACE.match(self.text, like.start) if like and like.flow else None
        pad = found[1] if found and inner else ""
        return f"{pair[0]}{pad}{inner}{pad}{pair[1]}"

    def after(self, value: Any, column: int, like: Node | None = None, key: str = "") -> str:
        """Return what follows a key that stands in a column, from its colon on, in lines."""
        if self._stands_in_lines(value, like, key):
            inner = column + (0 if self.flush and isinstance(value, list) else self.step)
            return f"\n{' ' * inner}{self.block(value, inner, like)}"
        if isinstance(value, str) and _is_in_lines(value, like) and not self.as_json:
            return self._text(value, column)
        return f" {self.inline(value, like)}"

    def _stands_in_lines(self, value: Any, like: Node | None, key: str) -> bool:
        if not isinstance(value, Mapping | list) or not value or self.as_json:
            return False
        if like is not None and like.sort in ("mapping", "list"):
            return not like.flow or (like.sort == "list" and not like.items)
        return not key.endswith(_FLOW_KEYS)

    def block(self, value: Any, column: int, like: Node | None = None) -> str:
        """Return a mapping or list in lines, all but the first of them indented to the column."""
        between = f"\n{' ' * column}"
        if isinstance(value, Mapping):
            return between.join(
                f"{_key(key, like)}:{self.after(part, column, _under(like, key), key)}"
                for key, part in value.items()
            )
        return between.join(self.item(part, column, like) for part in value)

    def item(self, value: Any, column: int, like: Node | None) -> str:
        """Return an item with its dash, which stands in a column; ``like``: the list."""
        sibling = _first(like)
        gap = 1
        if like and sibling and sibling.is_block and sibling.column > column:
            gap = sibling.column - column - 1
        if self._stands_in_lines(value, sibling, ""):
            return f"-{' ' * gap}{self.block(value, column + 1 + gap, sibling)}"
        if isinstance(value, str) and _is_in_lines(value, sibling):
            return f"-{self._text(value, column)}"
        return f"-{' ' * gap}{self.inline(value, sibling)}"

    def _text(self, value: str, column: int) -> str:
        indent = " " * (column + self.step)
        lines = value.removesuffix("\n").split("\n")
        header = "|" if value.endswith("\n") else "|-"
        return f" {header}\n" + "\n".join(f"{indent}{line}" if line else "" for line in lines)


def _is_in_lines(value: str, like: Node | None) -> bool:
    return is_block(value) and (like is None or like.style not in ("'", '"'))


def _key(key: str, like: Node | None, *, flow: bool = False) -> str:
    beside = next((name for name, _ in like.pairs), None) if like else None
    return _scalar(key, beside, flow=flow)


def _scalar(value: Any, like: Node | None, *, flow: bool) -> str:
    style = like.style if like is not None and like.sort == "scalar" else ""
    if style not in ("'", '"') or value is None:
        return "null" if value is None else scalar(value, flow=flow)
    text = value if isinstance(value, str) else scalar(value)
    if style == "'" and is_printable(text):
        return "'" + text.replace("'", "''") + "'"
    return escaped(text)


def _under(like: Node | None, key: str) -> Node | None:
    return like.named(key) if like else None


def _first(like: Node | None) -> Node | None:
    """Return the item that tells how others are written."""
    return like.items[0] if like and like.items else None
