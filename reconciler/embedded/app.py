"""The ASGI application: journal, front door, routes and what happens when a handler fails."""

import logging
from collections.abc import Iterable
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.embedded import services
from reconciler.embedded.bodies import guarded
from reconciler.embedded.families import FAMILIES
from reconciler.embedded.front_door import refusal
from reconciler.embedded.journal import redacted
from reconciler.embedded.replies import Crash, Refused
from reconciler.embedded.store import World

_log = logging.getLogger(__name__)

FAULT = "reconciler.fault"
"""Where the request's scope says which faults change what the client sees."""


def build(world: World) -> ASGIApp:
    routes = [route for family in FAMILIES for route in family.routes]
    application = Starlette(
        middleware=[Middleware(_Failures)],
        exception_handlers={404: _unknown_route, 405: _unknown_route, Refused: _refused},
    )
    application.router = _Router(routes)
    application.state.world = world
    return _Entrance(application, world)


class _Router(Router):
    """Looks for a route among those with the same beginning, and not among all of them."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        super().__init__()
        groups: dict[str, list[BaseRoute]] = {}
        others: list[BaseRoute] = []
        for route in map(_as_served, routes):
            name = _collection(route.path) if isinstance(route, Route) else "{"
            (others if "{" in name else groups.setdefault(name, [])).append(route)
        self._groups = {
            name: Router([*found, *others], redirect_slashes=False)
            for name, found in groups.items()
        }
        self._others = Router(others, redirect_slashes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        group = self._groups.get(_collection(scope["path"]), self._others)
        await group(scope, receive, send)


def _as_served(route: BaseRoute) -> BaseRoute:
    """Starlette adds HEAD to GET; the Plug services know only what is declared (A 1, D 3)."""
    if isinstance(route, Route) and services.is_plug(route.path):
        route.methods = (route.methods or set()) - {"HEAD"}
    return route


def _collection(path: str) -> str:
    """`/api/v1alpha/projects`, whatever follows."""
    return "/".join(path.split("/", 4)[:4])


async def _unknown_route(request: Request, error: Exception) -> Response:
    wrong_method = isinstance(error, HTTPException) and error.status_code == 405  # noqa: PLR2004 - the status itself
    return services.unknown_route(request.url.path, wrong_method=wrong_method)


async def _refused(_request: Request, error: Exception) -> Response:
    if not isinstance(error, Refused):
        raise error
    return error.response


class _Entrance:
    """Writes every request down and lets those in that may."""

    def __init__(self, application: ASGIApp, world: World) -> None:
        self._application = application
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return

        async def journaled(event: Message) -> None:
            if event["type"] == "http.response.start":
                self._world.journal.record(
                    scope["method"], target(scope), event["status"], scope.get(FAULT, "")
                )
            await send(event)

        path: str = scope["path"]
        refused = refusal(Headers(scope=scope), path, self._world.settings)
        answer: ASGIApp = refused or self._application
        routed = services.routed_path(path)
        inner = scope if routed == path else {**scope, "path": routed}
        await answer(inner, guarded(scope, receive), journaled)


class _Failures:
    """Answers for a handler that failed in the words of its service."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noticed(event: Message) -> None:
            nonlocal started
            started = True
            await send(event)

        try:
            await self._application(scope, receive, noticed)
        except ClientDisconnect:
            return
        except Exception as error:
            if started or scope["type"] != "http":
                raise
            note(error)
            await services.crashed(scope["path"])(scope, receive, send)


def note(error: Exception) -> None:
    """Say where it failed but not with which values: they may be secret."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    level = logging.DEBUG if isinstance(error, Crash) else logging.ERROR
    where = "?" if place is None else f"{place.tb_frame.f_code.co_qualname}:{place.tb_lineno}"
    _log.log(level, "%s in %s", type(error).__name__, where)


def raw_target(scope: Scope) -> str:
    """Path and query as they came."""
    raw: bytes | None = scope.get("raw_path")
    path = quote(scope["path"]) if raw is None else raw.partition(b"?")[0].decode("latin-1")
    query: str = scope["query_string"].decode("latin-1")
    return f"{path}?{query}" if query else path


def target(scope: Scope) -> str:
    """Path and query as they are written down."""
    path, mark, query = raw_target(scope).partition("?")
    return f"{path}?{redacted(query)}" if mark else path
