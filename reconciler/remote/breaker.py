"""Which of the services behind one host seem down, so that they are left alone for a while.

Behind the host of an organization stands a service for each family of paths (D 1). One that fails
says nothing of the others; that there is no connection at all says something of the host.
"""

from collections.abc import Callable
from typing import Final

from reconciler.errors import ApiError, NoAnswer, NotSent, ServerFault

MAX_FAULTS: Final = 5
"""Calls in a row without a useful answer, after which a service counts as down."""
REST: Final = 10.0
"""Seconds for which it is left alone; then one call may find out whether it is back."""


class CircuitOpen(ServerFault):
    """Not sent, since what would have to answer seems down: nothing happened."""

    outcome_unknown = False


class Breaker:
    """Counts what services and hosts fail to answer; ``clock`` is in seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._faults: dict[str, int] = {}
        self._until: dict[str, float] = {}

    def why(self, path: str) -> str:
        """Say why nothing is sent to what answers a path, "" if something may be."""
        now = self._clock()
        for place in _places(path):
            if self._is_down(place) and now < self._until[place]:
                name = place if place.startswith("/") else f"the server{place and ' '}{place}"
                return f"{name} seems down: {MAX_FAULTS} calls in a row got no useful answer"
        return ""

    def enter(self, path: str) -> None:
        """Go through to a service; while it seems down, the next may only after another rest."""
        for place in _places(path):
            if self._is_down(place):
                self._until[place] = self._clock() + REST

    def note(self, path: str, error: ApiError | None) -> None:
        """Learn how a call ended that was sent, with an answer or with an error."""
        host, service = _places(path)
        match error:
            case NotSent():
                self._count(host)
            case ServerFault() | NoAnswer():
                self._count(service)
                if isinstance(error, ServerFault):
                    self._faults.pop(host, None)
            case _:
                self._faults.pop(host, None)
                self._faults.pop(service, None)

    def _count(self, place: str) -> None:
        self._faults[place] = self._faults.get(place, 0) + 1
        self._until[place] = self._clock() + REST

    def _is_down(self, place: str) -> bool:
        return self._faults.get(place, 0) >= MAX_FAULTS


def _places(path: str) -> tuple[str, str]:
    """Return host and service that answer a path, "" for the organization's own host.

    A service is named by how its paths begin, up to what names an object: /api/v1alpha/dashboards,
    but /api/v1/projects/…/secrets. A signed address has its own host, which is one service.
    """
    parts = path.split("/")
    if not path.startswith("/"):
        host = "/".join(parts[:3])
        return host, host
    if parts[1] != "api":
        return "", f"/{parts[1]}"
    service = "/".join(parts[:4])
    if parts[3:4] == ["projects"] and len(parts) > 5:  # noqa: PLR2004 — /api/v1/projects/x/y
        service += f"/…/{parts[5]}"
    return "", service
