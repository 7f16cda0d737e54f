"""The formats there are: what each is called, what it has words for, and who writes it.

What writes one is loaded when it is used: a command line needs their names alone.
"""

import importlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from reconciler.model.subject import Subject
from reconciler.render.palette import WIDTH, Palette, plain


class Told(Protocol):
    """What there is to tell: a report, a validation, a drawing, or an answer."""

    @property
    def subject(self) -> Subject: ...


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says that has a form of its own, for people and for programs."""

    text: Callable[[Palette], str]
    document: Callable[[], dict[str, Any]]
    subject: Subject = Subject.ANSWER


@dataclass(frozen=True, slots=True)
class Look:
    """What there is to write on; ``most_bytes``: how much, None for what a format takes itself."""

    palette: Palette = plain
    width: int = WIDTH
    most_bytes: int | None = None


ON_PAPER: Final = Look()


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write down what a run has to tell.

    ``writer``: a function of this package, by its module. ``spoken``: it is told piece by piece
    while the run goes on, to people who can be asked in between.
    """

    writer: str
    tells_of: Collection[Subject]
    spoken: bool = False

    def written(self, told: Told, look: Look = ON_PAPER) -> str:
        module, _, function = self.writer.rpartition(".")
        write = getattr(importlib.import_module(f"reconciler.render.{module}"), function)
        text: str = write(told, look)
        return text


_RUNS: Final = frozenset({Subject.PLAN, Subject.DRIFT, Subject.APPLY})
_ALL: Final = frozenset({*_RUNS, Subject.VALIDATION, Subject.ANSWER})
_COMMENTED: Final = frozenset({*_RUNS, Subject.VALIDATION})
_DRAWN: Final = frozenset({Subject.GRAPH})

DEFAULT: Final = "text"
FORMATS: Final[Mapping[str, Format]] = {
    DEFAULT: Format("as_text.written", _ALL, spoken=True),
    "json": Format("as_json.written", _ALL),
    "markdown": Format("markdown.document.markdown", _COMMENTED),
    "bitbucket": Format("markdown.document.bitbucket", _COMMENTED),
    "html": Format("page.document.written", _COMMENTED),
    "junit": Format("junit.written", _COMMENTED),
    "sarif": Format("sarif.written", frozenset({Subject.VALIDATION})),
    "mermaid": Format("graph.mermaid", _DRAWN),
    "dot": Format("graph.dot", _DRAWN),
    "svg": Format("graph_svg.svg", _DRAWN),
}


def names(subject: Subject) -> list[str]:
    """Return what can tell of a subject; what is taken unless another is asked for comes first."""
    return [name for name, found in FORMATS.items() if subject in found.tells_of]
