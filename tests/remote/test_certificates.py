"""Whose certificates are trusted, and that nothing is sent where they are not."""

import asyncio
import ssl
from pathlib import Path

import pytest
import trustme

from reconciler.errors import BadSettings, NotSent
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.transport import network_transport
from tests.remote.sockets import (
    CANARY,
    OK,
    Server,
    exchange,
    get,
    hang,
    post,
    sending,
)


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
