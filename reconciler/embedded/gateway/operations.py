"""Declared operations of the services behind the gateway, turned into routes (B 1.1)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from reconciler.embedded import services
from reconciler.embedded.gateway import protojson, query
from reconciler.embedded.gateway.errors import invalid_argument
from reconciler.embedded.gateway.shapes import Message, Shape, shape
from reconciler.embedded.params import world_of
from reconciler.embedded.replies import Refused, dump, grpc_status
from reconciler.embedded.store import World

EMPTY = shape()
_MAX_ANSWER = 15 * 1024 * 1024
_FORM = "application/x-www-form-urlencoded"
_FROM_BACKEND = {"Grpc-Metadata-Content-Type": "application/grpc+proto"}


class _Segment(StringConvertor):
    """One segment of a path, which may be empty: a trailing slash asks for the item ''."""

    regex = "[^/]*"


class _Plain(StringConvertor):
    """What the ingress lets through as a project: no dots (B 1.1)."""

    regex = "[a-zA-Z0-9_-]+"


register_url_convertor("segment", _Segment())
register_url_convertor("plain", _Plain())


@dataclass(frozen=True)
class Call:
    world: World
    path: Mapping[str, str]
    message: Message = field(repr=False)
    """The body or, where there is none, the query."""


Handler = Callable[[Call], Message]


@dataclass(frozen=True, kw_only=True)
class Operation:
    method: str
    path: str
    handle: Handler
    answer: Shape
    body: Shape | None = None
    query: Shape = EMPTY


def crud(
    collection: str, *, resource: Shape, page: Shape, query: Shape, handlers: "Handlers"
) -> list[Operation]:
    """The five operations of a kind; a body is always the resource itself, never wrapped."""
    item = collection + "/{id_or_name:segment}"
    return [
        Operation(method="GET", path=collection, handle=handlers.list, answer=page, query=query),
        Operation(
            method="POST",
            path=collection,
            handle=handlers.create,
            answer=resource,
            body=resource,
        ),
        Operation(method="GET", path=item, handle=handlers.get, answer=resource),
        Operation(
            method="PATCH", path=item, handle=handlers.update, answer=resource, body=resource
        ),
        Operation(method="DELETE", path=item, handle=handlers.delete, answer=EMPTY),
    ]


@dataclass(frozen=True, kw_only=True)
class Handlers:
    list: Handler
    create: Handler
    get: Handler
    update: Handler
    delete: Handler


def method_of(scope: Scope) -> str:
    """A form that is posted may say that it means another method."""
    headers = Headers(scope=scope)
    method: str = scope["method"]
    if method != "POST" or headers.get("content-type") != _FORM:
        return method
    return headers.get("x-http-method-override", "").upper() or method


def routes(operations: Iterable[Operation]) -> list[Route]:
    """A form posted to where nothing else can be posted is served as GET (D 4)."""
    declared = list(operations)
    posted = {operation.path for operation in declared if operation.method == "POST"}
    readable = [o for o in declared if o.method == "GET" and o.path not in posted]
    return [
        *(_route(operation, operation.method) for operation in declared),
        *(_route(operation, "POST") for operation in readable),
    ]


def _route(operation: Operation, method: str) -> Route:
    async def endpoint(request: Request) -> Response:
        if method != operation.method and request.headers.get("content-type") != _FORM:
            raise Refused(services.unknown_route(request.url.path, wrong_method=True))
        return _answer(operation, await _call(operation, request))

    route = Route(operation.path, endpoint, methods=[method])
    # Starlette adds HEAD to GET; the gateway does not know it.
    route.methods = {method}
    return route


async def _call(operation: Operation, request: Request) -> Call:
    try:
        message = (
            query.read(request.url.query, operation.query)
            if operation.body is None
            else protojson.read(await request.body(), operation.body)
        )
    except (query.UnreadableQuery, protojson.UnreadableMessage) as error:
        raise invalid_argument(str(error)) from None
    return Call(world_of(request), request.path_params, message)


def _answer(operation: Operation, call: Call) -> Response:
    """Every success is a 200, creation and deletion too (B 1.1)."""
    content = dump(protojson.write(operation.handle(call), operation.answer))
    if len(content) > _MAX_ANSWER:
        size = f"({len(content)} vs. {_MAX_ANSWER})"
        return grpc_status(429, 8, f"grpc: received message larger than max {size}")
    return Response(content, 200, _FROM_BACKEND, media_type="application/json")
