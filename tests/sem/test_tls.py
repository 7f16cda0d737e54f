"""Commands of the official client against `serve --tls`, trusting its certificate alone (E 2.2)."""

import ssl
from pathlib import Path

import pytest

from tests.embedded.servers import served
from tests.sem import wire
from tests.sem.replay import replay, rows
from tests.sem.states import State


def test_commands_work_against_the_served_semaphore(tmp_path: Path) -> None:
    """Each in an organization of its own, whose name is the prefix in the client's host."""
    chosen = [row for row in rows() if row.tls]
    assert len(chosen) == 25
    names = [f"org-{number}" for number in range(len(chosen))]
    arguments = [part for name in names for part in ("--organization", name)]
    with served(tmp_path, "--tls", *arguments) as server:
        assert server.certificate is not None
        exchange = wire.over_tls(server.port, server.certificate)
        for name, row in zip(names, chosen, strict=True):
            assert replay(row, State(exchange, prefix=f"/{name}")) == len(row.requests)


def test_nobody_else_vouches_for_the_certificate(tmp_path: Path) -> None:
    """Without SSL_CERT_FILE the client refuses to talk, as it does to the real one's impostor."""
    with served(tmp_path, "--tls") as server:
        other = ssl.get_default_verify_paths().cafile or ""
        exchange = wire.over_tls(server.port, other)
        with pytest.raises(ssl.SSLCertVerificationError):
            exchange(wire.request("GET", "/api/v1alpha/projects?page=1"))
