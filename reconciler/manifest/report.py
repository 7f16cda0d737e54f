"""Problems of one document, gathered with their places."""

import re
from collections.abc import Mapping
from typing import Any

from reconciler.manifest.places import Path, Places, label_of
from reconciler.model import Place, Problem, Severity

SIMPLE = re.compile(r"[\w-]+")
_BESIDE_VALUES = ("env_vars", "files")
"""Lists in which a label with blanks in it is perhaps a value, whose key was forgotten."""


class Report:
    """Where the problems of one object go.

    For an entry of another object's list ``prefix`` is what its fields are called in words, and
    ``keys`` are those it usually has. ``aside`` takes the mistakes that may be none for a newer
    server; None if it is not going to be asked.
    """

    def __init__(
        self,
        places: Places,
        problems: list[Problem],
        prefix: str = "",
        keys: tuple[str, ...] = (),
        aside: dict[Path, Problem] | None = None,
    ) -> None:
        self.places = places
        self.problems = problems
        self.prefix = prefix
        self.keys = keys
        self.aside = aside
        self.failed = False

    def error(self, path: Path, text: str) -> None:
        self.failed = True
        self.problems.append(Problem(self.places.nearest(path), text))

    def unknown(self, path: Path, text: str) -> None:
        """Report a key that nobody here knows."""
        if self.aside is None:
            self.error(path, text)
        else:
            self.aside[path] = Problem(self.places.nearest(path), text)

    def warning(self, path: Path, text: str) -> None:
        self.problems.append(Problem(self.places.nearest(path), text, Severity.WARNING))

    def place(self, path: Path) -> Place:
        return self.places.nearest(path)

    def spell(self, path: Path, data: Any) -> str:
        """Return the path as its author would say it: ``spec.tasks.nightly.at``."""
        said = within = ""
        for part in path:
            if isinstance(part, int):
                data = data[part] if isinstance(data, list) and part < len(data) else None
                label = label_of(data)
                is_doubtful = within in _BESIDE_VALUES and len(label.split()) > 1
                said += _item("" if is_doubtful else label, part)
            else:
                data = data.get(part) if isinstance(data, Mapping) else None
                said, within = f"{said}.{part}", part
        if self.prefix:  # an entry of another object's list has neither metadata nor spec
            return self.prefix + said.removeprefix(".metadata").removeprefix(".spec")
        return said.removeprefix(".")


def _item(label: str, number: int) -> str:
    if SIMPLE.fullmatch(label):
        return f".{label}"
    return f"[{label}]" if label and label.isprintable() else f".{number}"
