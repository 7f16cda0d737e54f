"""A synchronous client of an embedded Semaphore in this process."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from reconciler.embedded import Edition, Embedded, Settings
from tests.embedded.run_calls import Clock, Runs

URL = "https://embedded.semaphore.local"
TOKEN = "test-token"


@dataclass(frozen=True)
class Semaphore:
    """An embedded organization and requests to it, with a token unless told otherwise."""

    embedded: Embedded

    def pass_by(self, seconds: float) -> None:
        self.embedded.clock.advance(seconds)

    def request(
        self, method: str, path: str, *, token: str | None = TOKEN, **parts: Any
    ) -> httpx.Response:
        headers = {} if token is None else {"Authorization": f"Token {token}"}
        headers |= parts.pop("headers", {})

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.embedded.app)
            async with httpx.AsyncClient(transport=transport, base_url=URL) as client:
                return await client.request(method, path, headers=headers, **parts)

        return asyncio.run(send())

    def get(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("GET", path, **parts)

    def post(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("POST", path, **parts)

    def patch(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("PATCH", path, **parts)

    def delete(self, path: str, **parts: Any) -> httpx.Response:
        return self.request("DELETE", path, **parts)

    def project(self, name: str = "api", **spec: Any) -> dict[str, Any]:
        """Create a project and answer with it, as the server described it."""
        repository = {"url": f"git@github.com:acme/{name}.git", "integration_type": "github_app"}
        body = {"metadata": {"name": name}, "spec": {"repository": repository, **spec}}
        response = self.post("/api/v1alpha/projects", json=body)
        assert response.status_code == 200, response.text
        project: dict[str, Any] = response.json()
        return project


@pytest.fixture
def make_semaphore() -> Iterator[Callable[..., Semaphore]]:
    """Make organizations: keyword arguments are settings, `path` is the database's place.

    Their clocks stand still unless told otherwise.
    """
    opened: list[Embedded] = []

    def make(
        *,
        path: str = ":memory:",
        edition: Edition = Edition.CLOUD,
        clock: Callable[[], float] | None = None,
        **settings: Any,
    ) -> Semaphore:
        opened.append(Embedded(path, Settings.of(edition, **settings), clock or Clock()))
        return Semaphore(opened[-1])

    yield make
    for embedded in opened:
        embedded.close()


@pytest.fixture
def semaphore(make_semaphore: Callable[..., Semaphore]) -> Semaphore:
    """The hosted edition with every default."""
    return make_semaphore()


@pytest.fixture
def make_runs(make_semaphore: Callable[..., Semaphore]) -> Callable[..., Runs]:
    """Make organizations with one project and a clock which only tests move."""

    def make(**settings: Any) -> Runs:
        clock = Clock()
        semaphore = make_semaphore(clock=clock, **settings)
        return Runs(semaphore, clock, semaphore.project()["metadata"]["id"])

    return make


@pytest.fixture
def runs(make_runs: Callable[..., Runs]) -> Runs:
    return make_runs()
