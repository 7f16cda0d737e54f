"""Which handler answers a method and a path."""

import importlib
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import services
from reconciler.embedded.replies import Refused

Handler = Callable[[Request], Awaitable[Response]]


class Routes:
    """Starlette's routes, without its router: the first that matches answers."""

    def __init__(self, answering: Mapping[str, Iterable[str]]) -> None:
        """Take for each beginning of a path the families whose routes answer such paths."""
        self._answering = answering
        self._loaded: dict[str, list[Route]] = {}

    def find(self, method: str, path: str) -> tuple[Handler, dict[str, Any]]:
        """The handler, and the parameters that the path holds.

        Raises Refused, with the answer of the service that would have had to know the path.
        """
        wrong_method = False
        for route in self._below(beginning(path)):
            match = route.path_regex.match(path)
            if match is None:
                continue
            if method in (route.methods or ()):
                return route.endpoint, match.groupdict()
            wrong_method = True
        raise Refused(services.unknown_route(path, wrong_method=wrong_method))

    def _below(self, begun: str) -> list[Route]:
        if begun not in self._loaded and begun in self._answering:
            modules = (
                importlib.import_module(f"{__package__}.{family}.routes")
                for family in self._answering[begun]
            )
            routes = (route for module in modules for route in module.ROUTES)
            self._loaded[begun] = [_as_served(r) for r in routes if beginning(r.path) == begun]
        return self._loaded.get(begun, [])


def _as_served(route: Route) -> Route:
    """Starlette adds HEAD to GET; the Plug services know only what is declared (A 1, D 3)."""
    if services.is_plug(route.path):
        route.methods = (route.methods or set()) - {"HEAD"}
    return route


def beginning(path: str) -> str:
    """`/api/v1alpha/projects`, whatever follows; of what is not below `/api`, the first part."""
    parts = path.split("/", 4)
    return "/".join(parts[: 4 if parts[1:2] == ["api"] else 2])
