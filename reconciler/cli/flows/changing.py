"""apply and destroy: plan, consent, do, report."""

from dataclasses import dataclass

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
from reconciler.commands import Request, Session
from reconciler.errors import PlanRefused
from reconciler.model import Outcome, Plan, Result
from reconciler.render import machine, report, text
from reconciler.render.words import count


def apply(asked: Wishes) -> int:
    scene = Scene.of(asked)
    request = scene.request(scene.resolved())
    return _change(scene, request)


def destroy(asked: Wishes) -> int:
    scene = Scene.of(asked)
    request = scene.request(scene.declared(), destroy=True)
    return _change(scene, request)


def _change(scene: Scene, request: Request) -> int:
    run_of = _Run(scene, scene.chosen(), request)
    return run(run_of.work)


@dataclass(frozen=True, slots=True)
class _Run:
    """One apply or destroy."""

    scene: Scene
    chosen: Chosen
    request: Request

    async def work(self, interrupts: Interrupts) -> int:
        organization = self.scene.organization(self.chosen, read_only=False)
        async with commands.connect(organization) as session:
            with self.scene.progress() as progress:
                progress.say(f"Reading {self.chosen.url}")
                decided = await commands.plan(session, self.request)
            decided = tokens.noted(decided, kept=self.scene.asked.tokens_out is not None)
            if not self._is_json:
                self.scene.show(decided, self.chosen.url, text.plan, machine.plan)
            if decided.refusals or not decided.changes:
                self._document(decided)
                return self._settled(decided)
            tokens.check_free(self.scene.asked.tokens_out, decided)
            await self._consent(decided)
            code = await self._execute(session, decided, interrupts)
            self.scene.explain(f"{session.requests} requests")
        return code

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
            TokenFile(self.scene.asked.tokens_out, decided) as kept,
            self.scene.progress() as progress,
        ):
            record = Record(decided, progress)
            try:
                with interrupts.writing():
                    await commands.apply(
                        session,
                        decided,
                        started=record.started,
                        finished=record.finished,
                        once=kept.keep,
                        stop=interrupts.stop,
                    )
            finally:
                progress.clear()
                outcomes = record.outcomes()
                self._report(decided, outcomes)
        if interrupts.happened:
            return INTERRUPTED
        done = all(outcome.result is Result.DONE for outcome in outcomes) and not kept.lost
        return DONE if done else INCOMPLETE

    def _report(self, decided: Plan, outcomes: tuple[Outcome, ...]) -> None:
        if self._is_json:
            self._document(decided, outcomes)
        else:
            said = report.report(outcomes, self.chosen.url, palette=self.scene.palette)
            product(f"\n{said}")

    def _document(self, decided: Plan, outcomes: tuple[Outcome, ...] = ()) -> None:
        if self._is_json:
            product(machine.dumps(machine.applied(decided, self.chosen.url, outcomes)))
