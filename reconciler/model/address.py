"""What an object is called in plans and reports: kind, project where it has one, name."""

import shlex
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """``Project/api``, ``ProjectSecret/api/db``, ``ArtifactsRetentionPolicy/api``.

    ``project`` is a project *name*, "" for kinds of the whole organization. ``name`` is "" for
    kinds of which a project has exactly one.
    """

    kind: str
    project: str
    name: str

    def __str__(self) -> str:
        """Return one printable line, another for every other object.

        Up to the first slash it is the kind, in a project up to the second the project; all after
        that is the name, which may have slashes of its own.
        """
        project = _shown(self.project).replace("/", r"\x2f")
        return "/".join(filter(None, (self.kind, project, _shown(self.name))))


def typed(addresses: Iterable[Address]) -> str:
    """Return addresses in order, as they are typed in a shell: names may have any character."""
    return shlex.join(map(str, sorted(addresses)))


def _shown(part: str) -> str:
    """Escape what could move a cursor or break a line: some kinds take any name.

    A backslash stands for itself only when it is doubled, so that nothing else reads the same.
    """
    if part.isprintable() and "\\" not in part:
        return part
    return "".join(
        c if c.isprintable() and c != "\\" else c.encode("unicode_escape").decode("ascii")
        for c in part
    )
