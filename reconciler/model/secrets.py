"""Where in a value its secrets are."""

from typing import Any

from reconciler.model.sealed import Sealed
from reconciler.model.spec import Spec


def sealed_in(value: Any, path: str = "") -> list[tuple[str, Sealed]]:
    """Return every secret inside a value with its path; items of lists are named by their key."""
    if isinstance(value, Sealed):
        return [(path, value)]
    below = f"{path}." if path else ""
    if isinstance(value, Spec):
        return [found for name, inner in value for found in sealed_in(inner, f"{below}{name}")]
    if isinstance(value, tuple):
        return [
            found
            for item in value
            if isinstance(item, Spec)
            for found in sealed_in(item, f"{below}{getattr(item, 'key', '')}")
        ]
    return []
