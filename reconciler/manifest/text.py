"""The text of a file, kept to be read again where the place of something in it is asked for."""

from functools import cached_property, partial
from typing import Any

from reconciler.manifest.places import FieldPlaces, Mark
from reconciler.manifest.strict_yaml import Document, Reading, read


class Text:
    """What a file says.

    A document as data, and where all of that stands, take ten times the memory of its text, and
    of most that is declared nobody asks for a place.
    """

    def __init__(self, file: str, raw: bytes) -> None:
        self.file = file
        self.raw = raw

    def read(self) -> Reading:
        return read(self.file, self.raw)

    def places(self, document: Document) -> FieldPlaces:
        """Return the places of a document of this text, without what the document holds."""
        return FieldPlaces(self.file, partial(self._marked, document.number))

    def _marked(self, number: int) -> tuple[Any, Mark]:
        document = self._documents[number]
        return document.data, document.places.mark

    @cached_property
    def _documents(self) -> tuple[Document, ...]:
        return self.read().documents
