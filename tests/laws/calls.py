"""One request to an ASGI application, with nothing in between: there are many of them."""

from typing import Any
from urllib.parse import quote, urlencode

from starlette.types import ASGIApp, Message

TOKEN = "laws-token"

_HEADERS = [
    (b"host", b"laws.semaphore.test"),
    (b"authorization", f"Token {TOKEN}".encode()),
    (b"content-type", b"application/json"),
]


async def call(
    app: ASGIApp, method: str, path: str, params: dict[str, str], body: bytes
) -> tuple[int, str]:
    """Return status and text of the answer; ``path`` is not escaped."""
    status, parts = 0, bytearray()

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Message) -> None:
        nonlocal status
        if event["type"] == "http.response.start":
            status = event["status"]
        parts.extend(event.get("body", b""))

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "scheme": "https",
        "path": path,
        "raw_path": quote(path).encode(),
        "root_path": "",
        "query_string": urlencode(params).encode(),
        "headers": _HEADERS,
        "client": ("127.0.0.1", 1),
        "server": ("laws.semaphore.test", 443),
    }
    await app(scope, receive, send)
    return status, parts.decode()
