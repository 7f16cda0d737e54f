"""Signed addresses for jobs, which show a token of their own (D 16.1)."""

import re
from collections.abc import Sequence
from enum import IntEnum

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import signing
from reconciler.embedded.artifacts import storage, tokens
from reconciler.embedded.artifacts.objects import signed
from reconciler.embedded.gateway import errors, protojson
from reconciler.embedded.gateway.shapes import STRING, Repeated, shape
from reconciler.embedded.params import world_of
from reconciler.embedded.replies import Refused, dump, grpc_status

_FROM_BACKEND = {"Grpc-Metadata-Content-Type": "application/grpc+proto"}
# It is searched for, so that more may stand before it.
_OWNER = re.compile(r"artifacts/(projects|workflows|jobs)/([a-z0-9-]{36})/*")
_NO_TOKEN = "public grpc auth header empty"  # noqa: S105 - says that there is none


class Type(IntEnum):
    PUSH = 0
    PUSHFORCE = 1
    PULL = 2
    YANK = 3


class Method(IntEnum):
    GET = 0
    HEAD = 1
    PUT = 2
    POST = 3
    DELETE = 4


_REQUEST = shape(paths=Repeated(STRING), type=Type)
_ANSWER = shape(URLs=Repeated(shape(URL=STRING, method=Method)))
# PUSH asks first whether there is something already.
_METHODS = {
    Type.PUSH: (Method.HEAD, Method.PUT),
    Type.PUSHFORCE: (Method.PUT,),
    Type.PULL: (Method.GET,),
    Type.YANK: (Method.DELETE,),
}


async def sign(request: Request) -> Response:
    try:
        message = protojson.read(await request.body(), _REQUEST)
    except protojson.UnreadableMessage as error:
        raise errors.invalid_argument(str(error)) from None
    given = request.headers.get("authorization", "")
    if not given:
        refusal = grpc_status(401, 16, _NO_TOKEN)
        refusal.headers["WWW-Authenticate"] = _NO_TOKEN
        raise Refused(refusal)
    urls = _urls(request, given, message["paths"], Type(message["type"]))
    content = dump(protojson.write({"URLs": urls}, _ANSWER))
    return Response(content, 200, _FROM_BACKEND, media_type="application/json")


def _urls(
    request: Request, given: str, paths: Sequence[str], kind: Type
) -> list[dict[str, str | int]]:
    if not paths:
        return []
    world = world_of(request)
    scope, scope_id = _owner(paths)
    try:
        tokens.verify(world, given, scope, scope_id)
    except signing.BadToken as error:
        raise errors.permission_denied(str(error)) from None
    if kind in (Type.PULL, Type.YANK):
        paths = storage.files_at(world, paths[0].replace("+", "/"))  # as the real one does
        if not paths:
            raise errors.not_found("artifact not found")
    return [
        {"URL": signed(request, path, method.name), "method": method}
        for path in paths
        for method in _METHODS[kind]
    ]


def _owner(paths: Sequence[str]) -> tuple[str, str]:
    """All paths have to be of one project, workflow or job."""
    owners: list[tuple[str, str]] = []
    for path in paths:
        found = _OWNER.search(path)
        if found is None:
            raise errors.invalid_argument(f"invalid path {path}")
        owners.append((found[1], found[2]))
        if owners[-1] != owners[0]:
            raise errors.invalid_argument(f"invalid resource in path {path}")
    return owners[0]


ROUTES = [Route("/api/v1/artifacts", sign, methods=["POST"])]
