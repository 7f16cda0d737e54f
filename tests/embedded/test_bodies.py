"""Bodies that are too slow or never come."""

import asyncio
from typing import Any

import pytest
from starlette.types import Receive, Send

from reconciler.embedded import Embedded, bodies

HEADERS = [(b"authorization", b"Token t"), (b"content-type", b"application/json")]


def scope(path: str) -> dict[str, Any]:
    return {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": HEADERS,
    }


async def call(embedded: Embedded, path: str, receive: Receive, send: Send) -> None:
    await embedded.app(scope(path), receive, send)


@pytest.mark.parametrize("path", ["/api/v1alpha/projects", "/api/v1beta/secrets"])
def test_who_sends_half_a_body_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    """408, and the connection is of no more use; nothing has been done."""
    monkeypatch.setattr(bodies, "_PATIENCE", 0.05)
    pieces = [{"type": "http.request", "body": b"{", "more_body": True}]
    sent: list[Any] = []

    async def receive() -> Any:
        if pieces:
            return pieces.pop()
        return await asyncio.Event().wait()

    async def send(event: Any) -> None:
        sent.append(event)

    with Embedded() as embedded:
        asyncio.run(call(embedded, path, receive, send))
        assert [entry.status for entry in embedded.journal.entries()] == [408]
    assert sent[0]["status"] == 408
    assert (b"connection", b"close") in sent[0]["headers"]


def test_who_hangs_up_is_not_answered() -> None:
    """No answer, no entry, no complaint."""
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(event: Any) -> None:
        sent.append(event)

    with Embedded() as embedded:
        asyncio.run(call(embedded, "/api/v1alpha/projects", receive, send))
        assert embedded.journal.entries() == []
    assert sent == []
