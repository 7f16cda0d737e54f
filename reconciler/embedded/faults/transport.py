"""The way to an organization in this process: no socket, but the same accidents."""

import asyncio

import httpx
from starlette.types import ASGIApp, Message, Receive, Scope

from reconciler.embedded.faults.answers import answer_of
from reconciler.embedded.faults.cut import ConnectionCut, Cut

_SEEN_AS: dict[Cut, type[httpx.TransportError]] = {
    Cut.RESET: httpx.ReadError,
    Cut.CLOSED: httpx.RemoteProtocolError,
    Cut.TRUNCATED: httpx.RemoteProtocolError,
}


class Transport(httpx.AsyncBaseTransport):
    """An answer comes whole, and no timeout of httpx acts.

    httpx's own ASGI transport looks on the disk for the package sniffio, for each request anew
    where it is not installed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        try:
            answer = await answer_of(self._app, _scope(request), _receiving(body))
        except ConnectionCut as error:
            raise _SEEN_AS[error.cut](str(error), request=request) from None
        shown = b"" if request.method == "HEAD" else answer.body
        return httpx.Response(answer.status, headers=answer.headers, stream=httpx.ByteStream(shown))


def _scope(request: httpx.Request) -> Scope:
    url = request.url
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.raw_path.partition(b"?")[0],
        "query_string": url.query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in request.headers.raw],
        "server": (url.host, url.port),
        "client": ("127.0.0.1", 0),
    }


def _receiving(body: bytes) -> Receive:
    """The body at once; then nothing more, for the client in this process never hangs up."""
    waiting = True

    async def receive() -> Message:
        nonlocal waiting
        if not waiting:
            await asyncio.Event().wait()
        waiting = False
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
