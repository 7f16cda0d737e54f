"""Values from the KV secrets engine of HashiCorp Vault, either version, by the library hvac."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import quote

from reconciler.distribution import install
from reconciler.model import BadSource, SourceContext, Unavailable
from reconciler.sources import settings as shape
from reconciler.sources import vault_login
from reconciler.sources.picking import pick
from reconciler.sources.vault_login import ABOUT

if TYPE_CHECKING:
    import hvac
    from hvac.exceptions import VaultError

TIMEOUT: Final = 30
# what Vault says by the class that hvac makes of its status
_REFUSALS: Final = {
    "InvalidRequest": "Vault calls the request invalid (400)",
    "Unauthorized": "Vault wants another login (401)",
    "Forbidden": "Vault refuses it to this token (403)",
    "RateLimitExceeded": "Vault asks to slow down (429)",
    "InternalServerError": "Vault failed (500)",
    "VaultNotInitialized": "Vault is not initialized (501)",
    "BadGateway": "Vault can't be reached through its gateway (502)",
    "VaultDown": "Vault is sealed or down for maintenance (503)",
}
_OWN: Final = re.compile(
    r"permission denied|invalid token|bad token|missing client token|token expired|Vault is sealed"
    r"|namespace not found|no handler for route|unsupported path"
    r"|preflight capability check returned 403"
)


class _Mount(NamedTuple):
    """Where a secrets engine is mounted, without slashes around it, and which KV it is."""

    point: str
    version: int


@dataclass(frozen=True, slots=True)
class VaultSource:
    """The value is a key of a secret; its path is what ``vault kv get`` takes: kv/ci/db."""

    path: str
    key: str

    @classmethod
    def parse(cls, settings: Any) -> Self:
        given = shape.texts(settings, required=["path", "key"])
        path = given["path"].strip("/")
        parts = path.split("/")
        if len(parts) == 1 or any(part.strip() in ("", ".", "..") for part in parts):
            raise BadSource((("path",), "must be a mount and a path in it, like kv/ci/db"))
        return cls(path, given["key"])

    def read(self, around: SourceContext) -> bytes:
        return pick(around.once(("vault", self.path), lambda: _secret(self.path, around)), self.key)

    def __str__(self) -> str:
        return f"vault {self.path}#{self.key}"


def _secret(path: str, around: SourceContext) -> Any:
    """Return everything at a path; raises Unavailable."""
    try:
        import hvac  # noqa: PLC0415 — an optional extra, and slow to import
        from hvac.exceptions import InvalidPath, VaultError  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415 — comes with it
    except ImportError:
        raise Unavailable(f"needs hvac: {install('vault')}", about=ABOUT) from None

    address, origin = vault_login.address(around.environ)
    there = vault_login.way(around.environ, origin)
    client = hvac.Client(
        url=address,
        token=around.environ.get("VAULT_TOKEN", "").strip() or None,
        namespace=around.environ.get("VAULT_NAMESPACE", "").strip() or None,
        timeout=TIMEOUT,
        session=vault_login.session(there),
    )
    if not client.token:  # hvac has looked for ~/.vault-token, too
        raise Unavailable("needs VAULT_TOKEN, which is not set", about=ABOUT)
    try:
        return _data(client, path)
    except InvalidPath:
        why = "does not exist, or is deleted"
    except VaultError as error:
        why = f"can't be read: {_words(error)}"
    except (RequestException, ValueError) as error:
        why = f"can't be asked: {there.failed(error)}"
        raise Unavailable(why, about=ABOUT) from None
    raise Unavailable(why, about=f"{ABOUT} {path}")


def _data(client: "hvac.Client", path: str) -> Any:
    mount = _mount(client, path)
    rest = path.removeprefix(f"{mount.point}/")
    kv = client.secrets.kv
    if mount.version == 1:
        answer = kv.v1.read_secret(path=rest, mount_point=mount.point)
        return _inside(answer, "data")
    answer = kv.v2.read_secret_version(
        path=rest, mount_point=mount.point, raise_on_deleted_version=True
    )
    return _inside(answer, "data", "data")


def _mount(client: "hvac.Client", path: str) -> _Mount:
    """Ask Vault where the engine is mounted and which version it is, as its own program does."""
    answer = client.read(f"sys/internal/ui/mounts/{quote(path)}")
    if answer is None:  # a Vault from before KV version 2
        return _Mount(path.partition("/")[0], 1)
    data = _inside(answer, "data")
    options = data.get("options") if isinstance(data, dict) else None
    point = str(_inside(data, "path")).strip("/")
    version = (options or {}).get("version", "1") if isinstance(options, dict | None) else "1"
    return _Mount(point, 2 if str(version) == "2" else 1)


def _inside(answer: Any, *keys: str) -> Any:
    for key in keys:
        if not isinstance(answer, dict) or key not in answer:
            raise Unavailable("can't be read: this is no answer of a KV secrets engine")
        answer = answer[key]
    return answer


def _words(error: "VaultError") -> str:
    """Say in words of ours what Vault refuses; of its own only those that can quote nothing."""
    said = error.errors if isinstance(error.errors, list) else []
    known = [found[0] for text in said if (found := _OWN.match(str(text)))]
    what = _REFUSALS.get(type(error).__name__, "Vault refuses it")
    return f"{what}: {', '.join(known)}" if known else what
