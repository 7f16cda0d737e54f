"""The certificate the server makes itself; it is used again while it is good."""

import ipaddress
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_LIFE = timedelta(days=397)
_SPARE = timedelta(days=7)
"""Time that has to be left for a certificate to be used again."""
_SKEW = timedelta(hours=1)


@dataclass(frozen=True)
class Certificate:
    certificate: Path
    key: Path


def certificate(folder: Path, hosts: Iterable[str], now: datetime | None = None) -> Certificate:
    """The certificate in the folder for these names and addresses, made if there is no good one."""
    moment = now or datetime.now(tz=UTC)
    names = [_general(host) for host in hosts]
    files = Certificate(folder / "certificate.pem", folder / "key.pem")
    if not _is_good(files, names, moment):
        folder.mkdir(parents=True, exist_ok=True)
        _make(files, names, moment)
    return files


def _is_good(files: Certificate, names: list[x509.GeneralName], now: datetime) -> bool:
    try:
        found = x509.load_pem_x509_certificate(files.certificate.read_bytes())
        key = serialization.load_pem_private_key(files.key.read_bytes(), None)
        named = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    return (
        found.public_key() == key.public_key()
        and found.not_valid_before_utc <= now <= found.not_valid_after_utc - _SPARE
        and set(names) <= set(named)
    )


def _make(files: Certificate, names: list[x509.GeneralName], now: datetime) -> None:
    """It signs itself but can't sign others: trusting it means trusting this server alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "embedded Semaphore")])
    identifier = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _SKEW)
        .not_valid_after(now + _LIFE)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(identifier, critical=False)
    )
    signed = builder.sign(key, hashes.SHA256())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    _write(files.key, private, 0o600)
    _write(files.certificate, signed.public_bytes(serialization.Encoding.PEM), 0o644)


def _write(path: Path, content: bytes, mode: int) -> None:
    """Whole or not at all, and never readable by more people than in the end."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    draft.replace(path)


def _general(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)
