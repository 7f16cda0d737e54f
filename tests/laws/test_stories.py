"""Long stories: manifests come, change and go, others meddle, calls fail, and it still holds."""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

from hypothesis import settings as effort
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from reconciler import commands
from reconciler.commands import Request
from reconciler.embedded import Action as Fate
from reconciler.embedded import Edition, Fault, Moment, Settings
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Action, DesiredState, Plan
from reconciler.sources import resolve
from tests.laws.cases import HOME, OTHER, names, project_doc, scene_of, settings
from tests.laws.ground import Run, check, fields
from tests.laws.held import Holder
from tests.laws.organization import Client, Holdings, Key, Sent, holdings
from tests.laws.scratch import scratch
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, Scene
from tests.laws.strategies.secrets import SOURCES
from tests.laws.test_convergence import REFUSED
from tests.laws.touched import changed, key_of, planned
from tests.laws.writing import write
from tests.reliability.lab import URL, Lab

_STEPS = 30
_STORIES = max(5, effort().max_examples // 2)

_FATES = st.sampled_from(
    [
        Fault(action=Fate.RESET, when=Moment.BEFORE),
        Fault(action=Fate.RESET, when=Moment.AFTER),
        Fault(action=Fate.ANSWER, when=Moment.AFTER, status=502),
        Fault(action=Fate.ANSWER, status=429, retry_after="1"),
        Fault(action=Fate.STALE),
        Fault(action=Fate.SHIFT_PAGE, items=1),
        Fault(action=Fate.SHIFT_PAGE, items=999),
        Fault(action=Fate.DENY),
        Fault(action=Fate.RESET, when=Moment.AFTER, times=None),
        Fault(action=Fate.ANSWER, status=503, times=None),
    ]
)
"""One call that goes wrong, or all from one on."""


class Story(RuleBasedStateMachine):
    """One organization, one set of manifests, one ledger; ``ours``: all that ever was declared."""

    @initialize(chosen=settings(), style=st.integers(0, 2**32))
    def begin(self, chosen: Settings, style: int) -> None:
        """Start with two projects, which stay."""
        self.folder = scratch()
        self.lab = Lab(Path(self.folder.name), settings=chosen)
        self.settings, self.random = chosen, Random(style)
        self.docs: dict[Key, Doc] = {
            ("Project", "", name): project_doc(name) for name in (HOME, OTHER)
        }
        self.ours: set[Key] = set()
        self.apply(prune=False, parallelism=1)

    def teardown(self) -> None:
        """Come to a good end, whatever was before."""
        try:
            self.apply(prune=True, parallelism=10)
            with commands.ledger.reading(self.lab.ledger, URL) as book:
                assert book.verify() == []
        finally:
            self.lab.close()
            self.folder.cleanup()

    @rule(data=st.data())
    def declare(self, data: st.DataObject) -> None:
        """Write a new manifest, or another for what has one."""
        key, scene = self._draw(data)
        self.docs[key] = data.draw(WRITINGS[key[0]].manifest(scene, key[2]))

    @precondition(lambda self: self._free())
    @rule(data=st.data(), absent=st.booleans())
    def give_up(self, data: st.DataObject, absent: bool) -> None:
        """Take a manifest away, or have it say that its object must not exist."""
        key = data.draw(st.sampled_from(self._free()))
        if absent and not KINDS[key[0]].singleton:
            self.docs[key] = self.docs[key] | {"reconciler": {"absent": True}}
        else:
            del self.docs[key]

    @rule(data=st.data())
    def others_create(self, data: st.DataObject) -> None:
        """Let another client make an object, unless it is there."""
        key, scene = self._draw(data)
        if not KINDS[key[0]].singleton and key not in self._holdings():
            body = data.draw(WRITINGS[key[0]].body(scene, key[2]))
            asyncio.run(Client(self.lab.embedded).create(Sent(*key, body)))

    @rule(data=st.data())
    def others_apply(self, data: st.DataObject) -> None:
        """Let somebody who knows nothing of us write an object, one of ours perhaps."""
        key, scene = self._draw(data)
        doc = data.draw(WRITINGS[key[0]].manifest(scene, key[2]))
        asyncio.run(self._work(Request(state=self._load([doc]), allow_replace=True), "none", []))

    @rule(prune=st.booleans(), parallelism=st.sampled_from([1, 10]))
    def apply(self, *, prune: bool, parallelism: int) -> None:
        """Reach what is declared and touch nothing else; then there is nothing left to do."""
        first = self._apply(prune=prune, parallelism=parallelism)
        refused = [refusal.text for refusal in first.plan.refusals]
        assert [text for text in refused if not any(known in text for known in REFUSED)] == []
        assert first.failures == []
        if refused:
            return
        written = len(self.lab.writes())
        again = self._apply(prune=prune, parallelism=parallelism)
        assert fields(again.plan) == []
        assert self.lab.writes()[written:] == []
        holder = Holder.of(self.lab.embedded, self._holdings(), SOURCES)
        check(list(self.docs.values()), holder, again.plan)

    @rule(fate=_FATES, nth=st.integers(1, 30), prune=st.booleans())
    def apply_in_trouble(self, fate: Fault, nth: int, *, prune: bool) -> None:
        """Come as far as may be; the next apply does the rest."""
        with suppress(ReconcilerError):
            self._apply(replace(fate, nth=nth), prune=prune, parallelism=1)

    def _apply(self, *fates: Fault, prune: bool, parallelism: int) -> Run:
        """Do what is declared; whatever happens, nothing but the plan's objects is touched."""
        state, plans = self._load(list(self.docs.values())), list[Plan]()
        memory = commands.ledger.remembered(self.lab.ledger, URL)
        request = Request(
            state=state, memory=memory, allow_replace=True, prune=prune, max_deletes=1000
        )
        before = self._holdings()
        self.ours |= self.docs.keys()
        self.lab.add(*fates)
        try:
            return asyncio.run(self._work(request, self.lab.ledger, plans, parallelism))
        finally:
            self.lab.add()
            after = self._holdings()
            touched = {key for plan in plans for key in planned(plan, before, after)}
            assert changed(before, after) <= touched
            changes = [change for plan in plans for change in plan.changes]
            gone = {key_of(c.address) for c in changes if c.action is Action.DELETE}
            assert {key for key in gone if not self._is_ours(key)} == set()
            assert self.lab.world().duplicates() == []

    async def _work(
        self, request: Request, ledger: str, plans: list[Plan], parallelism: int = 1
    ) -> Run:
        async with self.lab.session(parallelism=parallelism) as session:
            plan = await commands.plan(session, request)
            plans.append(plan)
            if plan.refusals:
                return Run(plan)
            with (
                commands.ledger.writing(ledger, URL) as book,
                commands.ledger.run(book, commands.ledger.about("apply", "")) as run,
            ):
                outcomes = await commands.carry_out(
                    session, plan, run=run, memory=book.memory() if book else None
                )
            return Run(plan, outcomes)

    def _load(self, docs: list[Doc]) -> DesiredState:
        lookup = asyncio.run(Client(self.lab.embedded).lookup())
        with scratch() as folder:
            for name, content in SOURCES.items():
                Path(folder, name).write_text(content, encoding="utf-8", newline="")
            write(Path(folder), docs, lookup, self.random)
            return resolve(commands.load([folder]).state, os.environ).state

    def _holdings(self) -> Holdings:
        return asyncio.run(holdings(self.lab.embedded))

    def _draw(self, data: st.DataObject) -> tuple[Key, Scene]:
        """Choose an object: one that is declared, or another of some kind."""
        has_targets = self.settings.edition is not Edition.CE
        kinds = [kind for kind in KINDS if has_targets or kind != "DeploymentTarget"]
        kind = data.draw(st.sampled_from(kinds))
        scene = scene_of(kind)
        if KINDS[kind].project_at:
            scene = replace(scene, project=data.draw(st.sampled_from([HOME, OTHER])))
        known = [key[2] for key in self._free() if key[:2] == (kind, scene.project)]
        fresh = names(kind, most=1).map(lambda found: found[0])
        name = data.draw(st.sampled_from(known) | fresh if known else fresh)
        return (kind, scene.project, name), scene

    def _is_ours(self, key: Key) -> bool:
        """Whether it was declared once; the tasks of a project mean: these and no others."""
        return key in self.ours or (key[0] == "Schedule" and key[1] not in (HOME, OTHER))

    def _free(self) -> list[Key]:
        """Return what is declared and may go, or change."""
        fixed = (HOME, OTHER)
        return sorted(key for key in self.docs if key[0] != "Project" or key[2] not in fixed)


TestStory = Story.TestCase
TestStory.settings = effort(max_examples=_STORIES, stateful_step_count=_STEPS)
