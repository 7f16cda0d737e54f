"""Semaphore, over HTTP."""

from reconciler.remote.client import Semaphore
from reconciler.remote.http import Http
from reconciler.remote.reading import Reader
from reconciler.remote.transport import checked_url, network_transport
from reconciler.remote.waiting import Patience
from reconciler.remote.writing import Writer

__all__ = ["Http", "Patience", "Reader", "Semaphore", "Writer", "checked_url", "network_transport"]
