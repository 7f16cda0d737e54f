"""Values from the KV secrets engine of HashiCorp Vault, either version, by the library hvac."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self
from urllib.parse import quote, urljoin, urlsplit

from reconciler.model import BadSource, Surroundings, Unavailable
from reconciler.sources import settings as shape
from reconciler.sources.picking import pick

if TYPE_CHECKING:
    import hvac
    import requests
    from hvac.exceptions import VaultError

TIMEOUT: Final = 30
_MOST_WORDS: Final = 200


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

    def read(self, around: Surroundings) -> bytes:
        return pick(around.once(("vault", self.path), lambda: _secret(self.path, around)), self.key)

    def __str__(self) -> str:
        return f"vault {self.path}#{self.key}"


def _secret(path: str, around: Surroundings) -> Any:
    """Return everything at a path; raises Unavailable."""
    try:
        import hvac  # noqa: PLC0415 — an optional extra, and slow to import
        from hvac.exceptions import InvalidPath, VaultError  # noqa: PLC0415
        from requests import RequestException  # noqa: PLC0415 — comes with it
    except ImportError:
        raise Unavailable("needs hvac: pip install 'reconciler[vault]'") from None

    address = around.environ.get("VAULT_ADDR", "").strip()
    if not address:
        raise Unavailable("needs VAULT_ADDR, which is not set")
    client = hvac.Client(
        url=address,
        token=around.environ.get("VAULT_TOKEN", "").strip() or None,
        namespace=around.environ.get("VAULT_NAMESPACE", "").strip() or None,
        timeout=TIMEOUT,
    )
    if not client.token:  # hvac has looked for ~/.vault-token, too
        raise Unavailable("needs VAULT_TOKEN, which is not set")
    client.session.hooks["response"].append(_refuse_downgrade)
    try:
        return _data(client, path)
    except InvalidPath:
        why = "does not exist, or is deleted"
    except VaultError as error:
        why = f"can't be read: {_words(error, client.token)}"
    except (RequestException, ValueError) as error:  # requests refuses some addresses so
        why = f"can't be read: no answer from {_host(address)} ({type(error).__name__})"
    raise Unavailable(why)


def _refuse_downgrade(answer: "requests.Response", **_: Any) -> None:
    """Don't follow a redirect, as standby servers give, on which the token would go in clear."""
    there = urljoin(answer.url, answer.headers.get("Location", ""))
    if answer.is_redirect and answer.url.startswith("https:") and not there.startswith("https:"):
        answer.close()
        raise Unavailable("can't be read: Vault redirects to an address without https")


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


def _words(error: "VaultError", token: str) -> str:
    """Return what Vault says on one line."""
    said = error.errors if isinstance(error.errors, list) else [type(error).__name__]
    words = " ".join(", ".join(map(str, said)).replace(token, "***").split())
    return "".join(c if c.isprintable() else "?" for c in words[:_MOST_WORDS])


def _host(address: str) -> str:
    """Return what of an address may be shown: it may hold a password."""
    try:
        return urlsplit(address).netloc.rpartition("@")[2] or "VAULT_ADDR"
    except ValueError:
        return "VAULT_ADDR"
