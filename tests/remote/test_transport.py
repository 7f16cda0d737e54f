"""On a real socket: every way a server can fail, and what that proves about the request."""

import asyncio
import gzip
import socket
import ssl
import subprocess
import sys
import time
import traceback
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from reconciler.errors import ApiError, BadAnswer, BadSettings, NoAnswer, NotSent
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.order import segment
from reconciler.remote.transport import checked_url, network_transport
from tests.network.tunnel import tunnel

CANARY = "canary-token-5f0c"
SECRET = "canary-body-77aa"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a certificate of this machine is used by accident."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


class Server:
    """A server that reads requests and then does what a test says."""

    def __init__(self, handler: Handler) -> None:
        self.seen: list[bytes] = []
        self._handler = handler

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await read_request(reader):
                self.seen.append(head)
                await self._handler(reader, writer)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return the next request with its body, nothing at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    _, _, length = head.lower().partition(b"content-length: ")
    return head + await reader.readexactly(int(length.split()[0]) if length else 0)


def exchange(
    server: Server,
    work: Callable[[Http], Awaitable[Any]],
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    **settings: Any,
) -> Any:
    """Do ``work`` with a client of a server on the loopback interface."""

    async def main() -> Any:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
        port = listening.sockets[0].getsockname()[1]
        base = checked_url(f"{'https' if tls else 'http'}://{host}:{port}/")
        options = {"attempts": 1, "request_timeout": 20.0} | settings
        try:
            async with Http(
                base, Sealed(CANARY), transport=network_transport(5), **options
            ) as http:
                return await work(http)
        finally:
            listening.close()

    return asyncio.run(main())


def get(http: Http) -> Awaitable[Any]:
    return http.call("GET", "/api/x")


def post(http: Http) -> Awaitable[Any]:
    return http.call("POST", "/api/x", body={"value": Sealed(SECRET)})


def sending(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)

    return handle


def closing(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        writer.close()

    return handle


def resetting(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if text:
            writer.write(text)
            await writer.drain()
        writer.transport.abort()

    return handle


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"x: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
GZIP = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 8\r\n\r\n"


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


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


def tls_for(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_trusted_certificate(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SSL_CERT_FILE names the authority to trust."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = Server(sending(OK + b'{"a": 1}'))
    answer = exchange(server, get, tls=tls_for(authority, "localhost"), host="localhost")
    assert answer.data == {"a": 1}


def test_an_organization_below_localhost(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is on this machine, whatever the system's resolver says, and goes by its own name."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = Server(sending(OK + b'{"a": 1}'))
    tls = tls_for(authority, "acme.localhost")
    assert exchange(server, get, tls=tls, host="acme.localhost").data == {"a": 1}
    assert b"\r\nhost: acme.localhost:" in server.seen[0].lower()


def test_untrusted_certificate(authority: trustme.CA) -> None:
    """An unknown authority is explained, with the remedy, and not tried again."""
    server = Server(sending(OK))
    with pytest.raises(NotSent, match=r"certificate verify failed: .*SSL_CERT_FILE"):
        exchange(server, post, tls=tls_for(authority, "localhost"), host="localhost", attempts=4)
    assert server.seen == []


def test_certificate_of_another_host(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate of a trusted authority for another name is refused."""
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    server = Server(sending(OK))
    with pytest.raises(NotSent, match="certificate verify failed") as caught:
        exchange(server, post, tls=tls_for(authority, "other.example"), host="localhost")
    assert caught.value.advice == "trusted are only the certificates from SSL_CERT_FILE"
    assert server.seen == []


def test_tls_to_a_plain_server() -> None:
    """Speaking TLS to a server that does not is a failure before anything was sent."""

    async def main() -> None:
        listening = await asyncio.start_server(Server(hang).serve, "127.0.0.1", 0)
        port = listening.sockets[0].getsockname()[1]
        url = f"https://127.0.0.1:{port}"
        transport = network_transport(1)
        async with Http(
            url, Sealed(CANARY), transport=transport, attempts=1, request_timeout=1.0
        ) as http:
            with pytest.raises(NotSent):
                await post(http)
        listening.close()

    asyncio.run(main())


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_unusable_trust(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A certificate file that is missing or empty is a wrong setting."""
    path = tmp_path / "ca.pem"
    if content:
        path.write_text(content)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(BadSettings, match="SSL_CERT_FILE"):
        network_transport(1)


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


@pytest.mark.parametrize(
    ("expected", "url"),
    [
        ("https://acme.semaphoreci.com", "https://acme.semaphoreci.com/"),
        ("https://acme.semaphoreci.com", "  HTTPS://Acme.SemaphoreCI.com "),
        ("https://localhost:8443/acme", "https://localhost:8443/acme/"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://acme.localhost", "http://acme.localhost"),
        ("http://127.0.0.9/a/b", "http://127.0.0.9/a/b//"),
        ("http://[::1]:80", "http://[::1]:80"),
    ],
)
def test_checked_url(expected: str, url: str) -> None:
    """An address keeps its path and loses its last slash."""
    assert expected == checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "acme.semaphoreci.com",
        "ftp://acme.example",
        "https://",
        "https:///path",
        "https://user:hunter2@acme.example",
        "https://hunter2@acme.example",
        "https://acme.example?token=hunter2",
        "https://acme.example#hunter2",
        "https://acme.example:port",
        "https://acme.example:99999",
        "https://[::1",
        "https://a..b",
        "https://256.256.256.256",
        "https://ac me.example",
        "https://ac\nme.example",
        "https://acme.example\\@evil.example",
        "http://acme.semaphoreci.com",
        "http://localhost.evil.example",
        "http://10.0.0.1",
    ],
)
def test_refused_url(url: str) -> None:
    """An address that would show the token to others or reach nobody is refused, unquoted."""
    with pytest.raises(BadSettings) as caught:
        checked_url(url)
    assert "hunter2" not in str(caught.value)


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
