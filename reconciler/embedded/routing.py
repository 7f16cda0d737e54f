"""Which handler answers a method and a path."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import services
from reconciler.embedded.replies import Refused

Handler = Callable[[Request], Awaitable[Response]]


class Routes:
    """Starlette's routes, without its router: the first that matches answers."""

    def __init__(self, routes: Iterable[Route]) -> None:
        """A path is looked for among the routes with the same beginning, not among all."""
        groups: dict[str, list[Route]] = {}
        self._others: list[Route] = []
        for route in map(_as_served, routes):
            name = _collection(route.path)
            (self._others if "{" in name else groups.setdefault(name, [])).append(route)
        self._groups = {name: [*found, *self._others] for name, found in groups.items()}

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, Any]]:
        """The handler, and the parameters that the path holds.

        Raises Refused, with the answer of the service that would have had to know the path.
        """
        wrong_method = False
        for route in self._groups.get(_collection(path), self._others):
            match = route.path_regex.match(path)
            if match is None:
                continue
            if method in (route.methods or ()):
                return route.endpoint, match.groupdict()
            wrong_method = True
        raise Refused(services.unknown_route(path, wrong_method=wrong_method))


def _as_served(route: Route) -> Route:
    """Starlette adds HEAD to GET; the Plug services know only what is declared (A 1, D 3)."""
    if services.is_plug(route.path):
        route.methods = (route.methods or set()) - {"HEAD"}
    return route


def _collection(path: str) -> str:
    """`/api/v1alpha/projects`, whatever follows."""
    return "/".join(path.split("/", 4)[:4])
