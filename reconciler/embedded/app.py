"""The ASGI application of an organization: front door, routes, journal, and failing handlers."""

import logging
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from reconciler.embedded import services
from reconciler.embedded.bodies import guarded
from reconciler.embedded.families import ANSWERING
from reconciler.embedded.front_door import refusal
from reconciler.embedded.gateway import operations
from reconciler.embedded.journal import redacted
from reconciler.embedded.params import WORLD
from reconciler.embedded.replies import Crash, Refused
from reconciler.embedded.routing import Routes
from reconciler.embedded.runs import advance
from reconciler.embedded.store import World

_log = logging.getLogger(__name__)

FAULT = "reconciler.fault"
"""Where the request's scope says which faults change what the client sees."""


class Application:
    """Serves HTTP only; every request that is answered is in the journal."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._routes = Routes(ANSWERING)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            refused = refusal(scope, self._world.settings)
            response = await self.answer(scope, receive) if refused is None else refused
        except ClientDisconnect:
            return
        status = response.status_code
        self._world.journal.record(scope["method"], target(scope), status, scope.get(FAULT, ""))
        await response(scope, receive, send)

    async def answer(self, scope: Scope, receive: Receive) -> Response:
        """What is behind the front door, of which the journal does not know.

        A handler that failed is answered for in the words of its service.
        """
        path = services.routed_path(scope["path"])
        try:
            advance(self._world)
            is_gateway = services.service_of(path) is services.Service.GATEWAY
            method = operations.method_of(scope) if is_gateway else scope["method"]
            handler, params = self._routes.find(method, path)
            inner = {**scope, "path": path, "path_params": params, WORLD: self._world}
            return await handler(Request(inner, guarded(inner, receive)))
        except Refused as error:
            return error.response
        except ClientDisconnect:
            raise
        except Exception as error:  # noqa: BLE001 - whatever a handler does, its client gets an answer
            note(error)
            return services.crashed(path)


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
