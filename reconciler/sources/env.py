"""Values from environment variables."""

import os
from dataclasses import dataclass
from typing import Any, Self

from reconciler.model import SourceContext, Unavailable
from reconciler.sources import settings as shape


@dataclass(frozen=True, slots=True)
class EnvSource:
    """The value is the content of an environment variable."""

    name: str

    @property
    def variables(self) -> tuple[str, ...]:
        return (self.name,)

    @classmethod
    def parse(cls, settings: Any) -> Self:
        return cls(shape.text(settings))

    def read(self, around: SourceContext) -> bytes:
        value = around.environ.get(self.name)
        if value is None:
            raise Unavailable("is not set")
        return os.fsencode(value)

    def __str__(self) -> str:
        return f"env {self.name}"
