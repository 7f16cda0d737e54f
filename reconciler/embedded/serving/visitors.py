"""Who may use the page and the admin interface."""

import base64
import binascii
import ipaddress
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import Scope

from reconciler.embedded.front_door import authenticated
from reconciler.embedded.settings import Settings

_ASKS = {"www-authenticate": 'Basic realm="the token is the password"'}


def refusal(scope: Scope, settings: Settings) -> Response | None:
    """The answer to who may not, None for who may: with tokens who has one, else who is here.

    Whatever the token, the name in the address bar has to be one that others can't have: a page of
    another site must not get at this server through a name of its own that leads here. And a
    reverse proxy is on this machine, whoever stands behind it.
    """
    headers = Headers(scope=scope)
    host, is_here = host_of(headers), _is_here(scope)
    if not _is_ours(host) and (is_here or "." in host):
        return PlainTextResponse("Forbidden: this host is no name of this server's own", 403)
    given = headers.get("authorization", "")
    if authenticated(given, settings) or authenticated(_typed(given), settings):
        return None
    if is_here and _is_ours(host) and not settings.tokens:
        return None
    return PlainTextResponse("Unauthorized", 401, headers=_ASKS if settings.tokens else None)


def welcome(scope: Scope, settings: Settings) -> bool:
    return refusal(scope, settings) is None


def host_of(headers: Mapping[str, str]) -> str:
    """The host's name without its port."""
    host = headers.get("host", "").lower()
    return host.partition("]")[0].lstrip("[") if host.startswith("[") else host.partition(":")[0]


def _is_here(scope: Scope) -> bool:
    client = scope.get("client")
    return client is not None and _address(client[0], loopback=True)


def _is_ours(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost") or _address(host)


def _address(host: str, *, loopback: bool = False) -> bool:
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return False
    return found.is_loopback or not loopback


def _typed(authorization: str) -> str:
    """What a person typed into a browser, as a program would send it."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        name_and_token = base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, ValueError):
        return ""
    return f"Token {name_and_token.partition(':')[2]}" if scheme.lower() == "basic" else ""
