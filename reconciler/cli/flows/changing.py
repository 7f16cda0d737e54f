"""apply and destroy: what is asked for, what is shown, and how it ends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

import click

from reconciler import commands
from reconciler.cli import tokens
from reconciler.cli.consent import ask, unasked
from reconciler.cli.exit_codes import CHANGES, DONE, ERROR, INCOMPLETE, INTERRUPTED, REFUSED
from reconciler.cli.failures import tell
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.options import Options
from reconciler.cli.progress import Progress
from reconciler.cli.reports import Reports, reported
from reconciler.cli.settings import Chosen
from reconciler.cli.streams import Unwritable, check_read, talk
from reconciler.cli.tokens import TokenFile
from reconciler.commands import (
    Applied,
    Hooks,
    Keep,
    Planned,
    Request,
    Session,
    plan_place,
    reporting,
    saving,
)
from reconciler.commands.applying import NO_REVIEW
from reconciler.commands.places import NONE
from reconciler.commands.saving import Review
from reconciler.errors import BadSettings, PlanRefused
from reconciler.model import Change, Outcome, Plan, Refusal, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.words import count


@reported(Subject.APPLY)
def apply(asked: Options, reports: Reports) -> int:
    if any(saving.is_saved_plan(path) for path in asked.paths):
        return _apply_saved(asked, reports)
    if asked.expect == "":
        raise click.UsageError(
            "--expect needs a fingerprint; `plan` says why it shows none.",
            click.get_current_context(),
        )
    invocation = OnlineInvocation.of(asked)
    chosen = invocation.chosen()
    with commands.untouched():
        request = invocation.request(invocation.declared())
    return _run(invocation, chosen, request, reports, Review(expected=asked.expect))


def _apply_saved(asked: Options, reports: Reports) -> int:
    """Do what was reviewed: everything about it is taken from the file, and checked."""
    given = (asked.expect, asked.allow_replace, asked.max_deletes, asked.prune)
    narrowed = (asked.paths[1:], asked.target, asked.exclude, asked.rewrite)
    if any(narrowed) or any(one is not None for one in given):
        raise click.UsageError(
            "A saved plan stands alone: no other PATH, --target, --exclude, --rewrite, --expect, "
            "--allow-replace, --max-deletes or --prune. Give these to the plan that is saved.",
            click.get_current_context(),
        )
    found = saving.read(asked.paths[0])
    plan_place.check(found)
    invocation = OnlineInvocation.of(replace(asked, paths=tuple(found["paths"])))
    chosen = invocation.chosen()
    with commands.untouched(reviewed=True):
        request = replace(invocation.request(invocation.declared()), **saving.options_of(found))
    saving.check_bound(found, chosen.url, request)
    return _run(invocation, chosen, request, reports, Review(saved=found))


@reported(Subject.APPLY)
def adopt(asked: Options, reports: Reports) -> int:
    invocation = OnlineInvocation.of(asked)
    if invocation.ledger == NONE:
        raise BadSettings("adopt writes into the ledger what is ours, and --ledger none has none")
    chosen = invocation.chosen()
    with commands.untouched():
        request = invocation.request(invocation.declared())
    request = replace(request, only_adopt=True, prune=False, strict=invocation.strict)
    return _run(invocation, chosen, request, reports)


@reported(Subject.APPLY)
def destroy(asked: Options, reports: Reports) -> int:
    invocation = OnlineInvocation.of(asked)
    chosen = invocation.chosen()
    with commands.untouched():
        request = invocation.request(invocation.declared(), destroy=True)
    return _run(invocation, chosen, replace(request, values=False), reports)


def _run(
    invocation: OnlineInvocation,
    chosen: Chosen,
    request: Request,
    reports: Reports,
    review: Review = NO_REVIEW,
) -> int:
    begun = reporting.now()

    async def work(interrupts: Interrupts) -> int:
        organization = invocation.organization(chosen, read_only=request.only_adopt)
        async with commands.connect(organization, stop=interrupts.stop) as session:
            with invocation.progress() as reading:
                reading.say(f"Reading {chosen.url}")
                about = _About(invocation, chosen, request, review, session, begun)
                told = _Told(about, reports, interrupts, reading)
                applied = await commands.apply(
                    session, request, invocation.ledger, told, review=review
                )
            invocation.explain(f"{session.requests} requests")
        return told.code(applied)

    return run(work)


@dataclass(frozen=True, slots=True)
class _About:
    """What one apply or destroy is about, and how it is told."""

    invocation: OnlineInvocation
    chosen: Chosen
    request: Request
    review: Review
    session: Session
    begun: datetime

    @property
    def is_spoken(self) -> bool:
        return self.invocation.format.spoken

    def report(
        self,
        subject: Subject,
        found: Planned,
        outcomes: tuple[Outcome, ...] | None = None,
        trouble: str = "",
    ) -> Report:
        kept = self.invocation.asked.tokens_out is not None
        name = "" if self.request.destroy else found.fingerprint  # which takes no --expect
        found = replace(found, plan=tokens.noted(found.plan, kept=kept), fingerprint=name)
        return reporting.report(
            subject,
            found,
            self.request,
            self.chosen.url,
            begun=self.begun,
            requests=self.session.requests,
            outcomes=outcomes,
            trouble=trouble,
            spent=self.review.spent(outcomes or ()),
        )

    def question(self, decided: Plan) -> tuple[str, str]:
        number = len(decided.changes)
        if self.request.destroy:
            about = f"Delete {count(number, 'object')} of {self.chosen.url}?"
            return f"{about} Type {self.chosen.host} to go on: ", self.chosen.host
        about = f"Apply {count(number, 'change')} to {self.chosen.url}?"
        if not decided.changes:
            about = f"Take {count(len(decided.adopted), 'object')} of {self.chosen.url} for ours?"
        return f'{about} Only "yes" is accepted: ', "yes"


@dataclass(slots=True)
class _Told(Hooks):
    """Shows, asks and reports one apply or destroy."""

    about: _About
    reports: Reports
    interrupts: Interrupts
    progress: Progress
    tokens_lost: bool = False
    found: Planned | None = None
    untold: Unwritable | None = None

    def planned(self, found: Planned) -> None:
        self.progress.clear()
        self.found = found
        if self.about.is_spoken:
            with _unchanged():
                self.about.invocation.tell(self.about.report(Subject.PLAN, found))

    def stale(self, decided: Plan, why: str) -> None:
        refused = Refusal(None, why)
        self._end(replace(decided, refusals=(*decided.refusals, refused)))

    async def consent(self, decided: Plan) -> None:
        with _unchanged():
            check_read()
        asked = self.about.invocation.asked
        tokens.check_free(asked.tokens_out, decided)
        if asked.auto_approve or not (decided.changes or decided.adopted):
            return
        if not self.about.is_spoken:
            self._end(decided)
            raise unasked(asked.form)
        try:
            await ask(*self.about.question(decided))
        except PlanRefused:
            self._end(decided)
            raise

    @contextmanager
    def writing(self, decided: Plan) -> Iterator[Keep]:
        with (
            TokenFile(self.about.invocation.asked.tokens_out, decided) as kept,
            self.about.invocation.progress() as self.progress,
            self.progress.ticking(),
            self.interrupts.writing(),
        ):
            self.progress.expect(len(decided.changes))
            yield kept.keep
        self.tokens_lost = bool(kept.lost)

    def started(self, change: Change) -> None:
        self.progress.started(change)

    def finished(self, outcome: Outcome) -> None:
        self.progress.finished(outcome)

    def ended(self, decided: Plan, outcomes: tuple[Outcome, ...], trouble: str) -> None:
        self.progress.clear()
        try:
            self._end(decided, outcomes, trouble)
        except Unwritable as error:  # it has no say in what became of the run
            self.untold = error
        if trouble:
            talk(f"error: {trouble}\n")

    def code(self, applied: Applied) -> int:
        """Return the exit code, and tell what was not told on the way."""
        unheard = tell(self.untold) if self.untold else DONE
        return self._code(applied) or unheard

    def _code(self, applied: Applied) -> int:
        if applied.outcomes is None:
            self._end(applied.plan)
            if not applied.plan.refusals:
                return CHANGES if applied.plan.failing else DONE
            talk("error: the plan is refused, and nothing was changed\n")
            return REFUSED
        if self.interrupts.happened:
            return INTERRUPTED
        if applied.trouble:
            return ERROR
        if self.tokens_lost or any(each.result is not Result.DONE for each in applied.outcomes):
            return INCOMPLETE
        return CHANGES if applied.plan.failing else DONE

    def _end(
        self, decided: Plan, outcomes: tuple[Outcome, ...] | None = None, trouble: str = ""
    ) -> None:
        """Tell how it ended, of which the plan has been told already where that was spoken of."""
        assert self.found is not None  # noqa: S101 — there is a plan before anything ends
        found = replace(self.found, plan=decided)
        told = self.about.report(Subject.APPLY, found, outcomes, trouble)
        self.reports.write(told)
        if outcomes is not None or not self.about.is_spoken:
            self.about.invocation.tell(told, more=True)


@contextmanager
def _unchanged() -> Iterator[None]:
    """Have it said that what can't be shown was not done."""
    try:
        yield
    except Unwritable as error:
        error.add_note("Nothing was changed.")
        raise
