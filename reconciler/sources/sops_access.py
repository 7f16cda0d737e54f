"""What ``sops`` gets to log in with: where it goes a file says, which anybody may have written."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from reconciler.model import SourceContext, Unavailable
from reconciler.model.host import Origin, origin_of
from reconciler.sources import vault_login
from reconciler.sources.sops_metadata import Servers

HOSTS: Final = "RECONCILER_SOPS_HOSTS"
"""A variable: hosts of key vaults that are not Azure's own, separated by commas or blanks."""

_AZURE: Final = tuple(
    f".{service}.{domain}"
    for service in ("vault", "managedhsm")
    for domain in ("azure.net", "azure.cn", "usgovcloudapi.net", "microsoftazure.de")
)
# what sops itself needs is left to it, even if a manifest reads the same variable
_ITS_OWN: Final = (
    *("PATH", "HOME", "XDG_", "SOPS_", "GNUPG", "GPG_", "AWS_", "AZURE_", "GOOGLE_", "CLOUDSDK_"),
    *("VAULT_", "HUAWEICLOUD_"),
)
# sops takes any token for one and does not look for that in ~/.vault-token
_NO_TOKEN: Final = {"VAULT_TOKEN": "withheld"}
_WITHHELD: Final = "sops got no token of Vault"


class Access(NamedTuple):
    """The variables of sops; ``withheld``: why those of Vault are not among them, or ""."""

    environ: dict[str, str]
    withheld: str


def access(around: SourceContext, servers: Servers) -> Access:
    """Return what sops gets for a file; raises Unavailable if it must not be run.

    Of clouds other than Azure a file names no server, only what is asked of theirs.
    """
    _check_azure(around, servers.azure)
    environ = {
        name: value
        for name, value in around.environ.items()
        if name not in around.withheld or name.startswith(_ITS_OWN)
    }
    try:
        address, origin = vault_login.address(environ)
    except Unavailable as error:
        why = f"{_WITHHELD}: Vault {error}" if servers.vaults else ""
        return Access(_without_vault(environ), why)
    # the library in sops goes there whatever a file says, and follows no redirect from there
    agent = environ.get("VAULT_AGENT_ADDR") or address
    pinned = {"VAULT_AGENT_ADDR": agent, "VAULT_DISABLE_REDIRECTS": "true"}
    strange = sorted({_shown(each) for each in servers.vaults if origin_of(each) != origin})
    if strange:
        why = f"{_WITHHELD}: the file names {', '.join(strange)}, and VAULT_ADDR {origin}"
        return Access(_without_vault(environ) | pinned, why)
    return Access(environ | pinned, "")


def _without_vault(environ: dict[str, str]) -> dict[str, str]:
    return {k: v for k, v in environ.items() if not k.startswith("VAULT_")} | _NO_TOKEN


def _check_azure(around: SourceContext, addresses: Iterable[str]) -> None:
    allowed = around.environ.get(HOSTS, "").replace(",", " ").lower().split()
    for address in addresses:
        origin = origin_of(address)
        if origin is None or not _is_azure(origin, allowed):
            raise Unavailable(
                f"is not decrypted: it names {_shown(address)} as a key vault of Azure, where no "
                f"login goes; if it is one of yours, add its host to {HOSTS}"
            )


def _is_azure(origin: Origin, allowed: list[str]) -> bool:
    return origin.scheme == "https" and (origin.host.endswith(_AZURE) or origin.host in allowed)


def _shown(address: str) -> str:
    """Return what of an address in a file may be shown."""
    return str(origin_of(address) or "what is no address")
