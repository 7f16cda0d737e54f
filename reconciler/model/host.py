"""Which server an address names, however it is spelled, and whether that is this machine."""

import ipaddress
import re
from typing import NamedTuple
from urllib.parse import urlsplit

_PORTS = {"https": 443, "http": 80}
_HOST = re.compile(r"[a-z0-9._:-]+")


class Origin(NamedTuple):
    """A server as a credential knows it: what is not all the same is another one."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == _PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"


def origin_of(address: str) -> Origin | None:
    """Return the server that an http or https address names; None for anything else."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if parts.scheme not in _PORTS or not _HOST.fullmatch(host):
        return None
    return Origin(parts.scheme, host.removesuffix("."), port or _PORTS[parts.scheme])


def is_loopback(host: str) -> bool:
    """Whether a name or address is this machine, whatever the resolver says (RFC 6761)."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
