"""What the local Semaphore is asked by something, and says to it, for a server to say again."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx

from bench.replay import Calls
from reconciler import commands
from reconciler.commands import Organization
from reconciler.commands.organization import Session
from reconciler.embedded import Edition, Embedded, Settings
from reconciler.model import Sealed


async def recorded(database: Path, work: Callable[[Session], Awaitable[object]]) -> Calls:
    """Do something with the local Semaphore, and return all calls and their answers."""
    calls: Calls = {}
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

        organization = Organization(
            url="https://recorded.example.com", token=Sealed("bench"), read_only=True
        )
        async with commands.connect(organization, transport=Recorder()) as session:
            await work(session)
    return calls
