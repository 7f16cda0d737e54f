"""One file as bytes, and the same with some of its documents changed, or without them."""

import codecs
from bisect import bisect
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType

from reconciler.manifest.json_text import as_yaml
from reconciler.model import Place
from reconciler.model.patch import Patch
from reconciler.splicing.nodes import Document, Node, documents, line_starts
from reconciler.splicing.parts import Refusal, Splice, applied
from reconciler.splicing.remarks import corrections
from reconciler.splicing.rendering import Style
from reconciler.splicing.splices import Splicer


@dataclass(frozen=True)
class File:
    """A file that could be read: its name, and what is in it."""

    name: str
    raw: bytes

    @cached_property
    def text(self) -> str:
        return self.raw.removeprefix(codecs.BOM_UTF8).decode()

    @cached_property
    def documents(self) -> list[Document]:
        return documents(self.text)

    @cached_property
    def style(self) -> Style:
        return Style.of(self.text, self.documents)

    @property
    def is_odd(self) -> bool:
        """Whether it is JSON with characters that YAML reads otherwise: places in it are not so."""
        raw = self.raw.removeprefix(codecs.BOM_UTF8)
        return as_yaml(raw) != raw

    def number_at(self, place: Place) -> int:
        """Return which document a place is in."""
        at = self.offset(place)
        inside = [n for n, document in enumerate(self.documents) if document.start <= at]
        return inside[-1] if inside else 0

    def item_at(self, items: Node, place: Place) -> int | None:
        """Return which item of a list stands at a place."""
        at = self.offset(place)
        return next((n for n, item in enumerate(items.items) if item.mark == at), None)

    def place(self, at: int) -> Place:
        line = bisect(self._lines, at)
        return Place(self.name, line, at - self._lines[line - 1] + 1)

    def offset(self, place: Place) -> int:
        return self._lines[place.line - 1] + place.column - 1 if place.line else 0

    @cached_property
    def _lines(self) -> list[int]:
        return line_starts(self.text)

    def corrections(self, number: int, true: Collection[str]) -> list[Splice]:
        """Return the exchanges of a document by which only what is true is remarked above it."""
        return corrections(self.text, self.documents[number], true)

    def changed(
        self,
        patches: Mapping[int, Patch],
        gone: Iterable[int] = (),
        added: Iterable[str] = (),
        remarks: Mapping[int, Collection[str]] = MappingProxyType({}),
    ) -> tuple[bytes | None, list[Refusal]]:
        """Return the bytes that it is to have, None if no document is left, and what is refused.

        ``patches``: by the number of their document; ``gone``: the documents that go; ``added``:
        new ones, as text; ``remarks``: all that may be remarked above a document.
        """
        splicer = Splicer(self.style)
        splices: list[Splice] = []
        left = set(range(len(self.documents))) - set(gone)
        for number in left & patches.keys():
            root = self.documents[number].root
            if root is not None:
                splices += splicer.splices(root, patches[number], root.start, flow=False)
        for number in left & remarks.keys():
            splices += self.corrections(number, remarks[number])
        splices += [
            Splice(self.documents[n].start, self.documents[n].end, "") for n in sorted(set(gone))
        ]
        more = list(added)
        if not more and all(self.documents[number].is_empty for number in left):
            return None, splicer.refused
        newline = self.style.newline
        text = applied(self.text, (s._replace(text=s.text.replace("\n", newline)) for s in splices))
        if any(s.end == len(self.text) and _ends_in_lines(s.text) for s in splices):
            text += "" if text.endswith(("\n", "\r")) else newline  # which is a part of that
        for document in more:
            text += "" if text.endswith(("\n", "\r")) or not text else newline
            text += f"---\n{document}".replace("\n", newline)
        bom = codecs.BOM_UTF8 if self.raw.startswith(codecs.BOM_UTF8) else b""
        return bom + text.encode(), splicer.refused


def _ends_in_lines(text: str) -> bool:
    """Whether the last value of a text is a text of lines."""
    return " |\n" in text
