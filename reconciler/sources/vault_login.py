"""The one Vault that gets a token of Vault: what VAULT_ADDR names, and nothing that it names."""

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from reconciler.errors import BadSettings
from reconciler.model import Unavailable
from reconciler.model.host import Origin, is_loopback, origin_of
from reconciler.network import Proxy, Trust, proxy_for, trusted

if TYPE_CHECKING:
    import requests

ABOUT: Final = "vault"
"""What is missing if there is no way to Vault: all that is in it."""
ADDRESS: Final = "VAULT_ADDR"
_OWN: Final = ("VAULT_CACERT", "VAULT_CAPATH")
_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})")


def address(environ: Mapping[str, str]) -> tuple[str, Origin]:
    """Return VAULT_ADDR and the server it names; raises Unavailable if no token may go there."""
    given = environ.get(ADDRESS, "").strip()
    if not given:
        raise Unavailable(f"needs {ADDRESS}, which is not set", about=ABOUT)
    origin = origin_of(given)
    if origin is None:
        raise _unusable("is not an address that begins with https://")
    if "@" in urlsplit(given).netloc:
        raise _unusable("must not contain a user or a password")
    if origin.scheme == "http" and not is_loopback(origin.host):
        raise _unusable("is plain http, which would show the token to the network")
    return given, origin


def _unusable(why: str) -> Unavailable:
    return Unavailable(f"can't be asked: {ADDRESS} {why}", about=ABOUT)


class Way(NamedTuple):
    """How Vault is reached: by the rules of ``network``, as everything else."""

    origin: Origin
    proxy: Proxy | None
    trust: Trust

    def failed(self, error: "requests.RequestException | ValueError") -> str:
        """Say why there is no answer: for the proxy, the certificate, or the address."""
        from requests.exceptions import ProxyError, SSLError  # noqa: PLC0415 — as below

        match error:
            case ProxyError() if self.proxy:
                tunnel = _TUNNEL.search(str(error))
                why = self.proxy.failed("no connection", int(tunnel[1]) if tunnel else 0)
                return f"{why} ({self.proxy.advice})"
            case SSLError() if "CERTIFICATE_VERIFY_FAILED" in str(error):
                return f"the certificate of {self.origin} is not trusted ({self.trust.advice})"
            case _:
                return f"no answer from {ADDRESS} {self.origin} ({type(error).__name__})"


def way(environ: Mapping[str, str], origin: Origin) -> Way:
    """Return how a Vault is reached; raises Unavailable for settings that can't be used."""
    try:
        return Way(origin, proxy_for(origin, environ), trusted(environ, _OWN))
    except BadSettings as error:
        why = f"can't be asked: {error}"
    raise Unavailable(why, about=ABOUT)


def session(there: Way) -> "requests.Session":
    """Return a session that stays at one server, with no credentials but those it is given."""
    import requests  # noqa: PLC0415 — comes with hvac, an optional extra
    from requests.adapters import HTTPAdapter  # noqa: PLC0415

    class Adapter(HTTPAdapter):
        def build_connection_pool_key_attributes(
            self, *asked: Any, **named: Any
        ) -> tuple[dict[str, Any], dict[str, Any]]:
            host, _ = super().build_connection_pool_key_attributes(*asked, **named)
            return host, {"ssl_context": there.trust.context}

    made = requests.Session()
    made.trust_env = False  # or it adds what ~/.netrc has for this host
    if there.proxy:
        login = f"{quote(there.proxy.login, safe=':')}@" if there.proxy.login else ""
        through = f"{there.proxy.scheme}://{login}{there.proxy.place}"
        made.proxies.update({"http": through, "https": through})
    made.mount("https://", Adapter())
    made.hooks["response"].append(_staying_at(there.origin))
    return made


def _staying_at(origin: Origin) -> Callable[..., None]:
    def check(answer: "requests.Response", **_: Any) -> None:
        """Follow no redirect, as a standby gives, by which the token would come elsewhere."""
        there = urljoin(answer.url, answer.headers.get("Location", ""))
        if answer.is_redirect and origin_of(there) != origin:
            answer.close()
            raise Unavailable(
                "can't be asked: it redirects elsewhere, as a standby does, and its token goes to "
                f"{ADDRESS} alone; let that name the active node, or what stands before all nodes",
                about=ABOUT,
            )

    return check
