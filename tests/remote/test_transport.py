"""On a real socket: every way a server can fail, and what that proves about the request."""

import asyncio
import gzip
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from reconciler.errors import ApiError, BadAnswer, BadSettings, NoAnswer, NotSent
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.order import segment
from reconciler.remote.transport import network_transport
from tests.remote.sockets import (
    CANARY,
    CHUNKED,
    GZIP,
    OK,
    Handler,
    Server,
    closing,
    drip,
    drip_headers,
    exchange,
    get,
    hang,
    post,
    resetting,
    sending,
)


def test_answer() -> None:
    """Requests and answers pass unharmed, two of them over one connection."""
    packed = gzip.compress(b'{"a": "\xc3\xa9"}')
    head = f"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {len(packed)}\r\n\r\n"
    server = Server(sending(head.encode() + packed))

    async def work(http: Http) -> Any:
        await http.call("GET", f"/api/{segment('a/b ?é')}", params={"page_token": "a=="})
        return await http.call("DELETE", "/api/x")

    assert exchange(server, work).data == {"a": "é"}
    first, second = server.seen
    assert first.startswith(b"GET /api/a%2Fb%20%3F%C3%A9?page_token=a%3D%3D HTTP/1.1\r\n")
    assert b"authorization: Token canary-token-5f0c\r\n" in first
    assert second.startswith(b"DELETE /api/x HTTP/1.1\r\n")


FAULTS: dict[str, tuple[type[ApiError], Handler]] = {
    "closed without answer": (NoAnswer, closing(b"")),
    "reset without answer": (NoAnswer, resetting(b"")),
    "closed in the headers": (NoAnswer, closing(OK[:20])),
    "reset in the headers": (NoAnswer, resetting(OK[:20])),
    "closed in the body": (NoAnswer, closing(OK + b"{}")),
    "reset in the body": (NoAnswer, resetting(OK + b"{}")),
    "closed in a chunk": (NoAnswer, closing(CHUNKED + b"8\r\n{}")),
    "reset in a chunk": (NoAnswer, resetting(CHUNKED + b"8\r\n{}")),
    "garbage": (NoAnswer, closing(b"SSH-2.0-OpenSSH\r\n\r\n")),
    "damaged gzip": (BadAnswer, sending(GZIP + b"notgzip!")),
    "not JSON": (BadAnswer, sending(OK + b'{"half":')),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("work", [get, post])
def test_faults(fault: str, work: Callable[[Http], Awaitable[Any]]) -> None:
    """Whatever breaks after a request was sent leaves its fate unknown, and nothing is resent."""
    expected, handler = FAULTS[fault]
    server = Server(handler)
    with pytest.raises(expected) as caught:
        exchange(server, work)
    assert caught.value.outcome_unknown
    assert len(server.seen) == 1
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
    assert "canary" not in shown


@pytest.mark.parametrize("handler", [hang, drip, drip_headers])
def test_one_limit_for_the_whole_answer(handler: Handler) -> None:
    """A server that hangs or drips is given up after the time of a request."""
    with pytest.raises(NoAnswer, match=r"within 0\.2 s"):
        exchange(Server(handler), post, request_timeout=0.2)


def test_the_run_limits_a_request() -> None:
    """A request in flight ends with the run."""
    with pytest.raises(NoAnswer, match="no complete answer"):
        exchange(Server(hang), get, left=lambda: 0.25)


def test_a_long_address_takes_no_time() -> None:
    """A server chose it, as long as it liked; its beginning is told."""
    address = f"https://storage.example/{'Zm9v' * 250_000}"
    began = time.process_time()
    with pytest.raises(NotSent) as caught:
        exchange(Server(hang), lambda http: http.fetch(address))
    assert time.process_time() - began < 10
    assert caught.value.path == address[:2048]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "POST"])
def test_no_second_request_behind_our_back(method: str) -> None:
    """A kept connection that breaks under a request does not make the library repeat it."""
    answers = [OK + b'{"a": 1}', b""]

    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if text := answers.pop(0):
            writer.write(text)
        else:
            writer.transport.abort()

    server = Server(handle)

    async def work(http: Http) -> None:
        await get(http)
        with pytest.raises(NoAnswer):
            await http.call(method, "/api/x")

    exchange(server, work)
    assert len(server.seen) == 2


def test_a_library_that_would_repeat_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that can't be kept from it, as aiohttp before 3.11, is not used."""

    class Old:
        def __init__(self, **_: object) -> None: ...

    monkeypatch.setattr("aiohttp.ClientSession", Old)
    server = Server(sending(OK + b"{}"))

    with pytest.raises(BadSettings, match="can't be kept from repeating requests"):
        exchange(server, get)
    assert server.seen == []


def test_an_endless_answer() -> None:
    """An answer beyond the limit of size is not read on."""
    endless = b"HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n" + b" " * 100_000
    with pytest.raises(BadAnswer, match="longer than 50000 bytes"):
        exchange(Server(sending(endless)), get, max_answer=50_000)


def test_connection_refused() -> None:
    """Where nobody listens nothing was sent, and trying again helps."""

    async def main() -> list[float]:
        listening = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        listening.close()
        await listening.wait_closed()
        pauses: list[float] = []

        async def sleep(seconds: float) -> None:
            pauses.append(seconds)

        url = f"http://127.0.0.1:{port}"
        transport = network_transport(1)
        async with Http(url, Sealed(CANARY), transport=transport, sleep=sleep) as http:
            with pytest.raises(NotSent, match="connection refused") as caught:
                await post(http)
        assert not caught.value.outcome_unknown
        return pauses

    assert len(asyncio.run(main())) == 3


@pytest.mark.parametrize(
    ("words", "host"),
    [("unknown host", "nowhere.invalid"), ("can't be sent", "a" * 64 + ".invalid")],
)
def test_unreachable_host(words: str, host: str) -> None:
    """A name without address, or none at all, is reported as such."""

    async def main() -> None:
        transport = network_transport(1)
        async with Http(f"https://{host}", Sealed(CANARY), transport=transport, attempts=1) as http:
            await post(http)

    with pytest.raises(NotSent, match=words):
        asyncio.run(main())


def test_aiohttp_is_not_imported_early() -> None:
    """Who never goes to the network does not pay for it."""
    code = (
        "import sys, reconciler.remote.http, reconciler.remote.transport as t;"
        "t.checked_url('https://acme.example'); sys.exit('aiohttp' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0  # noqa: S603 — our own code


def test_network_transport_is_one_of_httpx() -> None:
    """Whoever knows httpx knows what this returns."""
    assert isinstance(network_transport(1), httpx.AsyncBaseTransport)
