"""The change of scenery.py, in this process: any fault at any call, and no time that passes."""

import asyncio
import math
import shutil
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, Self

import httpx

from reconciler import commands
from reconciler.commands import Organization, Request, Session
from reconciler.embedded import Embedded, Fault, Settings
from reconciler.model import Outcome, Plan, Result, Sealed
from reconciler.remote import Http, Patience, Reader, Writer
from tests.reliability.program import LEDGER, ORGANIZATION
from tests.reliability.world import World, world

URL = f"embedded:{ORGANIZATION}"
REQUEST_TIMEOUT = 0.2
"""Seconds for one request: what hangs is given up soon."""


class Lab:
    """A copy of an organization and its ledger, and the program working on it."""

    def __init__(self, place: Path, ledger: str = LEDGER, settings: Settings | None = None) -> None:
        self.place = place
        self.ledger = "none" if ledger == "none" else str(place / ledger)
        self.embedded = Embedded(str(place / ORGANIZATION), settings)
        self.slept: list[float] = []
        self.always: tuple[Fault, ...] = ()
        self._healthy_after = math.inf

    def close(self) -> None:
        self.embedded.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def add(self, *faults: Fault, seconds: float = math.inf) -> None:
        """Have these faults, for so many seconds of waiting, and no others but ``always``."""
        self._healthy_after = sum(self.slept) + seconds
        self.embedded.faults.clear()
        for fault in (*faults, *self.always):
            self.embedded.faults.add(fault)

    def world(self) -> World:
        return world(self.embedded.world.db)

    def writes(self) -> list[str]:
        return [
            f"{entry.method} {entry.path} {entry.status} {entry.fault}".rstrip()
            for entry in self.embedded.journal.entries()
            if entry.method != "GET"
        ]

    def request(self, manifests: str, **options: Any) -> Request:
        state = commands.load([str(self.place / manifests)]).state
        memory = commands.ledger.remembered(self.ledger, URL)
        return Request(state=state, memory=memory, allow_replace=True, **options)

    def plan(self, manifests: str = "after.yml", **options: Any) -> Plan:
        async def planning() -> Plan:
            async with self.session(read_only=True) as session:
                return await commands.plan(session, self.request(manifests, **options))

        return asyncio.run(planning())

    def apply(self, manifests: str = "after.yml", **options: Any) -> tuple[Outcome, ...]:
        return asyncio.run(self.applying(manifests, **options))

    async def applying(
        self,
        manifests: str = "after.yml",
        transport: httpx.AsyncBaseTransport | None = None,
        parallelism: int = 1,
        **options: Any,
    ) -> tuple[Outcome, ...]:
        async with self.session(transport=transport, parallelism=parallelism) as session:
            planned = await commands.plan(session, self.request(manifests, **options))
            with (
                commands.ledger.writing(self.ledger, URL) as book,
                commands.ledger.run(book, commands.ledger.about("apply", "")) as run,
            ):
                return await commands.carry_out(
                    session, planned, run=run, memory=book.memory() if book else None
                )

    @asynccontextmanager
    async def session(
        self,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        parallelism: int = 1,
        read_only: bool = False,
    ) -> AsyncIterator[Session]:
        async def sleep(seconds: float) -> None:
            self.slept.append(seconds)
            if sum(self.slept) > self._healthy_after:
                self.add()
            self.embedded.clock.advance(seconds)
            await asyncio.sleep(0)

        organization = Organization(url=URL, token=Sealed("t"), parallelism=parallelism)
        http = Http(
            "https://lab.semaphore.test",
            Sealed("t"),
            transport=transport or self.embedded.transport(),
            parallelism=parallelism,
            request_timeout=REQUEST_TIMEOUT,
            read_only=read_only,
            sleep=sleep,
        )
        async with http:
            patience = Patience(sleep=sleep, clock=lambda: sum(self.slept))
            reader = Reader(http, patience)
            yield Session(organization, http, reader, Writer(reader, patience), asyncio.Event())


def failures(outcomes: Iterable[Outcome]) -> list[str]:
    return [
        f"{o.change.action} {o.change.address} {o.result}: {o.detail} ({o.left})"
        for o in outcomes
        if o.result is not Result.DONE
    ]


Open = Callable[..., Lab]


@contextmanager
def copied(template: Path, place: Path, ledger: str = LEDGER) -> Iterator[Lab]:
    """Open a copy, and take it away afterwards."""
    shutil.copytree(template, place)
    with Lab(place, ledger) as lab:
        yield lab
    shutil.rmtree(place)
