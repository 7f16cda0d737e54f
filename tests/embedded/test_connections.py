"""Connections which never get to a request do not stay open for ever."""

import asyncio
import resource
from collections.abc import Awaitable, Callable

import pytest
import uvicorn
from uvicorn.server import ServerState

from reconciler.embedded import Embedded
from reconciler.embedded.serving import connections, server
from reconciler.embedded.serving.connections import Connection, Guard

ANSWERED = b"GET /x HTTP/1.1\r\nHost: x\r\nAuthorization: Token t\r\n\r\n"

Client = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def _talk(embedded: Embedded, client: Client) -> None:
    config = uvicorn.Config(
        Guard(embedded.app), http=Connection, lifespan="off", timeout_keep_alive=1
    )
    config.load()
    state = ServerState()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(config, state, {}), "127.0.0.1", 0
    )
    async with server:
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            await client(reader, writer)
        finally:
            writer.close()
    assert state.connections == set()


async def _drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A byte now and then, until the other side has enough of it."""
    closed = asyncio.ensure_future(reader.read())
    while not closed.done():
        writer.write(b"x")
        await asyncio.wait({closed}, timeout=0.05)


@pytest.mark.parametrize("before", [b"GET /x HTTP/1.1\r\nX: ", b"\r\n", b"G"])
def test_a_head_that_never_ends_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, before: bytes
) -> None:
    """However often another byte of it comes."""
    monkeypatch.setattr(connections, "_IDLE", 0.3)

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(before)
        await _drip(reader, writer)

    with Embedded() as embedded:
        asyncio.run(asyncio.wait_for(_talk(embedded, client), 60))


@pytest.mark.parametrize("after", [b"\r\n", b"GET /x HTTP/1.1\r\nX: ", b""])
def test_nor_is_the_next_head_after_an_answer(after: bytes) -> None:
    """A connection that is kept open is kept for whole requests."""

    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for _ in range(2):
            writer.write(ANSWERED)
            assert (await reader.readuntil(b"\r\n\r\nNot Found")).startswith(b"HTTP/1.1 404")
        writer.write(after)
        if after:
            await _drip(reader, writer)
        assert await reader.read() == b""

    with Embedded() as embedded:
        asyncio.run(asyncio.wait_for(_talk(embedded, client), 60))


def test_a_server_takes_as_many_connections_as_the_system_lets_it() -> None:
    """The usual limit of open files is a low one, which a process may raise to the upper one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(soft, 1024), hard))
    try:
        server.allow_many_connections()
        raised = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert raised == 65_536 if hard == resource.RLIM_INFINITY else raised == min(hard, 65_536)
