"""Patches of nodes as exchanges of characters, nothing but what changes among them."""

import re
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model.patch import Patch, Put, Within
from reconciler.splicing.lists import Lists
from reconciler.splicing.nodes import Node, blank_end, line_end
from reconciler.splicing.parts import Refusal, Splice
from reconciler.splicing.rendering import Style

_SHARED: Final = "an anchor that others share: {} is meant for all of them"
_MERGED: Final = "it is merged in from an anchor that others share"
_HEADER_COMMENT: Final = re.compile(r"[ \t]+#.*\Z")
_ODD_KEY: Final = "its key is written with `?`"


@dataclass(slots=True)
class Splicer:
    """Finds what to exchange in one document; ``refused``: what can't be, and where."""

    style: Style
    refused: list[Refusal] = field(default_factory=list)

    def splices(self, node: Node, patch: Patch, head: int, *, flow: bool) -> list[Splice]:
        """Return the exchanges for a node.

        ``head``: where the colon or dash ends that it follows; ``flow``: it is between braces.
        """
        if node.sort == "alias" or node.shared:
            what = f"&{node.anchor}" if node.anchor else "it"
            return self.refuse(patch, node.start, _SHARED.format(what))
        if isinstance(patch, Put):
            return self._put(node, patch.value, head, flow=flow)
        if isinstance(patch, Within):
            return self._within(node, patch) if node.sort == "mapping" else self._odd(node, patch)
        if node.sort != "list":
            return self._odd(node, patch)
        return Lists(self.style, self).splices(node, patch, head, flow=flow)

    def _odd(self, node: Node, patch: Patch) -> list[Splice]:
        return self.refuse(patch, node.start, "it is written in another form")

    def refuse(self, patch: Patch, at: int, why: str) -> list[Splice]:
        """Take down what is not changed, at a position in the text, and why."""
        self.refused.append(Refusal(patch.path, at, why))
        return []

    def _within(self, node: Node, patch: Within) -> list[Splice]:
        found: list[Splice] = []
        for name, inner in patch.parts.items():
            pair = next(((k, v) for k, v in node.pairs if k.value == name), None)
            merge = next((key for key, _ in node.pairs if key.value == "<<"), node)
            if pair is None:
                found += self.refuse(inner, merge.start, _MERGED)
                continue
            head = _colon(self.style.text, pair[0])
            if head is None:
                found += self.refuse(inner, pair[0].start, _ODD_KEY)
            else:
                found += self.splices(pair[1], inner, head, flow=node.flow)
        together: dict[int, str] = {}
        for name, value in patch.added.items():
            for at, _, text in self._added(node, name, value, patch):
                together[at] = together.get(at, "") + text
        return found + [Splice(at, at, text) for at, text in together.items()]

    def _added(self, node: Node, name: str, value: Any, patch: Within) -> list[Splice]:
        """Insert a key behind the one that is best before it, or as the first."""
        before = patch.order[: patch.order.index(name)] if name in patch.order else ()
        known = [pair for pair in node.pairs if pair[0].value in before]
        if not node.pairs:
            return self.refuse(patch, node.start, "it is written in another form")
        if node.flow:
            text = f"{self.style.inline(name, node.pairs[0][0])}: "
            text += self.style.inline(value, flow=True)
            if known:
                return [Splice(known[-1][1].end, known[-1][1].end, f", {text}")]
            return [Splice(node.pairs[0][0].start, node.pairs[0][0].start, f"{text}, ")]
        column = node.column
        text = f"{self.style.inline(name)}:{self.style.after(value, column, key=name)}"
        if known:
            at = line_end(self.style.text, known[-1][1].end)
            return [Splice(at, at, f"\n{' ' * column}{text}")]
        return [Splice(node.start, node.start, f"{text}\n{' ' * column}")]

    def _put(self, node: Node, value: Any, head: int, *, flow: bool) -> list[Splice]:
        text, style = self.style.text, self.style
        like = node if _is_same_sort(node, value) else None
        inline = style.inline(value, like, flow=flow)
        after = "" if flow else style.after(value, _column_of_line(text, head), like)
        if node.is_block:
            return self._put_for_block(node, value, inline, head)
        rest, comment = line_end(text, node.end), _comment_of_header(text, node)
        if after.startswith("\n"):  # a comment stays beside the key
            return [Splice(head, node.end, comment), Splice(rest, rest, after)]
        if "\n" in after and not text[node.end : rest].strip():  # it would be a part of the text
            header, _, lines = after.partition("\n")
            return [Splice(head, node.end, f"{header}{comment}\n{lines}")]
        gap = " " if node.start == node.end and not text[node.start - 1].isspace() else ""
        return [Splice(node.start, node.end, f"{gap}{inline}{comment}")]

    def _put_for_block(self, node: Node, value: Any, inline: str, head: int) -> list[Splice]:
        text, style = self.style.text, self.style
        if isinstance(value, dict | list) and value:
            block = style.block(value, node.column, node if _is_same_sort(node, value) else None)
            return [Splice(node.start, node.end, block)]
        if line_end(text, head) >= node.start:  # behind a dash
            return [Splice(node.start, node.end, inline)]
        return [
            Splice(head, head, f" {inline}"),
            Splice(line_end(text, head), node.end, ""),
        ]


def _comment_of_header(text: str, node: Node) -> str:
    """Return the comment behind the sign with which a text in lines begins, with its blanks."""
    if node.style not in ("|", ">"):
        return ""
    found = _HEADER_COMMENT.search(text[node.start : line_end(text, node.start)])
    return found[0] if found else ""


def _is_same_sort(node: Node, value: Any) -> bool:
    sort = "mapping" if isinstance(value, dict) else "list" if isinstance(value, list) else "scalar"
    return node.sort == sort


def _colon(text: str, key: Node) -> int | None:
    """Return where the colon behind a key ends; None where it is not right behind it."""
    at = blank_end(text, key.end)
    return at + 1 if text[at : at + 1] == ":" else None


def _column_of_line(text: str, head: int) -> int:
    """Return the column of the key, or dash, that ends at ``head``."""
    start = max(text.rfind("\n", 0, head), text.rfind("\r", 0, head)) + 1
    found = re.match(r"[ ]*(?:-[ ]+)*", text[start:head])
    return found.end() if found else 0
