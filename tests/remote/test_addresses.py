"""What is taken for the address of an organization."""

import pytest

from reconciler.errors import BadSettings
from reconciler.remote.transport import checked_url


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
