"""What is refused before any service sees the request (A 0, B 1.6, D 2)."""

import re

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from reconciler.embedded.replies import message, text
from reconciler.embedded.settings import Settings
from reconciler.embedded.texts import integer

_CLI = re.compile(r"SemaphoreCLI/v?(\d+)\.(\d+)\.(\d+)")
_OLDEST_MINOR = 30
_AUTHORIZATION = re.compile(r"(?:Token|Bearer) (.+)", re.DOTALL)
# These bring their own proof of identity.
_WITHOUT_USER = ("/api/v1/artifacts", "/api/v1/logs")

_OUTDATED = (
    "Call rejected because the client is outdated. "
    "To continue, upgrade Semaphore CLI with 'curl https://storage.googleapis.com/"
    "sem-cli-releases/get.sh | bash'."
)


def refusal(scope: Scope, settings: Settings) -> Response | None:
    """The answer of the front door, or None if the request may pass."""
    given: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        if name.startswith(b"x-semaphore"):
            return text(404, "Not Found")
        given.setdefault(name, value)
    if refused := _outdated(given.get(b"user-agent", b"").decode("latin-1")):
        return refused
    authorization = given.get(b"authorization", b"").decode("latin-1")
    if scope["path"].startswith(_WITHOUT_USER) or authenticated(authorization, settings):
        return None
    return text(401, "Unauthorized")


def unknown_organization(headers: Headers, path: str) -> Response:
    """What a host says which is no organization's: no token is looked at (D 2)."""
    if refused := _outdated(headers.get("user-agent", "")):
        return refused
    if path.startswith(_WITHOUT_USER):
        return text(401, "Unauthorized")
    return text(404, "Not Found")


def _outdated(agent: str) -> Response | None:
    """Each component is compared on its own, so that v1.5.0 counts as old (D 2)."""
    found = _CLI.match(agent)
    is_old = found is not None and integer(found[2]) < _OLDEST_MINOR
    return message(400, _OUTDATED) if is_old else None


def authenticated(authorization: str, settings: Settings) -> bool:
    """The scheme is case-sensitive, one space follows, the rest is the token (D 2)."""
    found = _AUTHORIZATION.fullmatch(authorization)
    if found is None or not found[1].strip():
        return False
    return not settings.tokens or found[1] in settings.tokens
