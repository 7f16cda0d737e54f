"""Servers in this process, asked as if from some address."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from reconciler.embedded import Embedded, Settings
from reconciler.embedded.serving.organizations import Organizations

LOCAL = ("127.0.0.1", 50000)
REMOTE = ("192.0.2.7", 50000)


class Site:
    """Requests to a server in this process, as if from some address."""

    def __init__(self, *organizations: Embedded) -> None:
        members = {each.world.settings.organization: each for each in organizations}
        self.app = Organizations(members)
        self.embedded = organizations[0]

    def send(
        self, method: str, path: str, client: tuple[str, int] = LOCAL, **parts: Any
    ) -> httpx.Response:
        async def sending() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.app, client=client)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://localhost:8080"
            ) as sender:
                return await sender.request(method, path, **parts)

        return asyncio.run(sending())

    def look(self, path: str) -> httpx.Response:
        return self.send("GET", path)

    def admin(self, method: str, path: str, **parts: Any) -> Any:
        answer = self.send(method, f"/__admin__{path}", **parts)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def api(self, method: str, path: str, **parts: Any) -> httpx.Response:
        return self.send(method, path, headers={"Authorization": "Token t"}, **parts)


Make = Callable[..., Site]


@pytest.fixture
def make() -> Iterator[Make]:
    """Make a server of organizations with those names; the settings are for all."""
    opened: list[Embedded] = []

    def making(*names: str, **settings: Any) -> Site:
        wanted = names or ("embedded",)
        opened.extend(Embedded(settings=Settings(organization=name, **settings)) for name in wanted)
        return Site(*opened)

    yield making
    for embedded in opened:
        embedded.close()


@pytest.fixture
def site(make: Make) -> Site:
    """A single organization."""
    return make()
