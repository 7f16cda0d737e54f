"""An embedded organization that fixtures are replayed against, and the steps that fill it."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import httpx

from reconciler.embedded import Edition, Embedded, Settings
from reconciler.embedded.agents import storage as agents
from reconciler.embedded.artifacts import storage, tokens
from reconciler.embedded.faults import fault_json
from reconciler.embedded.runs import files, find_job
from tests.contract.fixture import NOT_GIVEN, Fixture, Request, Step
from tests.contract.patterns import at, filled

BASE = "https://acme.semaphoreci.com"
START = 1_571_083_003.25
AGENT = "SemaphoreCI v2.0 Client"
"""As the documentation wants it, which the server does not check (A 0)."""


class Organization:
    """``names`` is what the fixture's names stand for."""

    def __init__(self, fixture: Fixture) -> None:
        settings = Settings.of(Edition(fixture.edition), **_settings(fixture.settings))
        self.embedded = Embedded(settings=settings, clock=lambda: START)
        world = self.embedded.world
        self.names: dict[str, Any] = {
            "organization": world.org_id,
            "user": world.user_id,
            "nobody": "00000000-0000-4000-8000-000000000000",
            "token_a": "6063dd03-ecfb-41ed-b539-0045e2f582b7",
            "token_b": "6063dd03-ecfb-41ed-b539-0045e2f582b8",
            "long": "x" * 300,
        }

    def prepare(self, steps: tuple[Step, ...]) -> None:
        for step in steps:
            if "send" in step:
                self._kept(step, self.send(Request.of(step)))
            else:
                ((name, value),) = step.items()
                getattr(self, f"_{name}")(filled(value, self.names))

    def send(self, request: Request) -> httpx.Response:
        sent = self.request(request)

        async def exchange() -> httpx.Response:
            async with self.embedded.transport() as transport:
                response = await transport.handle_async_request(sent)
                await response.aread()
                return response

        return asyncio.run(exchange())

    def request(self, request: Request) -> httpx.Request:
        headers = {"User-Agent": AGENT}
        if request.token is not None:
            headers["Authorization"] = f"Token {request.token}"
        content = None
        if request.json is not NOT_GIVEN:
            headers["Content-Type"] = "application/json"
            content = json.dumps(filled(request.json, self.names)).encode()
        elif request.text is not None:
            headers["Content-Type"] = "application/json"
            content = str(filled(request.text, self.names)).encode()
        elif request.form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            content = str(filled(request.form, self.names)).encode()
        headers |= filled(request.headers, self.names)
        url = BASE + filled(request.target, self.names)
        return httpx.Request(request.method, url, headers=headers, content=content)

    def _kept(self, step: Step, response: httpx.Response) -> None:
        assert response.status_code == step.get("status", 200), (step, response.text)
        for name, path in step.get("keep", {}).items():
            self.names[name] = at(response.json(), path)
        if response.has_redirect_location:
            self.names["jwt"] = httpx.URL(response.headers["location"]).params["jwt"]

    def _advance(self, seconds: float) -> None:
        self.embedded.clock.advance(seconds)

    def _file(self, entry: Mapping[str, Any]) -> None:
        """A file in the project's repository; JSON is YAML, too."""
        path = entry.get("path", files.DEFAULT_PATH)
        files.put(self.embedded.world, self.names["project"], path, json.dumps(entry["content"]))

    def _agent(self, entry: Mapping[str, str]) -> None:
        agents.register(self.embedded.world, entry["name"], entry["type"])
        columns = ", ".join(f"{name} = :{name}" for name in entry)
        self.embedded.world.db.execute(
            f"UPDATE agents SET {columns} WHERE name = :name",  # noqa: S608 - names from fixtures
            entry,
        )

    def _artifact(self, entry: Mapping[str, str]) -> None:
        storage.put(self.embedded.world, entry["path"], entry["content"].encode())

    def _job_token(self, job: str) -> None:
        """What a job finds in its environment."""
        row = find_job(self.embedded.world, job)
        assert row is not None
        self.names["job_token"] = tokens.of_job(self.embedded.world, row)

    def _fault(self, entry: Mapping[str, Any]) -> None:
        self.embedded.faults.add(fault_json.read(dict(entry)))


def _settings(given: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: frozenset(value) if isinstance(value, list) else value
        for name, value in given.items()
    }
