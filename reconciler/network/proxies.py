"""Which proxy a server is asked through, by the variables that ``sem`` and curl read, too."""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import suppress
from http import HTTPStatus
from typing import Final, NamedTuple
from urllib.parse import unquote, urlsplit

from reconciler.errors import BadSettings
from reconciler.model.host import Origin, is_loopback

EXCEPTIONS: Final = ("NO_PROXY", "no_proxy")
_LOGIN_WANTED: Final = 407


class Proxy(NamedTuple):
    """An http proxy; ``login``: user and password, "" without; ``variable``: what names it."""

    scheme: str
    place: str
    login: str
    variable: str

    def __str__(self) -> str:
        return f"{self.scheme}://{self.place}"

    def failed(self, why: str, status: int = 0) -> str:
        """Say that there is no way through it: why it can't be reached, or what it answered."""
        if not status:
            return f"the proxy {self} can't be reached: {why}"
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else ""
        what = "wants a login" if status == _LOGIN_WANTED else "made no tunnel"
        return f"the proxy {self} {what}: {status} {phrase}".rstrip()

    @property
    def advice(self) -> str:
        """What to look at if it fails."""
        return f"the proxy is from {self.variable}; NO_PROXY says what is asked without one"


def proxy_for(server: Origin, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy to ask a server through, None to ask it directly; raises BadSettings.

    The error never repeats the setting, which may hold a password.
    """
    variable, given = _first(environ, _names(f"{server.scheme}_proxy", "all_proxy"))
    _, exceptions = _first(environ, EXCEPTIONS)
    if not given or is_loopback(server.host) or is_excepted(server, exceptions):
        return None
    return _proxy(given, variable)


def is_excepted(server: Origin, exceptions: str) -> bool:
    """Whether a list of exceptions, with commas or blanks in between, names a server.

    An entry is ``*``, an address or a range of them, or a domain, which stands for what is below
    it, too; one that begins with a dot or ``*.``, for that alone. Any may end in a port.
    """
    return any(_names_it(entry, server) for entry in exceptions.lower().replace(",", " ").split())


def _names_it(entry: str, server: Origin) -> bool:
    if entry == "*":
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(server.host) in ipaddress.ip_network(entry, strict=False)
    host, port = _host_and_port(entry)
    if port not in ("", str(server.port)) or not host:
        return False
    with suppress(ValueError):
        return ipaddress.ip_address(server.host) == ipaddress.ip_address(host)
    domain = host.removeprefix("*").rstrip(".")
    if domain.startswith("."):
        return server.host.endswith(domain)
    return server.host == domain or server.host.endswith(f".{domain}")


def _host_and_port(entry: str) -> tuple[str, str]:
    """Part ``host:port``, ``[v6]`` and ``[v6]:port``; an address of version 6 is a host."""
    if entry.startswith("["):
        host, _, port = entry[1:].partition("]")
        return host, port.removeprefix(":")
    if entry.count(":") == 1:
        host, _, port = entry.partition(":")
        return host, port
    return entry, ""


def _names(*lower: str) -> Iterator[str]:
    for name in lower:
        yield from (name.upper(), name)


def _first(environ: Mapping[str, str], names: Iterator[str] | tuple[str, ...]) -> tuple[str, str]:
    """Return name and value of the first variable that says anything."""
    found = ((name, environ.get(name, "").strip()) for name in names)
    return next(((name, value) for name, value in found if value), ("", ""))


def _proxy(given: str, variable: str) -> Proxy:
    address = given if "://" in given else f"http://{given}"
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port = "", None
        parts = urlsplit("")
    scheme = address.partition("://")[0].lower()
    if scheme not in ("http", "https"):
        kind = scheme if scheme.isalnum() else "strange"
        raise BadSettings(f"{variable}: a {kind} proxy can't be used, only an http one")
    if not host or not host.isprintable() or " " in host:
        raise BadSettings(f"{variable} is not the address of a proxy, as http://proxy.example:3128")
    name = f"[{host}]" if ":" in host else host
    login = unquote(parts.netloc.rpartition("@")[0])
    return Proxy(scheme, f"{name}:{port}" if port else name, login, variable)
