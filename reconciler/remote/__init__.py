"""Semaphore, over HTTP."""

from typing import TYPE_CHECKING, Any

from reconciler.remote.http import Http
from reconciler.remote.reading import Reader
from reconciler.remote.transport import checked_url, network_transport
from reconciler.remote.waiting import Patience
from reconciler.remote.writing import Writer

if TYPE_CHECKING:
    from reconciler.remote.client import Semaphore

__all__ = ["Http", "Patience", "Reader", "Semaphore", "Writer", "checked_url", "network_transport"]


def __getattr__(name: str) -> Any:
    """Load the typed client when it is asked for: its models cost a plan more than they give."""
    if name != "Semaphore":
        raise AttributeError(name)
    from reconciler.remote.client import Semaphore  # noqa: PLC0415

    return Semaphore
