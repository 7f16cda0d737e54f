"""The memory of what was applied; losing it loses no object."""

from reconciler.ledger.lease import Lease, lives
from reconciler.ledger.ledger import Ledger, Run, opened
from reconciler.ledger.store import Event, Store

__all__ = ["Event", "Lease", "Ledger", "Run", "Store", "lives", "opened"]
