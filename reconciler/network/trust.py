"""Whose certificates are trusted: those that the environment names, else those of the system."""

import os
import re
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.errors import BadSettings

Variables = tuple[str, str]
"""The names of a variable for a file and one for directories, of which either may be set."""

COMMON: Final = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
"""Where systems keep theirs; OpenSSL as it comes with Python often looks elsewhere."""
_HASHED: Final = re.compile(r"[0-9a-f]{8}\.[0-9]+")


class Trust(NamedTuple):
    """What to open TLS with; ``origin``: where its certificates are from, in words."""

    context: ssl.SSLContext
    origin: str
    chosen: bool

    @property
    def advice(self) -> str:
        """What to do about a certificate that is not trusted."""
        if self.chosen:
            return f"trusted are only the certificates from {self.origin}"
        return "set SSL_CERT_FILE to the certificate of the authority that signed it"


def trusted(environ: Mapping[str, str], *before: Variables) -> Trust:
    """Return what to trust; raises BadSettings for variables that name no certificates.

    The first pair of variables counts of which one is set; ``before`` are looked at before those
    that are common to all programs.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    for file, folders in (*before, COMMON):
        origin = [name for name in (file, folders) if environ.get(name, "")]
        if not origin:
            continue
        if environ.get(file, "") and not _load(context, Path(environ[file])):
            raise _unusable(file)
        known = os.path.realpath(environ.get(file, ""))
        if environ.get(folders, "") and not _load_all(context, environ[folders], known):
            raise _unusable(folders)
        return Trust(context, " and ".join(origin), chosen=True)
    return Trust(context, _load_system(context), chosen=False)


def _unusable(name: str) -> BadSettings:
    return BadSettings(f"{name} names no readable certificates")


def _load_system(context: ssl.SSLContext) -> str:
    for bundle in _BUNDLES:
        if _load(context, Path(bundle)):
            return bundle
    context.load_default_certs()
    if context.cert_store_stats()["x509_ca"]:
        return "the system"
    import certifi  # noqa: PLC0415 — comes with httpx, for systems without a store of their own

    context.load_verify_locations(certifi.where())
    return "certifi"


def _load(context: ssl.SSLContext, file: Path) -> bool:
    try:
        context.load_verify_locations(file)
    except (OSError, ValueError):  # an ssl.SSLError is an OSError
        return False
    return True


def _load_all(context: ssl.SSLContext, folders: str, known: str) -> bool:
    """Load every file of the folders, whatever its name, but for one that is ``known``.

    OpenSSL itself finds those that are named by hashes, when it needs one.
    """
    loaded = 0
    for folder in folders.split(os.pathsep):
        try:
            files = [file for file in Path(folder).iterdir() if file.is_file()]
        except OSError:
            continue
        hashed = [file for file in files if _HASHED.fullmatch(file.name)]
        if hashed:
            context.load_verify_locations(capath=folder)
        there = {os.path.realpath(file) for file in hashed} | {known}
        others = sorted({os.path.realpath(file) for file in files} - there)
        loaded += len(hashed) + sum(_load(context, Path(file)) for file in others)
    return loaded > 0
