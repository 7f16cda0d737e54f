"""Where this organization is for whoever sent a request: addresses that lead back to it."""

from starlette.requests import Request
from starlette.types import Scope

_PREFIX = "reconciler.prefix"


def below(scope: Scope, prefix: str, path: str, raw_path: bytes) -> Scope:
    """The scope as the organization would have seen it at the root; ``prefix`` is cut off."""
    return {**scope, "path": path, "raw_path": raw_path, _PREFIX: prefix}


def prefix(request: Request) -> str:
    """The path under which the organization is served, "" at the root."""
    found: str = request.scope.get(_PREFIX, "")
    return found


def origin(request: Request) -> str:
    """The address of the organization, as the client reached it."""
    return f"{request.url.scheme}://{request.url.netloc}{prefix(request)}"
