"""plan and drift: Semaphore is read, nothing is written."""

from dataclasses import dataclass, replace

from reconciler.commands import ledger
from reconciler.commands.open_ledger import open_ledger
from reconciler.commands.organization import Session
from reconciler.commands.places import NONE
from reconciler.commands.reconcile import plan
from reconciler.commands.request import Request
from reconciler.commands.saving import fingerprint
from reconciler.errors import BadSettings, LedgerUnusable
from reconciler.model import Memory, Plan
from reconciler.planning import FORGETFUL


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan, its name, and what the ledger remembers.

    The name is "" if it can't have one, and None if nothing can be applied by it.
    """

    plan: Plan
    fingerprint: str | None
    memory: Memory


async def remembered_if_any(session: Session, where: str) -> Memory:
    """Return what the ledger remembers: nothing, where there is none, or none that is believed."""
    try:
        async with open_ledger(where, session.organization) as book:
            memory = ledger.remembered(book.where, session.organization.url)
    except (BadSettings, LedgerUnusable):
        return FORGETFUL
    return FORGETFUL if memory.doubts else memory


async def look(session: Session, request: Request, where: str) -> Planned:
    """Return what apply would do; ``where`` is the ledger's place. Raises what plan raises."""
    organization = session.organization.url
    async with open_ledger(where, session.organization) as book:
        memory = ledger.remembered(book.where, organization)
        request = replace(request, memory=memory, adopt=where != NONE)
        decided = book.noted(await plan(session, request), request.state)
        decided = ledger.noted(decided, book.where, organization)
    return Planned(decided, fingerprint(decided, organization, memory.hashes.key), memory)
