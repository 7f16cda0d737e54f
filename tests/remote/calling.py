"""One call to a server that a test answers for, in no time."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import respx

from reconciler.errors import (
    ApiError,
    NoAnswer,
    NotSent,
    PermissionDenied,
    RateLimited,
    ServerFault,
)
from reconciler.model import Sealed
from reconciler.remote.http import Answer, Http
from reconciler.remote.tracing import Exchange, Trace

BASE = "https://acme.example"


CANARY = "canary-token-5f0c"


SECRET = 'canary "secret" value'


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


def run(
    server: respx.Router,
    clock: Clock,
    work: Callable[[Http], Awaitable[Any]],
    **settings: Any,
) -> Any:
    """Do ``work`` with a client of ``server``, without waiting for anything."""

    before = len(server.calls)

    async def main() -> Any:
        transport = httpx.MockTransport(server.async_handler)
        settings.setdefault("jitter", lambda: 1.0)
        async with Http(
            BASE,
            Sealed(CANARY),
            transport=transport,
            sleep=clock.sleep,
            clock=clock,
            **settings,
        ) as http:
            try:
                return await work(http)
            finally:
                assert http.requests == len(server.calls) - before

    return asyncio.run(main())


def get(http: Http) -> Awaitable[Answer]:
    return http.call("GET", "/api/x")


def post(http: Http) -> Awaitable[Answer]:
    return http.call("POST", "/api/x", body={"value": Sealed(SECRET)})


TRANSIENT: list[tuple[type[ApiError], httpx.Response | type[Exception]]] = [
    (RateLimited, httpx.Response(429)),
    (ServerFault, httpx.Response(500, text='"Internal error"')),
    (ServerFault, httpx.Response(503)),
    (NotSent, httpx.ConnectError),
    (NotSent, httpx.ConnectTimeout),
    (NotSent, httpx.PoolTimeout),
    (NoAnswer, httpx.ReadError),
    (NoAnswer, httpx.ReadTimeout),
    (NoAnswer, httpx.RemoteProtocolError),
    (NoAnswer, httpx.WriteError),
    (PermissionDenied, httpx.Response(403)),
]


class Heard(Trace):
    """Keeps what it hears."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.waited: list[tuple[int, float, int]] = []
        self.waiting = 0

    def sent(self, exchange: Exchange) -> None:
        self.exchanges.append(exchange)

    def waits(self, error: ApiError, seconds: float, attempt: int) -> None:
        self.waited.append((error.status, seconds, attempt))
        self.waiting += 1

    def goes_on(self) -> None:
        self.waiting -= 1
