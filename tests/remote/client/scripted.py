"""A server that answers what a test says, and a client of it that waits for nothing."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import httpx

from reconciler.model import Sealed
from reconciler.remote.client import Semaphore
from reconciler.remote.http import Http
from reconciler.remote.waiting import Patience

BASE = "https://acme.example"
TOKEN = "canary-token-5f0c"

T = TypeVar("T")
Reply = httpx.Response | list[httpx.Response] | Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers by method and path.

    A list is answered one by one, its last item again and again. A path on another host is
    written with it.
    """

    def __init__(self, *, read_only: bool = False) -> None:
        self._read_only = read_only
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self._replies: dict[str, Reply] = {}

    def on(self, call: str, reply: Reply) -> "Server":
        """Say what to answer to ``METHOD /path``."""
        self._replies[call] = reply
        return self

    def ask(self, work: Callable[[Semaphore], Awaitable[T]], *, longest: float = 60.0) -> T:
        """Do ``work`` with a client of this server."""

        async def main() -> T:
            transport = httpx.MockTransport(self._answer)
            http = Http(
                BASE,
                Sealed(TOKEN),
                transport=transport,
                sleep=self._sleep,
                read_only=self._read_only,
            )
            async with http:
                return await work(Semaphore(http, patience=Patience(longest, self._sleep)))

        return asyncio.run(main())

    def all(self, listing: Callable[[Semaphore], AsyncIterator[T]]) -> list[T]:
        """Read an async iterator to its end."""

        async def work(semaphore: Semaphore) -> list[T]:
            return [item async for item in listing(semaphore)]

        return self.ask(work)

    @property
    def calls(self) -> list[str]:
        """What was asked, in order: method and path."""
        return [_call(request) for request in self.requests]

    def body(self, number: int = -1) -> Any:
        """Return what a request sent as JSON."""
        return json.loads(self.requests[number].content)

    def query(self, number: int = -1) -> dict[str, str]:
        """Return the parameters in a request's address."""
        return dict(self.requests[number].url.params)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        reply = self._replies.get(_call(request))
        if reply is None:
            raise AssertionError(f"nobody said what to answer to {_call(request)}")
        if callable(reply):
            return reply(request)
        if isinstance(reply, list):
            return reply.pop(0) if len(reply) > 1 else reply[0]
        return reply

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


def _call(request: httpx.Request) -> str:
    host = "" if str(request.url).startswith(BASE) else f"https://{request.url.host}"
    return f"{request.method} {host}{request.url.raw_path.decode().partition('?')[0]}"


def data(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Answer JSON, without a Content-Type, as most services do (D 3)."""
    return httpx.Response(status, content=json.dumps(value).encode(), headers=headers)


def text(words: str, status: int = 200, headers: Mapping[str, str] | None = None) -> httpx.Response:
    """Answer words as they are."""
    return httpx.Response(status, content=words.encode(), headers=headers)


def grpc(code: int, message: str, status: int) -> httpx.Response:
    """Answer an error of the gateway (D 4)."""
    return data({"code": code, "message": message, "details": []}, status)
