"""Which organization, with which token, and why: flags, environment, file, contexts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from reconciler.cli.config_file import ConfigFile
from reconciler.cli.contexts import ORIGIN, Context, Contexts
from reconciler.cli.options import Options
from reconciler.errors import BadSettings
from reconciler.kinds.fields import nearest
from reconciler.ledger.identity import EMBEDDED, canonical
from reconciler.model import Sealed
from reconciler.remote import checked_url

URL = "SEMAPHORE_ORGANIZATION_URL"
TOKEN = "SEMAPHORE_API_TOKEN"  # noqa: S105 — the variable's name
_NONE = "none needed"


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The organization and its token, each with where it comes from."""

    url: str
    url_origin: str
    token: Sealed
    token_origin: str

    @property
    def host(self) -> str:
        """What names the organization to a person."""
        return "embedded" if self.url.startswith(EMBEDDED) else urlsplit(self.url).netloc


def choose(
    asked: Options,
    environ: Mapping[str, str],
    file: ConfigFile,
    read_contexts: Callable[[], Contexts],
) -> Chosen:
    """Choose by precedence: flag, environment, file, active context; raises BadSettings.

    The contexts are read only where they are needed.
    """
    named = _named_context(asked.context, read_contexts) if asked.context else None
    text, origin = _address(asked, environ, file, named, read_contexts)
    if text.startswith(EMBEDDED):
        return Chosen(url=text, url_origin=origin, token=Sealed(""), token_origin=_NONE)
    url = _checked(text, origin)
    token = environ.get(TOKEN, "").strip()
    if token:
        _check_token(token, TOKEN)
        return Chosen(url=url, url_origin=origin, token=Sealed(token), token_origin=TOKEN)
    context = _context_for(url, origin, named, read_contexts())
    token_origin = f"context {context.name} of {context.origin}"
    _check_token(context.token.reveal(), token_origin)
    return Chosen(url=url, url_origin=origin, token=context.token, token_origin=token_origin)


def located(
    asked: Options,
    environ: Mapping[str, str],
    file: ConfigFile,
    read_contexts: Callable[[], Contexts],
) -> str:
    """Choose the organization alone, for who sends nothing there; raises BadSettings."""
    named = _named_context(asked.context, read_contexts) if asked.context else None
    text, origin = _address(asked, environ, file, named, read_contexts)
    return text if text.startswith(EMBEDDED) else _checked(text, origin)


def _named_context(name: str, read_contexts: Callable[[], Contexts]) -> Context:
    contexts = read_contexts()
    context = contexts.get(name)
    if context is None:
        known = f"; there are {', '.join(sorted(contexts.found))}" if contexts.found else ""
        hint = nearest(name, contexts.found) or known
        raise BadSettings(f"--context {name}: {ORIGIN} has no such context{hint}")
    return context


def _address(
    asked: Options,
    environ: Mapping[str, str],
    file: ConfigFile,
    named: Context | None,
    read_contexts: Callable[[], Contexts],
) -> tuple[str, str]:
    """Return the organization's address as it was given, and where."""
    if asked.org:
        return asked.org, "--org"
    if named:
        return _host(named, f"--context {named.name}"), f"--context {named.name}"
    if environ.get(URL, "").strip():
        return environ[URL].strip(), URL
    if file.organization:
        return file.organization, file.origin
    contexts = read_contexts()
    active = contexts.get(contexts.active) if contexts.active else None
    if active:
        origin = f"active context {active.name} of {ORIGIN}"
        return _host(active, origin), origin
    if contexts.active and contexts.found:
        there = ", ".join(sorted(contexts.found))
        raise BadSettings(
            f"{ORIGIN}: its active context {contexts.active!r} is none of its contexts; "
            f"choose one with --context, or `sem context`: {there}"
        )
    raise BadSettings(
        f"which organization? Give --org URL, set {URL}, write `organization` into "
        "reconciler.toml, or use `sem connect`; --org embedded: is a local Semaphore to try out"
    )


def _host(context: Context, origin: str) -> str:
    if not context.host:
        raise BadSettings(f"{origin}: has no host")
    return context.host


def _checked(text: str, origin: str) -> str:
    try:
        return checked_url(text if "://" in text else f"https://{text}")
    except BadSettings as error:
        raise BadSettings(f"{origin}: {error}") from None


def _context_for(url: str, origin: str, named: Context | None, contexts: Contexts) -> Context:
    """Return the context whose token is for this address; no other's is ever sent there."""
    active = contexts.get(contexts.active) if contexts.active else None
    preferred = named or active
    if preferred and _same_host(preferred, url):
        return preferred
    others = [context for context in contexts.found.values() if _same_host(context, url)]
    if len(others) == 1 and named is None:
        return others[0]
    about = f"no token for {url} (from {origin}): set {TOKEN}"
    if len(others) > 1 and named is None:
        names = ", ".join(sorted(context.name for context in others))
        raise BadSettings(f"{about}, or choose one of its contexts with --context: {names}")
    if preferred:
        raise BadSettings(
            f"{about}. The token of context {preferred.name} of {ORIGIN} is for "
            f"{preferred.host or 'no host'} and is not sent elsewhere"
        )
    raise BadSettings(f"{about}, or use `sem connect`")


def _same_host(context: Context, url: str) -> bool:
    try:
        own = _checked(context.host, "")
    except BadSettings:
        return False
    return _place(own) == _place(url)


def _place(url: str) -> tuple[str, int, str]:
    """Return host, port and path: a context does not tell the scheme."""
    parts = urlsplit(canonical(url))
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return (parts.hostname or "", port, parts.path)


def _check_token(token: str, origin: str) -> None:
    if not token:
        raise BadSettings(f"{origin}: has no token")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise BadSettings(f"{origin}: the token has characters that no token has")
