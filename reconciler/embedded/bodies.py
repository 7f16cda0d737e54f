"""The guard before a request's body: too much of it, or too slow, and the request ends."""

import asyncio

from starlette.responses import Response
from starlette.types import Message, Receive, Scope

from reconciler.embedded import services
from reconciler.embedded.replies import Refused, grpc_status, text

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# What the Plug services read at most (D 3). The gateway names no limit; this one is far above
# the 6 MiB which a secret may hold.
_MOST = 8_000_000
_MOST_MULTIPART = 150_000_000
_MOST_GATEWAY = 64_000_000
_PATIENCE = 30.0
"""Seconds until the next piece has to be there: as long as the edge waits (D 1)."""


def guarded(scope: Scope, receive: Receive) -> Receive:
    """Raises Refused where the body is read."""
    if scope["method"] not in _WITH_BODY:
        return receive
    most = _most(scope)
    size = 0

    async def counted() -> Message:
        nonlocal size
        try:
            async with asyncio.timeout(_PATIENCE):
                event = await receive()
        except TimeoutError:
            raise Refused(_closing(text(408, ""))) from None
        size += len(event.get("body", b""))
        if size > most:
            raise Refused(_too_large(scope, most))
        return event

    return counted


def _most(scope: Scope) -> int:
    if services.service_of(scope["path"]) is services.Service.GATEWAY:
        return _MOST_GATEWAY
    kinds = (value for name, value in scope["headers"] if name == b"content-type")
    multipart = any(kind.lower().startswith(b"multipart/") for kind in kinds)
    return _MOST_MULTIPART if multipart else _MOST


def _too_large(scope: Scope, most: int) -> Response:
    if services.service_of(scope["path"]) is services.Service.GATEWAY:
        return _closing(grpc_status(429, 8, f"grpc: received message larger than max {most}"))
    return _closing(text(413, "Something went wrong"))


def _closing(response: Response) -> Response:
    """What is left of the body is not worth reading."""
    response.headers["connection"] = "close"
    return response
