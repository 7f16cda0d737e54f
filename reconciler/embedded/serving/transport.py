"""The way to an organization in this process: no socket, but the same accidents."""

import httpx
from starlette.types import ASGIApp

from reconciler.embedded.serving.cut import ConnectionCut, Cut

_SEEN_AS: dict[Cut, type[httpx.TransportError]] = {
    Cut.RESET: httpx.ReadError,
    Cut.CLOSED: httpx.RemoteProtocolError,
    Cut.TRUNCATED: httpx.RemoteProtocolError,
}


class Transport(httpx.AsyncBaseTransport):
    """As with httpx's own ASGI transport, an answer comes whole and no timeout of httpx acts."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app=app)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            return await self._inner.handle_async_request(request)
        except ConnectionCut as error:
            raise _SEEN_AS[error.cut](str(error), request=request) from None
