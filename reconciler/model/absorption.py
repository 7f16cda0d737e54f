"""What is written back into manifests, so that they say what is there, and what is not."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from reconciler.model.address import Address
from reconciler.model.place import Place


class How(StrEnum):
    """What becomes of the words that declare an object."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Taken:
    """An object that a file says as it is afterwards; ``fields``: what differed before."""

    address: Address
    how: How
    file: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class NotTaken:
    """Something that stays as it is said, and why; ``path``: "" for all of an object."""

    address: Address
    path: str
    place: Place
    why: str


@dataclass(frozen=True, slots=True)
class Rewrite:
    """The content of a file as it was read, and as it is to be: None if there is no such file.

    ``root``: the directory that it must not be outside of.
    """

    file: str
    root: str
    before: bytes | None
    after: bytes | None


@dataclass(frozen=True, slots=True)
class Absorption:
    """All of that."""

    rewrites: tuple[Rewrite, ...] = ()
    taken: tuple[Taken, ...] = ()
    left: tuple[NotTaken, ...] = ()

    def by(self, how: How) -> Iterator[Taken]:
        return (each for each in self.taken if each.how is how)
