"""Where a law is tried: an embedded organization, and the real commands working on it."""

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    asynccontextmanager,
    nullcontext,
)
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

from reconciler import commands
from reconciler.commands import Request, Session
from reconciler.commands.places import NONE
from reconciler.embedded import Embedded, Fault, Settings
from reconciler.model import Change, DesiredState, Outcome, Plan, Result, Sealed
from reconciler.model.hidden import UNCOMPARED
from reconciler.remote import Patience
from reconciler.sources.resolve import resolve
from tests.laws.calls import TOKEN
from tests.laws.cases import HIDING
from tests.laws.held import Holder, key_of, unmet
from tests.laws.hidden_values import Values
from tests.laws.organization import Client, Holdings, Sent, holdings
from tests.laws.outputs import Outputs
from tests.laws.scratch import scratch
from tests.laws.strategies.basics import Doc
from tests.laws.strategies.secrets import SOURCES
from tests.laws.touched import key_of as key_at
from tests.laws.writing import write

_URL = "https://laws.semaphore.test"


@dataclass(frozen=True)
class Run:
    """A plan and what became of it."""

    plan: Plan
    outcomes: tuple[Outcome, ...] = ()

    @property
    def failures(self) -> list[str]:
        return [
            f"{one.change.action} {one.change.address} {one.result}: {one.detail} ({one.left})"
            for one in self.outcomes
            if one.result is not Result.DONE
        ]


class Ground(commands.Hooks):
    """One organization; ``outputs`` has all that came out while working on it."""

    def __init__(self, embedded: Embedded, style: int, ledger: str) -> None:
        self.embedded = embedded
        self.client = Client(embedded)
        self.outputs = Outputs()
        self._style = style
        self._ledger = ledger
        self._values = Values()
        self._before: Holdings = {}

    async def send(self, sent: Iterable[Sent]) -> None:
        """Let another client create objects."""
        for one in sent:
            await self.client.create(one)

    async def load(self, docs: Sequence[Doc], shuffle: int = 0) -> DesiredState:
        """Write documents to files and read those with the real loader, in any order."""
        lookup = await self.client.lookup()
        with scratch() as folder:
            for name, content in SOURCES.items():
                Path(folder, name).write_text(content, encoding="utf-8", newline="")
            paths = write(Path(folder), docs, lookup, Random(self._style))
            Random(shuffle).shuffle(paths)
            return resolve(commands.load(paths if shuffle else [folder]).state, os.environ).whole()

    async def plan(self, request: Request, parallelism: int = 10) -> Plan:
        request = replace(request, memory=commands.ledger.remembered(self._ledger, _URL))
        async with self._session(parallelism) as session:
            decided = await commands.plan(session, request)
            self.outputs.take(decided)
            return decided

    async def run(self, request: Request, parallelism: int = 10) -> Run:
        """Plan and apply; a plan with refusals is not applied."""
        request = replace(request, max_deletes=1000)
        hiding = any(address.kind in HIDING for address in request.state.objects)
        self._before = await self.holdings() if hiding else {}
        async with self._session(parallelism) as session:
            applied = await commands.apply(session, request, self._ledger, self)
            return Run(applied.plan, applied.outcomes or ())

    def planned(self, found: commands.Planned) -> None:
        self.outputs.take(found.plan)
        self.outputs.take(found.fingerprint)

    def writing(self, decided: Plan) -> AbstractContextManager[commands.Keep]:  # noqa: ARG002
        return nullcontext(lambda address, _: self.outputs.take(address))

    def started(self, change: Change) -> None:
        self.outputs.take(change)

    def finished(self, outcome: Outcome) -> None:
        self.outputs.take(outcome)

    async def holdings(self, version: Fault | None = None) -> Holdings:
        return await holdings(self.embedded, version)

    def check(self, docs: Sequence[Doc], found: Holdings, plan: Plan) -> None:
        """Raise NotHeld unless all that is declared is held, but for what a plan can't compare.

        ``plan`` is that of the last run; with a ledger, all runs before were held, too.
        """
        there = Holder.of(self.embedded, found, SOURCES)
        check(docs, there, plan)
        if plan.refusals:
            return
        by_key = {key_of(doc): doc for doc in docs}
        said = self._values.wrong(plan, by_key, replace(there, found=self._before))
        if said:
            raise NotHeld(f"of hidden values: {said}")
        if self._ledger != NONE:
            self._values = self._values.after(by_key, self._before, there, sure=True)

    def number(self) -> int:
        """Return how many requests the organization has answered."""
        return max((entry.number for entry in self.embedded.journal.entries()), default=0)

    def writes(self, after: int) -> list[tuple[str, str]]:
        """Return method and path of every later request that was no read."""
        found = self.embedded.journal.entries(after)
        return [(entry.method, entry.path) for entry in found if entry.method != "GET"]

    def _session(self, parallelism: int) -> AbstractAsyncContextManager[Session]:
        organization = commands.Organization(url=_URL, token=Sealed(TOKEN), parallelism=parallelism)
        transport = self.embedded.transport()
        patience = Patience(sleep=self._wait)
        return commands.connect(organization, transport=transport, patience=patience)

    async def _wait(self, seconds: float) -> None:
        """Let the organization's time pass, and the others go on, as a sleep does."""
        self.embedded.clock.advance(seconds)
        await asyncio.sleep(0)


class NotHeld(AssertionError):
    """Something is declared, and the organization does not hold it."""


def check(docs: Sequence[Doc], holder: Holder, plan: Plan) -> None:
    """Raise NotHeld for what is declared and not held, and not said to be unknown or assumed.

    A plan that is refused is not done, so nothing is said of it.
    """
    if plan.refusals:
        return
    said = {(key_at(v.address), v.path) for v in plan.hidden if v.state in UNCOMPARED}
    found = {at: pair for at, pair in unmet(docs, holder).items() if at not in said}
    if found:
        lines = [f"{at}: declared {this!r}, held {that!r}" for at, (this, that) in found.items()]
        raise NotHeld("\n".join(lines))


@asynccontextmanager
async def ground(
    settings: Settings, style: int = 0, *, ledger: bool = False
) -> AsyncIterator[Ground]:
    with Embedded(settings=settings) as embedded, scratch() as folder:
        made = Ground(embedded, style, f"{folder}/ledger.db" if ledger else NONE)
        with made.outputs.listening():
            yield made
        made.outputs.take([entry.path for entry in embedded.journal.entries()])


def fields(plan: Plan) -> list[Any]:
    """Return what a plan would do, for the message of a failed law."""
    return [
        (str(change.action), str(change.address), change.reason, change.fields)
        for change in plan.changes
    ]
