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

    It never holds a value. ``about`` takes the place of that name where more is missing than this
    value, such as all of a file: what has the same words is told once.
    """

    def __init__(self, why: str, *, about: str = "") -> None:
        super().__init__(why)
        self.about = about


@dataclass(frozen=True, slots=True)
class SourceContext:
    """What a source may use to read a value.

    ``environ``: the variables, without those with which the program itself logs in. ``folder``: the
    directory of the manifest that names it. ``root``: what files must not leave. ``withheld``:
    variables that hold other secrets, and are not for programs that are started. ``once``: runs a
    function once per key and run, and returns or raises the same ever after.
    """

    environ: Mapping[str, str] = field(repr=False)
    folder: str
    root: str
    withheld: frozenset[str]
    once: Callable[[Hashable, Callable[[], Any]], Any]


class Source(Protocol):
    """One place where one value is; hashable, and equal to what names the same place.

    ``str()`` says where, and nothing of the value: it is part of plans and problems. If the value
    is what an environment variable holds, an attribute ``variables`` names it, in a tuple.
    """

    @classmethod
    def parse(cls, settings: Any) -> Self:
        """Read what a manifest says, and nothing else; raises BadSource."""
        ...

    def read(self, around: SourceContext) -> bytes:
        """Return the value, in a thread beside others; raises Unavailable."""
        ...


def variables_of(source: Source) -> tuple[str, ...]:
    """Return the environment variables that a source says it takes its value from."""
    return tuple(getattr(source, "variables", ()))
