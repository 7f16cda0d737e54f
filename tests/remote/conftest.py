"""What answers, time that nobody has to wait for, and no settings from outside."""

import pytest
import respx

from tests.remote.calling import Clock


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither a proxy nor a certificate of this machine is used by accident."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def server() -> respx.Router:
    """Answer what a test says, on any address."""
    return respx.Router(assert_all_called=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()
