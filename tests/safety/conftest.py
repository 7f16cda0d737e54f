"""An embedded organization, manifests in a directory, and the commands between them."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from reconciler import commands
from reconciler.commands import Organization, Request, Session
from reconciler.commands.exporting import export
from reconciler.commands.survey import Wanted
from reconciler.commands.told_values import Telling
from reconciler.embedded import Edition, Embedded, Settings
from reconciler.model import Address, Outcome, Plan, Sealed
from reconciler.remote import Patience
from reconciler.render.exported import Exported

URL = "https://safety.semaphore.test"


class House:
    """One organization and the directory that describes it."""

    def __init__(self, root: Path, embedded: Embedded) -> None:
        self.root = root
        self.embedded = embedded
        self.ledger = str(root / "ledger.db")
        self.manifests = root / "manifests"
        self.manifests.mkdir()
        self.requests = 0

    def write(self, name: str, text: str) -> Path:
        path = self.manifests / name
        path.write_text(text)
        return path

    def plan(self, **options: Any) -> Plan:
        """Plan as `reconciler plan` does, some time later."""
        self._later()
        return asyncio.run(self._plan(options))

    def apply(self, **options: Any) -> tuple[Outcome, ...]:
        """Plan and apply as `reconciler apply --auto-approve` does, some time later."""
        self._later()
        return asyncio.run(self._apply(options))

    def exported(self) -> Exported:
        """Export as `reconciler export` does, some time later."""
        self._later()
        return asyncio.run(self._exported())

    async def _exported(self) -> Exported:
        async with self.session(read_only=True) as session:
            return await export(session, Wanted(), Telling())

    def _later(self) -> None:
        """Let what was just made be ready."""
        self.embedded.clock.advance(2)

    def request(self, options: dict[str, Any]) -> Request:
        paths = options.pop("paths", [str(self.manifests)])
        state = commands.load(paths, newer=True).state
        memory = commands.ledger.remembered(self.ledger, URL)
        settings: dict[str, Any] = {"state": state, "memory": memory} | options
        return Request(**settings)

    @asynccontextmanager
    async def session(
        self, transport: httpx.AsyncBaseTransport | None = None, **settings: Any
    ) -> Any:
        organization = Organization(url=URL, token=Sealed("t"), **settings)
        transport = transport or self.embedded.transport()
        patience = Patience(sleep=self._sleep)
        async with commands.connect(
            organization, transport=transport, patience=patience
        ) as session:
            yield session

    async def _sleep(self, seconds: float) -> None:
        """Only the organization's time passes."""
        self.embedded.clock.advance(seconds)

    async def _plan(self, options: dict[str, Any]) -> Plan:
        async with self.session(read_only=True) as session:
            planned = await commands.plan(
                session, self.request({"purpose": commands.Purpose.REVIEW} | options)
            )
            self.requests = session.requests
        return commands.ledger.noted(planned, self.ledger, URL)

    async def _apply(self, options: dict[str, Any]) -> tuple[Outcome, ...]:
        async with self.session() as session:
            planned = await commands.plan(session, self.request(options))
            return await self.carry_out(session, planned)

    async def carry_out(self, session: Session, planned: Plan) -> tuple[Outcome, ...]:
        with (
            commands.ledger.writing(self.ledger, URL) as book,
            commands.ledger.run(book, commands.ledger.about("apply", "")) as run,
        ):
            return await commands.carry_out(
                session, planned, run=run, memory=book.memory() if book else None
            )

    def writes(self) -> list[str]:
        """Return every request so far that was not a read."""
        return [
            f"{entry.method} {entry.path}"
            for entry in self.embedded.journal.entries()
            if entry.method != "GET"
        ]

    def call(self, method: str, path: str, **parts: Any) -> Any:
        """Do something behind our back, some time later."""
        self._later()

        async def send() -> Any:
            transport = self.embedded.transport()
            headers = {"Authorization": "Token x"}
            async with httpx.AsyncClient(
                transport=transport, base_url=URL, headers=headers
            ) as http:
                response = await http.request(method, path, **parts)
                assert response.status_code == 200, response.text
                return response.json() if response.text else None

        return asyncio.run(send())


@pytest.fixture
def make_house(tmp_path: Path) -> Iterator[Any]:
    """Return a maker of houses; settings are those of the embedded organization."""
    open_: list[Embedded] = []

    def make(edition: Edition = Edition.CLOUD, **settings: Any) -> House:
        embedded = Embedded(settings=Settings.of(edition, **settings))
        open_.append(embedded)
        root = tmp_path / str(len(open_))
        root.mkdir()
        return House(root, embedded)

    yield make
    for embedded in open_:
        embedded.close()


@pytest.fixture
def house(make_house: Any) -> House:
    found: House = make_house()
    return found


def at(text: str) -> Address:
    """Return the address that reads so."""
    kind, *rest = text.split("/")
    if len(rest) == 1:
        return Address(kind, "", rest[0])
    return Address(kind, rest[0], rest[1])
