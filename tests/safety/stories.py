"""A project in which others act right before or after a request, which may get lost."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from http.client import BAD_REQUEST
from typing import Any

import httpx

from reconciler import commands
from reconciler.embedded import Action as Fate
from reconciler.embedded import Fault
from reconciler.model import Outcome, Plan, Result
from tests.reliability.world import world
from tests.safety.conftest import House
from tests.safety.samples import documents, project
from tests.safety.test_races import KINDS

MADE = sorted(KINDS.keys() - {"ArtifactsRetentionPolicy"})
RENAMED = "reconciler: {renamed_from: p}\n"
ABSENT = "reconciler: {absent: true}\n"
OURS, ANOTHER = "cricket-ours", "cricket-another"
HIDDEN = {
    "Secret": (
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: s}\n"
        "data: {env_vars: [{name: A, value: VALUE}]}\n"
    ),
    "ProjectSecret": (
        "apiVersion: v1\nkind: ProjectSecret\nmetadata: {name: s, project_id_or_name: api}\n"
        "data: {env_vars: [{name: A, value: VALUE}]}\n"
    ),
}
PATH = "data.env_vars.A.value"
Others = Callable[[], Awaitable[None]]


class Meddling(httpx.AsyncBaseTransport):
    """Lets others act at the first of some requests: before it, which gets lost, or after.

    ``at``: its method, and how its path ends.
    """

    def __init__(
        self, house: House, at: str, others: Callable[[], Awaitable[None]], *, lost: bool
    ) -> None:
        self._inner = house.embedded.transport()
        self._house = house
        self._method, _, self._path = at.partition(" ")
        self._others = others
        self._lost = lost
        self.since = -1

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        here = request.method == self._method and request.url.path.endswith(self._path)
        if not here or self.since >= 0:
            return await self._inner.handle_async_request(request)
        self.since = 0
        if self._lost:
            await self._act()
            raise httpx.ReadError("lost on the way")
        answer = await self._inner.handle_async_request(request)
        await answer.aread()
        await self._act()
        return answer

    async def _act(self) -> None:
        self._house.embedded.clock.advance(5)
        await self._others()
        self.since = len(self._house.embedded.journal.entries())


class Story:
    """One change of ours, and what others do meanwhile."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.written: list[str] = []
        """By us, after the others acted."""

    def given(self, *texts: str) -> None:
        self._write(*texts)
        assert {outcome.result for outcome in self.house.apply(allow_replace=True)} == {Result.DONE}

    def apply(self, text: str, others: "Others", *, lost: bool = True, at: str = "POST") -> Outcome:
        """Apply one change of ours; ``others`` act at our first request with a method."""
        self._write(text)
        outcome = asyncio.run(self.send(Meddling(self.house, at, others, lost=lost)))[-1]
        self._write(text)
        return outcome

    def applied(self, text: str) -> tuple[Outcome, ...]:
        self._write(text)
        return self.house.apply(allow_replace=True)

    def plan(self, text: str, **options: Any) -> Plan:
        self._write(text)
        return self.house.plan(allow_replace=True, **options)

    def others(self, *texts: str) -> "Others":
        """Somebody without our ledger, who applies one manifest after the other."""

        async def act() -> None:
            ledger, self.house.ledger = self.house.ledger, "none"
            for text in texts:
                self._write(text)
                async with self.house.session() as session:
                    request = self.house.request({"allow_replace": True})
                    planned = await commands.plan(session, request)
                    (outcome,) = await self.house.carry_out(session, planned)
                    assert outcome.result is Result.DONE
            self.house.ledger = ledger

        return act

    def adopted(self, *texts: str) -> "Others":
        """Somebody with a ledger of their own, who adopts what the first manifest is about."""

        async def act() -> None:
            ledger, self.house.ledger = self.house.ledger, str(self.house.root / "theirs.db")
            for text in texts:
                self._write(text)
                async with self.house.session() as session:
                    planned = await commands.plan(session, self.house.request({}))
                    outcomes = await self.house.carry_out(session, planned)
            assert [outcome.result for outcome in outcomes] == [Result.DONE]
            self.house.ledger = ledger

        return act

    async def breaks(self) -> None:
        """Nothing can be read from then on."""
        fault = Fault(action=Fate.ANSWER, status=500, method="GET", times=None)
        self.house.embedded.faults.add(fault)

    def edited(self, kind: str) -> "Others":
        """Somebody who sets another value in the web interface, where that is possible."""

        async def act() -> None:
            here = self.house.embedded.world
            here.settings = replace(here.settings, secrets_exposed_content=True)
            await self.others(value(kind, ANOTHER))()
            here.settings = replace(here.settings, secrets_exposed_content=False)

        return act

    def there(self, kind: str) -> Any:
        """Return what the organization really holds."""
        bodies = world(self.house.embedded.world.db).bodies()
        (body,) = (
            b for (k, _, name), b in bodies.items() if k == kind and (k, name) != ("Project", "api")
        )
        return body

    async def send(self, meddling: Meddling) -> tuple[Outcome, ...]:
        async with self.house.session(meddling) as session:
            planned = await commands.plan(session, self.house.request({"allow_replace": True}))
            outcomes = await self.house.carry_out(session, planned)
        late = self.house.embedded.journal.entries()[meddling.since :]
        done = (entry for entry in late if entry.method != "GET" and entry.status < BAD_REQUEST)
        self.written = [f"{entry.method} {entry.path}" for entry in done]
        return outcomes

    def _write(self, *texts: str) -> None:
        self.house.write("a.yml", documents(project("api"), *texts))


def value(kind: str, text: str) -> str:
    return HIDDEN[kind].replace("VALUE", text)


def held(story: Story, kind: str) -> str:
    return str(story.there(kind)["data"]["env_vars"][0]["value"])
