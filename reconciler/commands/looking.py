"""plan and drift: Semaphore is read, nothing is written."""

from dataclasses import replace

from reconciler.commands import ledger
from reconciler.commands.organization import Session
from reconciler.commands.reconcile import plan
from reconciler.commands.request import Request
from reconciler.model import Plan


async def look(session: Session, request: Request, where: str) -> Plan:
    """Return what apply would do; ``where`` is the ledger's place. Raises what plan raises."""
    organization = session.organization.url
    memory = ledger.remembered(where, organization)
    decided = await plan(session, replace(request, memory=memory, adopt=False))
    return ledger.noted(decided, where, organization)
