"""The ledger of one command: a file, or the copy of one that is kept elsewhere."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.commands.ledger import Where
from reconciler.commands.organization import Organization
from reconciler.commands.places import ARTIFACT
from reconciler.model import DesiredState, Plan

if TYPE_CHECKING:
    from reconciler.commands.artifact_ledger import Copy


@dataclass(frozen=True, slots=True)
class OpenLedger:
    """A ledger that can be read and written; what is written to a copy has to be pushed."""

    where: Where
    _copy: "Copy | None" = None

    @property
    def is_new(self) -> bool:
        """Whether it is kept elsewhere, and nothing is there yet."""
        return self._copy is not None and self._copy.is_new

    async def keep(self) -> None:
        """Have what was written so far kept where the next run finds it, whatever ends this one.

        A file is there already. Raises LedgerUnusable where that can't be had.
        """
        if self._copy:
            await self._copy.keep()

    async def push(self) -> str:
        """Bring what was written to where the ledger is kept; return what went wrong, or "".

        Nothing is raised, also if it is interrupted: what a run did has to be told.
        """
        return await self._copy.push() if self._copy else ""

    def noted(self, plan: Plan, state: DesiredState) -> Plan:
        """Add what a plan and declared objects will do to the ledger; refuse what ends it."""
        if self._copy is None:
            return plan
        return replace(
            plan,
            notes=(*plan.notes, *self._copy.warnings(state)),
            refusals=(*plan.refusals, *self._copy.refusals(plan)),
        )


@asynccontextmanager
async def open_ledger(
    where: Where,
    organization: Organization,
    *,
    offline: bool = False,
    environ: Mapping[str, str] = os.environ,
) -> AsyncIterator[OpenLedger]:
    """Have at hand the ledger that ``where`` names, a file, NONE, or ``artifact:NAME``, or is.

    ``offline``: Semaphore is asked for the ledger alone, with no token but the job's. Raises
    BadSettings where none can be kept, LedgerUnusable where it can't be had.
    """
    if not (isinstance(where, str) and where.startswith(ARTIFACT)):
        yield OpenLedger(where)
        return
    from reconciler.commands import artifact_ledger  # noqa: PLC0415 — slow to import, seldom used

    async with artifact_ledger.copied(where, organization, environ, offline=offline) as copy:
        yield OpenLedger(copy.ledger, copy)
