"""The object store: this server itself, at signed addresses, with the answers of the real stores.

Artifacts lie at Google for the hosted edition, in S3 for most others. Neither looks at who calls:
the address is the credential.
"""

import hashlib
from urllib.parse import quote, urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import places, signing
from reconciler.embedded.artifacts import storage
from reconciler.embedded.params import world_of
from reconciler.embedded.replies import Refused
from reconciler.embedded.settings import ObjectStore
from reconciler.embedded.store import World

_PREFIX = "/api/v1/artifacts/objects/"
_SECONDS = 20 * 60
_METHODS = ["GET", "HEAD", "PUT", "DELETE"]
# Beginnings of the headers which a signature covers: none of them was there when it was made.
_COVERED = {
    ObjectStore.GOOGLE: ("content-md5", "content-type", "x-goog-"),
    ObjectStore.S3: ("x-amz-",),
}


def signed(request: Request, path: str, method: str) -> str:
    """An address at the host of the request, for one method and twenty minutes."""
    world = world_of(request)
    expires = str(int(world.now().timestamp()) + _SECONDS)
    proof = signing.signature(world, _said(method, path, expires))
    query = urlencode({"expires": expires, "signature": proof})
    return f"{places.origin(request)}{_PREFIX}{quote(path)}?{query}"


async def serve(request: Request) -> Response:
    world, path = world_of(request), request.path_params["path"]
    _verify(world, request, path)
    match request.method:
        case "PUT":
            return _put(world, request, path, await request.body())
        case "DELETE":
            return _delete(world, path)
        case _:
            return _get(world, request, path)


def _verify(world: World, request: Request, path: str) -> None:
    """Raises Refused unless the address is good for this request, and still is."""
    store = world.settings.object_store
    if "authorization" in request.headers:
        raise _refused(400, "InvalidArgument", "Only one auth mechanism allowed")
    expires = request.query_params.get("expires", "")
    proof = request.query_params.get("signature", "")
    good = signing.matches(world, _said(request.method, path, expires), proof)
    if not good or any(name.startswith(_COVERED[store]) for name in request.headers):
        words = "The request signature we calculated does not match the signature you provided."
        raise _refused(403, "SignatureDoesNotMatch", words)
    if int(expires) > world.now().timestamp():
        return
    if store is ObjectStore.GOOGLE:
        raise _refused(400, "ExpiredToken", "The provided token has expired.")
    raise _refused(403, "AccessDenied", "Request has expired")


def _put(world: World, request: Request, path: str, content: bytes) -> Response:
    """Replaces what is there, whole or not at all: whoever minds has to look with HEAD first."""
    if world.settings.object_store is ObjectStore.S3:
        _verify_conditions(request, storage.read(world, path))
    storage.put(world, path, content)
    return Response(headers={"etag": _etag(content)})


def _verify_conditions(request: Request, there: bytes | None) -> None:
    """Google heeds none of these for a write, and its own are headers that a signature covers."""
    wanted = request.headers.get("if-match")
    if wanted is not None and there is None:
        raise _missing()
    changed = wanted is not None and there is not None and wanted != _etag(there)
    taken = request.headers.get("if-none-match") == "*" and there is not None
    if changed or taken:
        words = "At least one of the pre-conditions you specified did not hold"
        raise _refused(412, "PreconditionFailed", words)


def _delete(world: World, path: str) -> Response:
    found = storage.delete(world, path)
    if not found and world.settings.object_store is ObjectStore.GOOGLE:
        raise _missing()
    return Response(status_code=204)


def _get(world: World, request: Request, path: str) -> Response:
    content = storage.read(world, path)
    if content is None:
        raise _missing()
    headers = {"content-length": str(len(content)), "etag": _etag(content)}
    shown = b"" if request.method == "HEAD" else content
    return Response(shown, headers=headers, media_type="application/octet-stream")


def _etag(content: bytes) -> str:
    return f'"{hashlib.md5(content, usedforsecurity=False).hexdigest()}"'


def _missing() -> Refused:
    return _refused(404, "NoSuchKey", "The specified key does not exist.")


def _refused(status: int, code: str, words: str) -> Refused:
    said = f"<Error><Code>{code}</Code><Message>{words}</Message></Error>"
    body = f'<?xml version="1.0" encoding="UTF-8"?>{said}'
    return Refused(Response(body, status, media_type="application/xml"))


def _said(method: str, path: str, expires: str) -> str:
    return f"{method} {path} {expires}"


ROUTES = [Route(_PREFIX + "{path:path}", serve, methods=_METHODS)]
