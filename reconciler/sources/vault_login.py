"""The one Vault that gets a token of Vault: what VAULT_ADDR names, and nothing that it names."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urljoin, urlsplit

from reconciler.model import Unavailable
from reconciler.model.host import Origin, is_loopback, origin_of

if TYPE_CHECKING:
    import requests

ABOUT: Final = "vault"
"""What is missing if there is no way to Vault: all that is in it."""
ADDRESS: Final = "VAULT_ADDR"
_TRUST: Final = [
    "VAULT_CACERT",
    "VAULT_CAPATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
]


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


def session(environ: Mapping[str, str], origin: Origin) -> "requests.Session":
    """Return a session that stays at one server, with no credentials but those it is given.

    Trust and proxies come from the environment, as for everything else that is asked.
    """
    import requests  # noqa: PLC0415 — comes with hvac, an optional extra
    from requests.utils import get_environ_proxies  # noqa: PLC0415

    made = requests.Session()
    made.trust_env = False  # or it adds what ~/.netrc has for this host
    made.verify = _trust(environ)
    if not is_loopback(origin.host):
        made.proxies.update(get_environ_proxies(str(origin)))
    made.hooks["response"].append(_staying_at(origin))
    return made


def _trust(environ: Mapping[str, str]) -> str | bool:
    """Return the certificates to trust, as a path; True for those that come with requests."""
    for name in _TRUST:
        if path := environ.get(name, ""):
            if not Path(path).exists():
                raise Unavailable(f"can't be asked: {name} names no certificates", about=ABOUT)
            return path
    return True


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
