"""Where a law is tried: an embedded organization, and the real commands working on it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from reconciler import commands
from reconciler.commands import Request, Session
from reconciler.embedded import Embedded, Fault, Settings
from reconciler.model import DesiredState, Outcome, Plan, Result, Sealed
from reconciler.remote import Patience
from reconciler.sources import resolve
from tests.laws.calls import TOKEN
from tests.laws.organization import Client, Holdings, Sent, holdings
from tests.laws.outputs import Outputs
from tests.laws.strategies.basics import Doc
from tests.laws.strategies.secrets import SOURCES
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


class Ground:
    """One organization; ``outputs`` has all that came out while working on it."""

    def __init__(self, embedded: Embedded, style: int) -> None:
        self.embedded = embedded
        self.client = Client(embedded)
        self.outputs = Outputs()
        self._style = style

    async def send(self, sent: Iterable[Sent]) -> None:
        """Let another client create objects."""
        for one in sent:
            await self.client.create(one)

    async def load(self, docs: Sequence[Doc], shuffle: int = 0) -> DesiredState:
        """Write documents to files and read those with the real loader, in any order."""
        lookup = await self.client.lookup()
        with tempfile.TemporaryDirectory() as folder:
            for name, content in SOURCES.items():
                Path(folder, name).write_text(content, encoding="utf-8", newline="")
            paths = write(Path(folder), docs, lookup, Random(self._style))
            Random(shuffle).shuffle(paths)
            return resolve(commands.load(paths if shuffle else [folder]).state, os.environ).state

    async def plan(self, request: Request, parallelism: int = 10) -> Plan:
        async with self._session(parallelism) as session:
            decided = await commands.plan(session, request)
            self.outputs.take(decided)
            return decided

    async def run(self, request: Request, parallelism: int = 10) -> Run:
        """Plan and apply; a plan with refusals is not applied."""
        async with self._session(parallelism) as session:
            decided = await commands.plan(session, request)
            self.outputs.take(decided)
            if decided.refusals:
                return Run(decided)
            outcomes = await commands.carry_out(
                session,
                decided,
                started=self.outputs.take,
                finished=self.outputs.take,
                once=lambda address, _: self.outputs.take(address),
            )
            return Run(decided, outcomes)

    async def holdings(self, version: Fault | None = None) -> Holdings:
        return await holdings(self.embedded, version)

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
        return commands.connect(organization, transport=transport, patience=Patience(sleep=_wait))


async def _wait(_seconds: float) -> None:
    """Let the others go on, as a sleep does."""
    await asyncio.sleep(0)


@asynccontextmanager
async def ground(settings: Settings, style: int = 0) -> AsyncIterator[Ground]:
    with Embedded(settings=settings) as embedded:
        made = Ground(embedded, style)
        with made.outputs.listening():
            yield made
        made.outputs.take([entry.path for entry in embedded.journal.entries()])


def fields(plan: Plan) -> list[Any]:
    """Return what a plan would do, for the message of a failed law."""
    return [
        (str(change.action), str(change.address), change.reason, change.fields)
        for change in plan.changes
    ]
