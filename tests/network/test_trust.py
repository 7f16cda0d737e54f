"""Whose certificates are trusted, and where that is said."""

import hashlib
import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography import x509

from reconciler.errors import BadSettings
from reconciler.network import trust, trusted


def names(found: trust.Trust) -> set[str]:
    """Return the organizations of the authorities that are trusted."""
    subjects: list[Any] = [cert["subject"] for cert in found.context.get_ca_certs()]
    return {
        value
        for subject in subjects
        for part in subject
        for key, value in part
        if key == "organizationName"
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Certificates of three authorities: one file, and a folder with files of any name."""
    (tmp_path / "more").mkdir()
    for number, place in enumerate(("one.pem", "more/two.crt", "more/three")):
        authority = trustme.CA(organization_name=f"authority {number}")
        authority.cert_pem.write_to_path(tmp_path / place)
    (tmp_path / "more" / "README").write_text("no certificate")
    (tmp_path / "more" / "folder").mkdir()
    return tmp_path


def test_the_environment_comes_first(folder: Path) -> None:
    """Files, and folders whose files have any name; either or both, and nothing else."""
    file, more = str(folder / "one.pem"), str(folder / "more")
    found = trusted({"SSL_CERT_FILE": file})
    assert (names(found), found.origin) == ({"authority 0"}, "SSL_CERT_FILE")
    found = trusted({"SSL_CERT_DIR": f"/nowhere:{more}"})
    assert (names(found), found.origin) == ({"authority 1", "authority 2"}, "SSL_CERT_DIR")
    found = trusted({"SSL_CERT_DIR": more, "SSL_CERT_FILE": file})
    assert names(found) == {"authority 0", "authority 1", "authority 2"}
    assert found.advice == "trusted are only the certificates from SSL_CERT_FILE and SSL_CERT_DIR"
    found = trusted(
        {"OTHER_FILE": file, "SSL_CERT_FILE": "/nowhere"}, ("OTHER_FILE", "OTHER_FOLDER")
    )
    assert (names(found), found.origin) == ({"authority 0"}, "OTHER_FILE")


def test_the_store_of_the_system(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An authority that the machine trusts is trusted, without any variable."""
    bundles = ("/nowhere", str(folder / "more" / "README"), str(folder / "one.pem"))
    monkeypatch.setattr(trust, "_BUNDLES", bundles)
    found = trusted({"SSL_CERT_FILE": ""})
    assert (names(found), found.origin) == ({"authority 0"}, bundles[-1])
    assert found.advice.startswith("set SSL_CERT_FILE to the certificate")
    assert found.context.verify_mode is ssl.CERT_REQUIRED
    assert found.context.check_hostname


def test_a_system_without_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificates that come with Python's packages are better than none."""
    monkeypatch.setattr(trust, "_BUNDLES", ())
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda _: None)
    found = trusted({})
    assert found.origin == "certifi"
    assert len(found.context.get_ca_certs()) > 50


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("place", ["nowhere", "more/README", "more/folder"])
def test_what_names_no_certificates(variable: str, place: str, folder: Path) -> None:
    """A wrong setting is named, never passed over."""
    with pytest.raises(BadSettings, match=f"{variable} names no readable certificates"):
        trusted({variable: str(folder / place)})


def test_a_folder_of_hashes(folder: Path) -> None:
    """As systems keep theirs: links by hash, and the bundle of all beside them."""
    hashed = folder / "hashed"
    hashed.mkdir()
    authority = trustme.CA(organization_name="hashed")
    authority.cert_pem.write_to_path(hashed / "authority.pem")
    name = hash_of(x509.load_pem_x509_certificate(authority.cert_pem.bytes()).subject)
    (hashed / f"{name}.0").symlink_to("authority.pem")
    (hashed / "extra.pem").write_bytes((folder / "one.pem").read_bytes())
    found = trusted({"SSL_CERT_DIR": str(hashed)})
    assert names(found) == {"authority 0"}
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    assert shakes_hands(found.context, server)
    assert "hashed" in names(found)


def hash_of(subject: x509.Name) -> str:
    """Return by which name OpenSSL looks for the certificate of an authority."""
    small = [x509.NameAttribute(each.oid, str(each.value).lower()) for each in subject]
    parts = x509.Name(small).public_bytes()[2:]  # without what makes one sequence of them
    return hashlib.sha1(parts, usedforsecurity=False).digest()[:4][::-1].hex()


def shakes_hands(client: ssl.SSLContext, server: ssl.SSLContext) -> bool:
    """Open TLS without a network; raises what the client says of the certificate."""
    there, back = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(back, there, server_hostname="localhost")
    theirs = server.wrap_bio(there, back, server_side=True)
    for _ in range(4):
        for end in (ours, theirs):
            with suppress(ssl.SSLWantReadError):
                end.do_handshake()
    return ours.version() is not None
