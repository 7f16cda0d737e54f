"""Projects that this run created, which for a while can be closed to their creator (A 0).

The creator becomes the project's admin a moment later, and some servers remember for five minutes
that somebody was refused. So a refusal in there says nothing until that time is over.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from reconciler.errors import ApiError, NotFound, PermissionDenied
from reconciler.kinds import KINDS
from reconciler.model import Address
from reconciler.remote.waiting import Patience

T = TypeVar("T")


class NewProjects:
    """The projects, and how long ago each was created."""

    def __init__(self, patience: Patience) -> None:
        self._patience = patience
        self._since: dict[str, float] = {}

    def add(self, name: str) -> None:
        self._since.setdefault(name, self._patience.clock())

    async def admitted(self, address: Address, call: Callable[[], Awaitable[T]]) -> T:
        """Call; for a new project and what is in it, until a refusal would be meant."""
        project = address.name if address.kind == "Project" else address.project
        if project not in self._since:
            return await call()
        age = self._patience.clock() - self._since[project]
        return await self._patience.past(
            _may_be_early, call, KINDS[address.kind].api.admits_after - age
        )


def _may_be_early(error: ApiError) -> bool:
    """Schedules say "not found" where others say "not allowed" (A 14)."""
    return isinstance(error, PermissionDenied | NotFound)
