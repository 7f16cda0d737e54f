"""apply and destroy from beginning to end: plan, compare with the review, ask, do, write down."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from typing import Any, Final

from reconciler.commands import ledger
from reconciler.commands.carrying_out import carry_out
from reconciler.commands.looking import Planned
from reconciler.commands.open_ledger import OpenLedger, open_ledger
from reconciler.commands.organization import Session
from reconciler.commands.places import NONE
from reconciler.commands.progress import Progress
from reconciler.commands.reconcile import plan
from reconciler.commands.request import Request
from reconciler.commands.saving import Review, fingerprint
from reconciler.errors import ApiError, InvalidManifests, LeaseHeld, LedgerUnusable, PlanStale
from reconciler.execution import Tokens
from reconciler.ledger import Run
from reconciler.model import Address, Change, Memory, Outcome, Plan, Sealed
from reconciler.render.problems import problems

Keep = Callable[[Address, Sealed], None]
"""Takes a value that Semaphore shows only once."""


class Hooks:
    """Who is told and asked on the way; this one is silent and consents to everything."""

    def planned(self, found: Planned) -> None:
        """Hear what would be done, also if it is refused."""

    def stale(self, decided: Plan, why: str) -> None:
        """Hear that it is not what was reviewed, and is not done."""

    async def consent(self, decided: Plan) -> None:
        """Agree to what is about to be done; raises PlanRefused, or what else is in the way."""

    def writing(self, decided: Plan) -> AbstractContextManager[Keep]:  # noqa: ARG002
        """Enter before the first write and leave after the last."""
        return nullcontext(lambda _address, _value: None)

    def started(self, change: Change) -> None:
        """Hear that a step begins."""

    def finished(self, outcome: Outcome) -> None:
        """Hear what became of a step."""

    def ended(self, decided: Plan, outcomes: tuple[Outcome, ...], trouble: str) -> None:
        """Hear what became of every step, whatever ended the run, and of its records.

        ``trouble``: see Applied.
        """


@dataclass(frozen=True, slots=True)
class Applied:
    """A plan and what became of it; ``outcomes`` is None where nothing was to do, or allowed.

    ``trouble``: why the ledger does not know of it, "" where it does.
    """

    plan: Plan
    outcomes: tuple[Outcome, ...] | None = None
    trouble: str = ""


NO_REVIEW: Final = Review()
_SILENT: Final = Hooks()


async def apply(
    session: Session,
    request: Request,
    where: ledger.Where,
    hooks: Hooks = _SILENT,
    *,
    review: Review = NO_REVIEW,
) -> Applied:
    """Plan, and do it; ``where`` is the ledger's place.

    Raises LeaseHeld at once while another run holds the organization, PlanStale if what would be
    done is not what was reviewed, whatever ``hooks`` raise, and nothing for a step that fails.
    A refused plan is returned with its refusals, and not done.
    """
    async with open_ledger(where, session.organization) as book:
        return await _applied(session, request, book, hooks, review)


async def _applied(
    session: Session, request: Request, book: OpenLedger, hooks: Hooks, review: Review
) -> Applied:
    organization, where = session.organization.url, book.where
    ledger.check_free(where, organization)
    done = review.done(where, organization)
    memory = ledger.remembered(where, organization, create=True)
    request = replace(request, memory=memory, adopt=where != NONE)
    with untouched(reviewed=review.is_whole):
        decided = await plan(session, request)
    decided = ledger.noted(book.noted(decided, request.state), where, organization)
    name = fingerprint(decided, organization, memory.hashes.key)
    hooks.planned(Planned(decided, name, memory))
    try:
        review.check(decided, organization, memory, done)
    except PlanStale as error:
        hooks.stale(decided, str(error))
        raise
    open_ = ledger.interrupted(where, organization)
    recorded = decided.remember or decided.forgotten or decided.renamed or review.is_whole
    if decided.refusals or not (decided.changes or recorded or open_):
        return Applied(decided)
    with session.limit.paused():
        await hooks.consent(decided)
    about = ledger.about(request.command, name) | review.told(decided)
    return await _Run(session, decided, hooks, book, memory, review.tokens(decided)).do(about)


@dataclass(frozen=True, slots=True)
class _Run:
    """A plan that was agreed to."""

    session: Session
    plan: Plan
    hooks: Hooks
    book: OpenLedger
    memory: Memory
    tokens: Tokens | None

    async def do(self, about: Mapping[str, Any]) -> Applied:
        """Do it and bring its records home; whatever happens, what is known is told."""
        progress = Progress(self.plan, self.hooks.started, self.hooks.finished)
        outcomes: tuple[Outcome, ...] = ()
        trouble, begun, entry = "", False, None
        with self.hooks.writing(self.plan) as keep:
            try:
                with self._recorded(about) as (entry, memory):
                    begun = True
                    outcomes = await carry_out(
                        self.session,
                        self.plan,
                        started=progress.started,
                        finished=progress.finished,
                        once=keep,
                        run=entry,
                        keep=self.book.keep,
                        memory=memory,
                        tokens=self.tokens,
                    )
            except (LedgerUnusable, LeaseHeld):
                if not (entry and entry.trouble):
                    raise
            finally:
                if begun:
                    outcomes = outcomes or progress.outcomes()
                    unwritten = entry.trouble if entry else ""
                    trouble = "; ".join(filter(None, (unwritten, await self.book.push())))
                    self.hooks.ended(self.plan, outcomes, trouble)
        return Applied(self.plan, outcomes, trouble)

    @contextmanager
    def _recorded(self, about: Mapping[str, Any]) -> Iterator[tuple[Run | None, Memory]]:
        organization = self.session.organization.url
        with (
            ledger.writing(self.book.where, organization) as book,
            ledger.run(book, about) as entry,
        ):
            yield entry, book.memory() if book else self.memory


@contextmanager
def untouched(*, reviewed: bool = False) -> Iterator[None]:
    """Have errors say that they came before the first write.

    Manifests from which a reviewed plan can't be made any more are not those it was made from.
    """
    try:
        yield
    except (ApiError, InvalidManifests) as error:
        if reviewed and isinstance(error, InvalidManifests):
            why = f"what was reviewed can't be planned any more:\n{problems(error.problems)}"
            raise PlanStale(f"{why}Nothing was changed.") from None
        error.add_note("Nothing was changed.")
        raise
