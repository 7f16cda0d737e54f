"""What an object is called in plans and reports: kind, project where it has one, name."""

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
        return "/".join(map(_shown, filter(None, (self.kind, self.project, self.name))))


def _shown(part: str) -> str:
    """Escape what could move a cursor or break a line: some kinds take any name."""
    if part.isprintable():
        return part
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in part
    )
