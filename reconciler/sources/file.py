"""Values from files beside the manifests."""

from dataclasses import dataclass
from typing import Any, Self

from reconciler.model import SourceContext
from reconciler.sources import confined
from reconciler.sources import settings as shape


@dataclass(frozen=True, slots=True)
class FileSource:
    """The value is a file's content, found beside the manifest that names it."""

    path: str

    @classmethod
    def parse(cls, settings: Any) -> Self:
        return cls(shape.text(settings))

    def read(self, around: SourceContext) -> bytes:
        return confined.content(confined.inside(self.path, around))

    def __str__(self) -> str:
        return f"file {self.path}"
