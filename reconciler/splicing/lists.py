"""Items that come, go and change places, beside those that stay."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from reconciler.model.patch import Items, Kept, New, Patch, Put
from reconciler.splicing.nodes import Node, blank_end, line_end, line_start, next_line
from reconciler.splicing.parts import Splice, applied
from reconciler.splicing.rendering import Style

_COMMENTED: Final = "a comment in its brackets is beside what comes or goes: whose, does not show"


class Inner(Protocol):
    """Splices what is in items, and takes down what can't be spliced."""

    def splices(self, node: Node, patch: Patch, head: int, *, flow: bool) -> list[Splice]: ...

    def refuse(self, patch: Patch, at: int, why: str) -> list[Splice]: ...


@dataclass(frozen=True, slots=True)
class Lists:
    """Splices lists; ``inner`` does what is in their items."""

    style: Style
    inner: Inner

    def splices(self, node: Node, patch: Items, head: int, *, flow: bool) -> list[Splice]:
        """Return the exchanges that make a list what the patch says."""
        kept = [item for item in patch.items if isinstance(item, Kept)]
        if not kept or not node.items:
            values = [item.value for item in patch.items if isinstance(item, New)]
            return self.inner.splices(node, Put(values, patch.path), head, flow=flow)
        spans = self._flow_spans(node) if node.flow else self._block_spans(node)
        staying = _longest_run([item.number for item in kept])
        comment = self._comment(node, spans, _touched(patch, staying, len(spans)))
        if comment is not None:
            return self.inner.refuse(patch, comment, _COMMENTED)
        found: list[Splice] = []
        changed: dict[int, list[Splice]] = {}
        for item in kept:
            if item.patch:
                start = spans[item.number].start + (not node.flow)
                inner = node.items[item.number]
                changed[item.number] = self.inner.splices(inner, item.patch, start, flow=node.flow)
        for number in staying:
            found += changed.get(number, [])
        return [
            *found,
            *self._taken(node, spans, staying),
            *self._given(node, patch, spans, staying, changed),
        ]

    def _comment(self, node: Node, spans: list["Span"], touched: Iterable[int]) -> int | None:
        """Return where a comment is in brackets beside what comes and goes: whose, does not show.

        ``touched``: behind which items; -1 before all of them.
        """
        if not node.flow:
            return None
        starts = [node.start + 1, *(span.end for span in spans)]
        ends = [*(span.start for span in spans), node.end]
        found = (self.style.text.find("#", starts[n + 1], ends[n + 1]) for n in sorted(touched))
        return next((at for at in found if at >= 0), None)

    def _taken(self, node: Node, spans: list["Span"], staying: Sequence[int]) -> list[Splice]:
        """Take out what goes, or stands elsewhere then."""
        gone = [number for number in range(len(spans)) if number not in staying]
        if node.flow:
            return [_taken_from_line(spans, number, max(staying)) for number in gone]
        text, first = self.style.text, min(staying)
        if text[line_start(text, spans[0].start) : spans[0].start].strip() and first:
            # the first is behind the dash of the list around it
            head = Splice(spans[0].start, spans[first].start, "")
            gone = [number for number in gone if number > first]
            return [head, *(self._lines(spans, number, max(staying)) for number in gone)]
        return [self._lines(spans, number, max(staying)) for number in gone]

    def _lines(self, spans: list["Span"], number: int, last: int) -> Splice:
        """Take out the lines of an item; where the text's last line has no end, so it stays."""
        text, span = self.style.text, spans[number]
        start = line_start(text, span.start)
        if number > last and line_end(text, spans[-1].end) == len(text):
            before = start - (2 if text[start - 2 : start] == "\r\n" else 1)
            return Splice(before, line_end(text, span.end), "")
        return Splice(start, next_line(text, span.end), "")

    def _given(
        self,
        node: Node,
        patch: Items,
        spans: list["Span"],
        staying: Sequence[int],
        changed: dict[int, list[Splice]],
    ) -> list[Splice]:
        """Put in what comes, each behind the item that it follows."""
        after: int | None = None
        waiting: dict[int | None, list[str]] = {}
        for item in patch.items:
            if isinstance(item, Kept) and item.number in staying:
                after = item.number
                continue
            waiting.setdefault(after, []).append(self._said(node, item, spans, changed))
        return [self._put(node, spans, at, texts, staying) for at, texts in waiting.items()]

    def _said(
        self, node: Node, item: Kept | New, spans: list["Span"], changed: dict[int, list[Splice]]
    ) -> str:
        """Return the text of an item, that of a moved one as it was."""
        if isinstance(item, New):
            if node.flow:
                like = node.items[0] if node.items else None
                return self.style.inline(item.value, like, flow=True)
            return self.style.item(item.value, spans[0].column, node)
        span = spans[item.number]
        end = span.end if node.flow else line_end(self.style.text, span.end)
        moved = applied(self.style.text, changed.get(item.number, []), span.start, end)
        return moved.replace("\r\n", "\n")

    def _put(
        self,
        node: Node,
        spans: list["Span"],
        after: int | None,
        texts: list[str],
        staying: Sequence[int],
    ) -> Splice:
        between = self._separator(node, spans) if node.flow else f"\n{' ' * spans[0].column}"
        if after is not None:
            end = spans[after].end
            at = end if node.flow else line_end(self.style.text, end)
            return Splice(at, at, "".join(f"{between}{text}" for text in texts))
        first = spans[min(staying)].start
        return Splice(first, first, "".join(f"{text}{between}" for text in texts))

    def _separator(self, node: Node, spans: list["Span"]) -> str:
        text = self.style.text
        if len(spans) > 1:
            found = text[spans[0].end : spans[1].start]
        else:
            blank = text[node.start + 1 : spans[0].start]
            found = f",{blank}" if "\n" in blank else ", "
        return ", " if "#" in found else found.replace("\r\n", "\n")

    def _flow_spans(self, node: Node) -> list["Span"]:
        return [Span(item.start, item.end, item.column) for item in node.items]

    def _block_spans(self, node: Node) -> list["Span"]:
        """Return the items with their dashes."""
        text, at = self.style.text, node.start
        found: list[Span] = []
        for item in node.items:
            dash = blank_end(text, at)
            found.append(Span(dash, max(item.end, dash + 1), node.column))
            at = max(item.end, dash + 1)
        return found


def _taken_from_line(spans: list["Span"], number: int, last: int) -> Splice:
    """Take out an item with the comma behind it, or before it if none follows."""
    if number < last:
        return Splice(spans[number].start, spans[number + 1].start, "")
    return Splice(spans[number - 1].end, spans[number].end, "")


@dataclass(frozen=True, slots=True)
class Span:
    """Where an item stands, with its dash if it has one, and that in which column."""

    start: int
    end: int
    column: int


def _touched(patch: Items, staying: Sequence[int], number: int) -> set[int]:
    """Return behind which of the items something comes or goes; -1 before all of them."""
    gone = [each for each in range(number) if each not in staying]
    found = {*gone, *(each - 1 for each in gone if each > max(staying))}
    after = min(staying) - 1
    for item in patch.items:
        if isinstance(item, Kept) and item.number in staying:
            after = item.number
        else:
            found.add(after)
    return found


def _longest_run(numbers: Sequence[int]) -> list[int]:
    """Return the most of the numbers that are in rising order as they stand."""
    best: list[list[int]] = []
    for number in numbers:
        before = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*before, number])
    return max(best, key=len)
