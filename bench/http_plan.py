"""A plan over HTTP that finds nothing to do, against a client that only makes the same calls."""

import asyncio
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench import replay, scenario
from bench.contender import Contender, in_turns, least, prepare, program
from bench.figure import Figure
from reconciler import commands
from reconciler.commands import Organization, Request
from reconciler.embedded import Edition, Embedded, Settings
from reconciler.model import Sealed

_PROJECTS = 200
_TARGETS = {50: 1.5, 10: 1.15}


def figures(place: Path, rounds: int) -> Iterator[Figure]:
    number = scenario.write_projects(place / "manifests", _PROJECTS)
    database = place / "semaphore.db"
    local = f"embedded:{database}?secrets=exposed"
    apply = program("--org", local, "apply", "--auto-approve", "manifests")
    prepare(f"applying {number} objects", apply, place)
    recorded = place / "calls.json"
    calls = asyncio.run(_recorded(database, place / "manifests"))
    recorded.write_text(json.dumps(calls))
    with replay.serving(recorded) as url:
        for parallel, target in _TARGETS.items():
            bare = [sys.executable, "-m", "bench.replay", "call", str(recorded), url, str(parallel)]
            plan = program("--org", url, "plan", "--parallelism", str(parallel), "manifests")
            token = {"SEMAPHORE_API_TOKEN": "bench"}
            runs = in_turns(
                [
                    Contender("bare", bare, place),
                    Contender("plan", plan, place, "Nothing to do", environ=token),
                ],
                rounds,
            )
            least_of = {name: least(numbers, "wall") for name, numbers in runs.items()}
            yield Figure.ratio(
                f"no-op plan of {number} objects in {_PROJECTS} projects over HTTP of 50 ms, "
                f"{parallel} at a time, against a bare client",
                target,
                least_of["plan"],
                least_of["bare"],
                more=f"; {len(calls)} requests",
            )


async def _recorded(database: Path, manifests: Path) -> replay.Calls:
    """Plan once with the local Semaphore, and return what it was asked and what it said."""
    calls: replay.Calls = {}
    settings = Settings.of(Edition.CLOUD, secrets_exposed_content=True)
    with Embedded(str(database), settings) as semaphore:
        inner = semaphore.transport()

        class Recorder(httpx.AsyncBaseTransport):
            async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
                response = await inner.handle_async_request(request)
                body = await response.aread()
                headers = dict(response.headers)
                headers.pop("content-length", None)
                path = request.url.raw_path.decode()
                calls[path] = (response.status_code, headers, body.decode())
                return httpx.Response(response.status_code, headers=headers, content=body)

        state = commands.load([str(manifests)]).state
        organization = Organization(
            url="https://recorded.example.com", token=Sealed("bench"), read_only=True
        )
        async with commands.connect(organization, transport=Recorder()) as session:
            await commands.look(session, Request(state=state), "none")
    return calls
