"""Who may use the page and the admin interface."""

import ipaddress
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import Scope

from reconciler.embedded.front_door import authenticated
from reconciler.embedded.settings import Settings


def welcome(scope: Scope, settings: Settings) -> bool:
    """People at this machine, and whoever has a token.

    The name in the address bar has to be this machine's, too: a page of another site must not
    read this server through a name of its own that leads here.
    """
    headers = Headers(scope=scope)
    return _from_here(scope, headers) or authenticated(headers.get("authorization", ""), settings)


def _from_here(scope: Scope, headers: Mapping[str, str]) -> bool:
    client = scope.get("client")
    return client is not None and _is_loopback(client[0]) and _is_loopback(host_of(headers))


def host_of(headers: Mapping[str, str]) -> str:
    """The host's name without its port."""
    host = headers.get("host", "").lower()
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
