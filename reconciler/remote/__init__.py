"""Semaphore, over HTTP.

A part is loaded when it is used: the models of the typed client cost a plan more than they give.
"""

from typing import TYPE_CHECKING

from reconciler.on_demand import on_demand

if TYPE_CHECKING:
    from reconciler.remote.client import Semaphore
    from reconciler.remote.http import Http
    from reconciler.remote.reading import Reader
    from reconciler.remote.transport import checked_url, network_transport
    from reconciler.remote.waiting import Patience
    from reconciler.remote.writing import Writer
else:
    __getattr__ = on_demand(
        __name__,
        {
            "client": "Semaphore",
            "http": "Http",
            "reading": "Reader",
            "transport": "checked_url network_transport",
            "waiting": "Patience",
            "writing": "Writer",
        },
    )

__all__ = ["Http", "Patience", "Reader", "Semaphore", "Writer", "checked_url", "network_transport"]
