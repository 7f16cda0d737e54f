"""The memory of what was applied; losing it loses no object."""

from reconciler.ledger.archive import exported
from reconciler.ledger.earlier import NEVER, Earlier
from reconciler.ledger.event import Event
from reconciler.ledger.identity import canonical
from reconciler.ledger.lease import Lease, lives
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.opening import accept_missing, missing, opened, opened_copy
from reconciler.ledger.port import Store
from reconciler.ledger.run import Run

__all__ = [
    "NEVER",
    "Earlier",
    "Event",
    "Lease",
    "Ledger",
    "Run",
    "Store",
    "accept_missing",
    "canonical",
    "exported",
    "lives",
    "missing",
    "opened",
    "opened_copy",
]
