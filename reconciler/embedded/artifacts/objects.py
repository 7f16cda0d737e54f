"""The signed addresses of stored objects, and what is behind them: this server itself."""

from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import places, signing
from reconciler.embedded.artifacts import storage
from reconciler.embedded.params import world_of
from reconciler.embedded.store import World

_PREFIX = "/api/v1/artifacts/objects/"
_SECONDS = 20 * 60
_METHODS = ["GET", "HEAD", "PUT", "DELETE"]


def signed(request: Request, path: str, method: str) -> str:
    """An address at the host of the request, for one method and twenty minutes."""
    world = world_of(request)
    expires = str(int(world.now().timestamp()) + _SECONDS)
    proof = signing.signature(world, _said(method, path, expires))
    query = urlencode({"expires": expires, "signature": proof})
    return f"{places.origin(request)}{_PREFIX}{quote(path)}?{query}"


async def serve(request: Request) -> Response:
    """As an object store answers: with bytes or with nothing much."""
    world, path = world_of(request), request.path_params["path"]
    if not _allowed(world, request, path):
        return Response("Access denied.", 403, media_type="text/plain")
    match request.method:
        case "PUT":
            storage.put(world, path, await request.body())
            return Response()
        case "DELETE":
            found = storage.delete(world, path)
            return Response(status_code=204 if found else 404)
        case _:
            content = storage.read(world, path)
            if content is None:
                return Response("No such object.", 404, media_type="text/plain")
            size = {"content-length": str(len(content))}
            shown = b"" if request.method == "HEAD" else content
            return Response(shown, headers=size, media_type="application/octet-stream")


def _allowed(world: World, request: Request, path: str) -> bool:
    expires = request.query_params.get("expires", "")
    proof = request.query_params.get("signature", "")
    if not signing.matches(world, _said(request.method, path, expires), proof):
        return False
    return int(expires) > world.now().timestamp()


def _said(method: str, path: str, expires: str) -> str:
    return f"{method} {path} {expires}"


ROUTES = [Route(_PREFIX + "{path:path}", serve, methods=_METHODS)]
