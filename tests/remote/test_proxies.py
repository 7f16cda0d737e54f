"""Proxies of the environment: used, told apart from the organization, and never shown the token."""

import asyncio
import socket
from contextlib import ExitStack
from typing import Any

import pytest

from reconciler.errors import BadSettings, NotSent
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.transport import network_transport
from tests.network.tunnel import tunnel
from tests.remote.sockets import (
    CANARY,
    OK,
    Server,
    closing,
    exchange,
    get,
    sending,
)


def through_proxy(server: Server, url: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Read ``url`` with ``server`` as the proxy of the environment."""

    async def main() -> Any:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        for name in ("http_proxy", "https_proxy"):
            monkeypatch.setenv(name, f"http://user:pass@127.0.0.1:{port}")
        try:
            transport = network_transport(1)
            async with Http(url, Sealed(CANARY), transport=transport, attempts=1) as http:
                return await get(http)
        finally:
            listening.close()

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "made no tunnel: 403 Forbidden"),
        (b"HTTP/1.1 407 hunter2\r\n\r\n", "wants a login: 407 Proxy Authentication Required"),
        (b"HTTP/1.1 502 hunter2\r\n\r\n", "made no tunnel: 502 Bad Gateway"),
        (b"HTTP/1.1 599 hunter2\r\n\r\n", "made no tunnel: 599"),
    ],
)
def test_proxy(answer: bytes, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy of the environment is asked for a tunnel, and never shown the token.

    If it fails, it is named and not the organization, with the variable it is from.
    """
    server = Server(closing(answer))
    with pytest.raises(NotSent, match="the proxy http://127") as caught:
        through_proxy(server, "https://acme.example", monkeypatch)
    assert server.seen[0].startswith(b"CONNECT acme.example:443 HTTP/1.1\r\n")
    assert b"proxy-authorization: basic dxnlcjpwyxnz\r\n" in server.seen[0].lower()
    assert CANARY.encode() not in server.seen[0]
    assert words in str(caught.value)
    assert caught.value.advice.startswith("the proxy is from https_proxy;")
    assert "pass" not in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_proxy_that_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the proxy that refuses the connection, not the organization."""
    with tunnel(b"") as (port, _):
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:pass@127.0.0.1:{port}")

        async def main() -> None:
            transport = network_transport(1)
            url = "https://acme.example"
            async with Http(url, Sealed(CANARY), transport=transport, attempts=1) as http:
                await get(http)

        with pytest.raises(NotSent) as caught:
            asyncio.run(main())
    assert str(caught.value) == (
        f"GET /api/x: the proxy http://127.0.0.1:{port} can't be reached: connection refused "
        "(the proxy is from HTTPS_PROXY; NO_PROXY says what is asked without one)"
    )


def test_a_proxy_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that accepts no connection is what there is no connection to."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, ExitStack() as waiting:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{full.getsockname()[1]}")
        for _ in range(8):  # more than the system keeps for who listens and does not accept
            other = waiting.enter_context(socket.socket())
            other.setblocking(False)
            other.connect_ex(full.getsockname())

        async def main() -> None:
            options: Any = {"attempts": 1, "request_timeout": 2.0}
            transport = network_transport(1)
            async with Http(
                "https://a.example", Sealed("t"), transport=transport, **options
            ) as http:
                await get(http)

        with pytest.raises(NotSent, match="can't be reached: no connection in time") as caught:
            asyncio.run(main())
        assert caught.value.advice.startswith("the proxy is from HTTPS_PROXY")


def test_loopback_needs_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server on this machine is reached directly."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert exchange(Server(sending(OK + b'{"a": 1}')), get).data == {"a": 1}


def test_unknown_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy of a kind we can't use is a wrong setting, not silently left out."""
    monkeypatch.setenv("https_proxy", "socks5://user:pass@127.0.0.1:1")

    async def main() -> None:
        transport = network_transport(1)
        async with Http("https://acme.example", Sealed(CANARY), transport=transport) as http:
            await get(http)

    with pytest.raises(BadSettings, match="socks5 proxy") as caught:
        asyncio.run(main())
    assert "pass" not in str(caught.value)
