"""Where secret values come from: what a source is, what it is given and how it fails."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, Self


class BadSource(ValueError):
    """What a manifest says of a source is wrong; every problem has its path inside the settings."""

    def __init__(self, *problems: tuple[tuple[str, ...], str]) -> None:
        super().__init__("; ".join(text for _, text in problems))
        self.problems = problems


class Unavailable(Exception):
    """The value can't be had. The message goes on where the source's name ends: "is not set".

    It never holds a value.
    """


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a source may use to read a value.

    ``folder``: the directory of the manifest that names it. ``root``: what files must not leave.
    ``withheld``: variables that hold other secrets, and are not for programs that are started.
    ``once``: runs a function once per key and run, and returns or raises the same ever after.
    """

    environ: Mapping[str, str] = field(repr=False)
    folder: str
    root: str
    withheld: frozenset[str]
    once: Callable[[Hashable, Callable[[], Any]], Any]


class Source(Protocol):
    """One place where one value is; hashable, and equal to what names the same place.

    ``str()`` says where, and nothing of the value: it is part of plans and problems.
    """

    @classmethod
    def parse(cls, settings: Any) -> Self:
        """Read what a manifest says, and nothing else; raises BadSource."""
        ...

    def read(self, around: Surroundings) -> bytes:
        """Return the value, in a thread beside others; raises Unavailable."""
        ...
