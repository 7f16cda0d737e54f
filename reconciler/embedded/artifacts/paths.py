"""Paths inside the artifacts of a project, workflow or job, as people give them (D 16.2)."""

from typing import Any
from urllib.parse import unquote

_MOST_DECODINGS = 5


class Wrong(Exception):
    """The argument is what the caller is told."""


def cleaned(given: Any, *, required: bool) -> str:
    """Decoded, relative and without empty parts; the root is an empty text."""
    if given is not None and not isinstance(given, str):
        raise Wrong("invalid path")
    path = _decoded(given or "").strip()
    if not path:
        if required:
            raise Wrong("path must be present")
        return ""
    if path.startswith("/"):
        raise Wrong("absolute paths are not allowed")
    if "\\" in path or "\0" in path:
        raise Wrong("invalid path")
    parts = [part for part in path.split("/") if part]
    if any(part in (".", "..") for part in parts):
        raise Wrong("path traversal is not allowed")
    return "/".join(parts)


def _decoded(path: str) -> str:
    """Until nothing changes any more, so that no path hides in a path."""
    for _ in range(_MOST_DECODINGS):
        try:
            decoded = unquote(path, errors="strict")
        except UnicodeDecodeError:
            raise Wrong("invalid path") from None
        if decoded == path:
            return path
        path = decoded
    if unquote(path, errors="replace") != path:
        raise Wrong("invalid path")
    return path
