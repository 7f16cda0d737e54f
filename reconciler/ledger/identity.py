"""One organization is one key, however its address is spelled."""

import ipaddress
import os
import posixpath
import re
import socket
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

EMBEDDED: Final = "embedded:"
DEFAULT_DATABASE: Final = ".reconciler/embedded.db"
_MEMORY: Final = ":memory:"
_BESIDE: Final = "{ledger}/"
_PORTS: Final = {"http": 80, "https": 443}
_THIS_MACHINE: Final = "localhost"
_DOT: Final = re.compile("%2e", re.IGNORECASE)


def canonical(address: str, beside: Path | None = None) -> str:
    """Return the one spelling of an organization's address.

    Without a scheme it is ``https``. Case, the scheme's own port, a final dot of the host,
    slashes at the end and dots that lead nowhere do not count, and this machine is ``localhost`` by
    any of its names. Of ``embedded:`` the file counts, whatever leads there, and not its edition:
    it is told by its real path, absolute, or from the directory ``beside``, where the ledger is, so
    that both can be moved together.
    """
    address = address.strip()
    if address.startswith(EMBEDDED):
        return f"{EMBEDDED}{_file(address, beside)}"
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        port = parts.port
    except ValueError:  # no address; it is equal to itself alone
        return address
    host = _host(parts.hostname or "")
    there = "" if port in (None, _PORTS.get(parts.scheme)) else f":{port}"
    path = posixpath.normpath(_DOT.sub(".", f"/{parts.path}")).strip("/")
    return f"{parts.scheme}://{host}{there}{path and f'/{path}'}"


def database(address: str) -> str:
    """Return the path of the database that an ``embedded:`` address names."""
    return address.removeprefix(EMBEDDED).partition("?")[0] or DEFAULT_DATABASE


def _file(address: str, beside: Path | None) -> str:
    path = database(address)
    if path == _MEMORY:
        return path
    if beside is None:
        return os.path.realpath(path)
    if path.startswith(_BESIDE):
        path = f"{beside}/{path.removeprefix(_BESIDE)}"
    return _BESIDE + os.path.relpath(os.path.realpath(path), os.path.realpath(beside))


def _host(name: str) -> str:
    name = name.lower().removesuffix(".")
    with suppress(UnicodeError):
        name = name.encode("idna").decode("ascii").lower()
    with suppress(OSError):
        name = socket.inet_ntoa(socket.inet_aton(name))
    with suppress(ValueError):
        number = ipaddress.ip_address(name.partition("%")[0])
        mapped = getattr(number, "ipv4_mapped", None) or number
        name = _THIS_MACHINE if str(mapped) in ("127.0.0.1", "::1") else str(mapped)
    return f"[{name}]" if ":" in name else name
