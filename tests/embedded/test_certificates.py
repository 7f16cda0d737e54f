"""The certificate the server makes itself."""

import ssl
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from reconciler.embedded.serving import tls

HOSTS = ["localhost", "127.0.0.1", "::1", "acme.localhost"]


def load(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes())


def test_it_names_its_hosts_and_can_sign_nothing_else(tmp_path: Path) -> None:
    """Names as names and addresses as addresses: clients look at nothing else (E 2.2)."""
    made = tls.certificate(tmp_path / "tls", HOSTS)
    found = load(tmp_path / "tls")
    names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["localhost", "acme.localhost"]
    addresses = map(str, names.get_values_for_type(x509.IPAddress))
    assert list(addresses) == ["127.0.0.1", "::1"]
    assert not found.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600


def test_a_good_one_is_used_again(tmp_path: Path) -> None:
    """So that trust, once given, lasts; for fewer names, too."""
    tls.certificate(tmp_path, HOSTS)
    first = load(tmp_path)
    tls.certificate(tmp_path, HOSTS[:2])
    assert load(tmp_path) == first
    assert sorted(each.name for each in tmp_path.iterdir()) == ["certificate.pem", "key.pem"]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "key.pem").unlink(),
        lambda folder: (folder / "key.pem").write_text("nonsense"),
        lambda folder: (folder / "certificate.pem").write_bytes(b"\xff"),
        lambda folder: tls.certificate(folder / "other", HOSTS).key.replace(folder / "key.pem"),
    ],
    ids=["no key", "no real key", "no certificate", "another key"],
)
def test_a_bad_one_is_replaced(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    """Whatever became of the files."""
    tls.certificate(tmp_path, HOSTS)
    first = (tmp_path / "certificate.pem").read_bytes()
    spoil(tmp_path)
    made = tls.certificate(tmp_path, HOSTS)
    assert made.certificate.read_bytes() != first
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.certificate, made.key)


def test_one_for_other_names_or_times_is_replaced(tmp_path: Path) -> None:
    """A new name, and the last week of its life."""
    tls.certificate(tmp_path, HOSTS)
    first = load(tmp_path)
    tls.certificate(tmp_path, [*HOSTS, "beta.localhost"])
    second = load(tmp_path)
    assert second != first
    late = datetime.now(tz=UTC) + timedelta(days=391)
    tls.certificate(tmp_path, HOSTS, late)
    assert load(tmp_path) != second
