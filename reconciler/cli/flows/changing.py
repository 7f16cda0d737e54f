"""apply and destroy: plan, consent, do, report."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import click

from reconciler import commands
from reconciler.cli import tokens
from reconciler.cli.consent import ask
from reconciler.cli.exit_codes import DONE, INCOMPLETE, INTERRUPTED, REFUSED
from reconciler.cli.flows.record import Record
from reconciler.cli.flows.scene import Scene
from reconciler.cli.interrupts import Interrupts, run
from reconciler.cli.settings import Chosen
from reconciler.cli.streams import product, talk
from reconciler.cli.tokens import TokenFile
from reconciler.cli.wishes import Wishes
from reconciler.commands import Request, Session, Values, ledger, saving
from reconciler.errors import ApiError, InvalidManifests, PlanRefused, PlanStale
from reconciler.model import Outcome, Plan, Result
from reconciler.render import machine, report, text
from reconciler.render.problems import problems
from reconciler.render.words import count


def apply(asked: Wishes) -> int:
    if any(saving.is_saved_plan(path) for path in asked.paths):
        return _apply_saved(asked)
    scene = Scene.of(asked)
    chosen = scene.chosen()
    ledger.check_free(scene.ledger, chosen.url)
    memory = ledger.remembered(scene.ledger, chosen.url)
    with _untouched():
        request = scene.request(scene.declared(), memory)
    return run(_Run(scene, chosen, request, expect=asked.expect).work)


def _apply_saved(asked: Wishes) -> int:
    """Do what was reviewed: everything about it is taken from the file, and checked."""
    given = (asked.expect, asked.allow_replace, asked.max_deletes, asked.prune)
    if asked.paths[1:] or asked.target or asked.exclude or any(one is not None for one in given):
        raise click.UsageError(
            "A saved plan stands alone: no other PATH, --target, --exclude, --expect, "
            "--allow-replace, --max-deletes or --prune.",
            click.get_current_context(),
        )
    found = saving.read(asked.paths[0])
    scene = Scene.of(replace(asked, paths=tuple(found["paths"])))
    chosen = scene.chosen()
    ledger.check_free(scene.ledger, chosen.url)
    memory = ledger.remembered(scene.ledger, chosen.url)
    with _untouched(reviewed=True):
        request = replace(scene.request(scene.declared(), memory), **saving.options_of(found))
    saving.check_bound(found, chosen.url, request)
    return run(_Run(scene, chosen, request, saved=found).work)


def destroy(asked: Wishes) -> int:
    scene = Scene.of(asked)
    chosen = scene.chosen()
    ledger.check_free(scene.ledger, chosen.url)
    memory = ledger.remembered(scene.ledger, chosen.url)
    with _untouched():
        request = replace(scene.request(scene.declared(), memory, destroy=True), values=Values.NONE)
    return run(_Run(scene, chosen, request).work)


@contextmanager
def _untouched(*, reviewed: bool = False) -> Iterator[None]:
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


@dataclass(frozen=True, slots=True)
class _Run:
    """One apply or destroy."""

    scene: Scene
    chosen: Chosen
    request: Request
    saved: saving.Document | None = None
    expect: str | None = None

    async def work(self, interrupts: Interrupts) -> int:
        organization = self.scene.organization(self.chosen, read_only=False)
        async with commands.connect(organization, stop=interrupts.stop) as session:
            with self.scene.progress() as progress:
                progress.say(f"Reading {self.chosen.url}")
                with _untouched(reviewed=self.saved is not None):
                    decided = await commands.plan(session, self.request)
            decided = ledger.noted(decided, self.scene.ledger, self.chosen.url)
            decided = tokens.noted(decided, kept=self.scene.asked.tokens_out is not None)
            if not self._is_json:
                destroys = self.request.destroy  # and takes no --expect
                name = "" if destroys else saving.fingerprint(decided, self.chosen.url)
                self.scene.show(decided, self.chosen.url, text.plan, machine.plan, fingerprint=name)
            self._check(decided)
            open_ = ledger.interrupted(self.scene.ledger, self.chosen.url)
            if decided.refusals or not (decided.changes or decided.remember or open_):
                self._document(decided)
                return self._settled(decided)
            tokens.check_free(self.scene.asked.tokens_out, decided)
            if decided.changes:
                await self._consent(decided)
            code = await self._execute(session, decided, interrupts)
            self.scene.explain(f"{session.requests} requests")
        return code

    def _check(self, decided: Plan) -> None:
        """Hold the plan against what was reviewed; raises PlanStale."""
        if self.saved is not None:
            saving.check_same(self.saved, decided, self.request.memory.intended)
        if self.expect is not None:
            saving.check_expected(self.expect, decided, self.chosen.url)

    @property
    def _is_json(self) -> bool:
        return self.scene.asked.form == "json"

    def _settled(self, decided: Plan) -> int:
        if not decided.refusals:
            return DONE
        talk("error: the plan is refused, and nothing was changed\n")
        return REFUSED

    async def _consent(self, decided: Plan) -> None:
        if self.scene.asked.auto_approve:
            return
        if self._is_json:
            self._document(decided)
            raise PlanRefused(
                "nothing was changed: --format json does not ask; give --auto-approve"
            )
        await ask(*self._question(decided))

    def _question(self, decided: Plan) -> tuple[str, str]:
        number = len(decided.changes)
        if self.request.destroy:
            about = f"Delete {count(number, 'object')} of {self.chosen.url}?"
            return f"{about} Type {self.chosen.host} to go on: ", self.chosen.host
        about = f"Apply {count(number, 'change')} to {self.chosen.url}?"
        return f'{about} Only "yes" is accepted: ', "yes"

    async def _execute(self, session: Session, decided: Plan, interrupts: Interrupts) -> int:
        """Do it; whatever happens, what is known is reported."""
        with (
            ledger.writing(self.scene.ledger, self.chosen.url) as book,
            ledger.run(book, self._command, decided, self.chosen.url) as entry,
            TokenFile(self.scene.asked.tokens_out, decided) as kept,
            self.scene.progress() as progress,
        ):
            record = Record(decided, progress)
            known = saving.tokens_of(self.saved, decided) if self.saved else None
            memory = book.memory() if book else self.request.memory
            outcomes: tuple[Outcome, ...] = ()
            try:
                with interrupts.writing():
                    outcomes = await commands.apply(
                        session,
                        decided,
                        started=record.started,
                        finished=record.finished,
                        once=kept.keep,
                        stop=interrupts.stop,
                        run=entry,
                        memory=memory,
                        tokens=known,
                    )
            finally:
                progress.clear()
                outcomes = outcomes or record.outcomes()
                if decided.changes or self._is_json:
                    self._report(decided, outcomes)
        if interrupts.happened:
            return INTERRUPTED
        done = all(outcome.result is Result.DONE for outcome in outcomes) and not kept.lost
        return DONE if done else INCOMPLETE

    @property
    def _command(self) -> str:
        return "destroy" if self.request.destroy else "apply"

    def _report(self, decided: Plan, outcomes: tuple[Outcome, ...]) -> None:
        if self._is_json:
            self._document(decided, outcomes)
        else:
            said = report.report(outcomes, self.chosen.url, palette=self.scene.palette)
            product(f"\n{said}")

    def _document(self, decided: Plan, outcomes: tuple[Outcome, ...] = ()) -> None:
        if self._is_json:
            product(machine.dumps(machine.applied(decided, self.chosen.url, outcomes)))
