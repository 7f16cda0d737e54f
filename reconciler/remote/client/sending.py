"""Models as the bodies of requests: what was given, with secrets still sealed."""

from typing import Any

from reconciler.remote.client.model import Model


def plain(value: Any) -> Any:
    """Return ``value`` as JSON to send; fields nobody gave are left out."""
    if isinstance(value, Model):
        return {name: plain(getattr(value, name)) for name in sorted(value.model_fields_set)}
    if isinstance(value, tuple):
        return [plain(inner) for inner in value]
    return value
