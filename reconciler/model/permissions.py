"""What the owner of a token has to be allowed, and what for."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Final, NamedTuple

_SCOPES: Final = {"organization": "org", "project": "project"}
"""What the API calls the scopes that permissions begin with (F B3)."""


class Use(StrEnum):
    """What a token is for; each needs what a plan does."""

    PLAN = "plan"
    APPLY = "apply"
    DRIFT = "drift"


class Need(NamedTuple):
    """A permission, the least use that needs it, and what for."""

    use: Use
    permission: str
    why: tuple[str, ...]


class Role(NamedTuple):
    """A role as the API takes one, with all that a use needs in the organization or a project."""

    use: Use
    name: str
    scope: str
    permissions: tuple[str, ...]


class Needs(NamedTuple):
    """``projects``: those in which the permissions of projects are needed, by name."""

    permissions: tuple[Need, ...]
    projects: tuple[str, ...]

    def roles(self) -> Iterator[Role]:
        """Yield a role of the organization for each use, and one of projects where it needs one.

        Each has the permission to view, which the server gives to every role (F A4).
        """
        for use in Use:
            held = [each.permission for each in self.permissions if each.use in (Use.PLAN, use)]
            for area, word in _SCOPES.items():
                inside = {one for one in held if one.startswith(f"{area}.")}
                if inside or area == "organization":
                    found = sorted(inside | {f"{area}.view"})
                    yield Role(use, f"reconciler-{use}", word, tuple(found))
