"""A request as `sem` writes it, byte for byte, and the two ways to have it answered (E 2.3)."""

import asyncio
import http.client
import io
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import h11
from starlette.types import ASGIApp, Message, Scope

AGENT = "SemaphoreCLI/v0.35.0 (v0.35.0; 9ae83ed; 2026-04-29; linux; amd64)"
TOKEN = "tok-123"
JSON = "application/json"


@dataclass(frozen=True)
class Answer:
    """What came back; names of headers are lower-case."""

    status: int
    headers: dict[str, str]
    body: bytes


Exchange = Callable[[bytes], Answer]
"""Sends the bytes of one request."""


def request(  # noqa: PLR0913 - the parts of a request
    method: str,
    target: str,
    body: bytes | None = None,
    *,
    host: str = "localhost:18443",
    token: str = TOKEN,
    content_type: str = JSON,
) -> bytes:
    """A body that is empty is announced where one is expected: with POST and PATCH."""
    length = [f"Content-Length: {len(body or b'')}"] if body or method in ("POST", "PATCH") else []
    lines = [
        f"{method} {target} HTTP/1.1",
        f"Host: {host}",
        f"User-Agent: {AGENT}",
        *length,
        f"Authorization: Token {token}",
        f"Content-Type: {content_type}",
        "Accept-Encoding: gzip",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + (body or b"")


def in_process(app: ASGIApp) -> Exchange:
    """To an application in this process."""
    return lambda raw: asyncio.run(_asked(app, *_scope(raw)))


def over_tls(port: int, certificate: str) -> Exchange:
    """To a server that only its own certificate vouches for (E 2.2)."""
    trust = ssl.create_default_context(cafile=certificate)

    def exchange(raw: bytes) -> Answer:
        with (
            socket.create_connection(("localhost", port), timeout=20) as plain,
            trust.wrap_socket(plain, server_hostname="localhost") as connection,
        ):
            connection.sendall(raw)
            response = http.client.HTTPResponse(connection)
            response.begin()
            headers = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, headers, response.read())

    return exchange


def _scope(raw: bytes) -> tuple[Scope, bytes]:
    """What a server makes of the bytes before the application sees them."""
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(raw)
    head = connection.next_event()
    assert isinstance(head, h11.Request)
    body = io.BytesIO()
    while isinstance(event := connection.next_event(), h11.Data):
        body.write(event.data)
    assert isinstance(event, h11.EndOfMessage)
    path, _, query = head.target.partition(b"?")
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": head.method.decode(),
        "scheme": "https",
        "path": unquote(path.decode("ascii")),
        "raw_path": path,
        "query_string": query,
        "headers": list(head.headers),
        "server": ("localhost", 18443),
        "client": ("127.0.0.1", 40000),
    }
    return scope, body.getvalue()


async def _asked(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    sent: list[Message] = []
    asked = iter([{"type": "http.request", "body": body}])

    async def receive() -> Message:
        return next(asked, {"type": "http.disconnect"})

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    start: Any = sent[0]
    headers = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    content = b"".join(message.get("body", b"") for message in sent[1:])
    return Answer(start["status"], headers, content)
