"""Whole answers: taken from an application, made up, sent on."""

from dataclasses import dataclass, replace

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reconciler.embedded import services
from reconciler.embedded.faults.fault import Fault, Moment
from reconciler.embedded.replies import json_string


@dataclass(frozen=True)
class Answer:
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes

    def with_body(self, body: bytes) -> "Answer":
        length = (b"content-length", str(len(body)).encode())
        rest = (pair for pair in self.headers if pair[0].lower() != b"content-length")
        return replace(self, headers=(*rest, length), body=body)

    async def start(self, send: Send) -> None:
        event = {"type": "http.response.start", "status": self.status, "headers": self.headers}
        await send(event)

    async def send(self, send: Send) -> None:
        await self.start(send)
        await send({"type": "http.response.body", "body": self.body})


async def answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Answer:
    """Everything the application does is done when this returns."""
    status = 0
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body = b""

    async def keep(event: Message) -> None:
        nonlocal status, headers, body
        if event["type"] == "http.response.start":
            status, headers = event["status"], tuple(event.get("headers", ()))
        else:
            body += event.get("body", b"")

    await app(scope, receive, keep)
    return Answer(status, headers, body)


def made_up(fault: Fault, path: str) -> Answer:
    """The answer of a fault, in the words of the one who would give it."""
    response = _worded(fault, path) if fault.body is None else Response(fault.body, fault.status)
    if fault.retry_after is not None:
        response.headers["retry-after"] = fault.retry_after
    response.headers.update(fault.headers)
    return Answer(response.status_code, tuple(response.raw_headers), bytes(response.body))


_LOST = "upstream connect error or disconnect/reset before headers. reset reason: "
_EDGE = {
    429: "local_rate_limited",
    502: _LOST + "protocol error",
    503: "no healthy upstream",
    504: "upstream request timeout",
}


def _worded(fault: Fault, path: str) -> Response:
    """The edge speaks for itself with 429 and 502 to 504, a service with 500 (D 2, D 6, D 9)."""
    reached = fault.when is Moment.AFTER
    match fault.status:
        case 500 if reached and services.service_of(path) is services.Service.PLUMBER:
            return json_string(500, "Internal error")
        case 500:
            return services.crashed(path)
        case 503 if reached:
            return _edge(503, _LOST + "connection termination")
        case status if status in _EDGE:
            return _edge(status, _EDGE[status])
        case status:
            # A 403 of the edge, whose authentication failed, looks like this, too.
            return Response(status_code=status)


def _edge(status: int, words: str) -> Response:
    return Response(words, status, {"server": "envoy"}, media_type="text/plain")
