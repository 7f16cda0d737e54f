"""A server on a real socket that does what a test says, and a client of it."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from typing import Any

from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.transport import checked_url, network_transport

CANARY = "canary-token-5f0c"
SECRET = "canary-body-77aa"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
GZIP = b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 8\r\n\r\n"
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server that reads requests and then does what a test says."""

    def __init__(self, handler: Handler) -> None:
        self.seen: list[bytes] = []
        self._handler = handler

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await read_request(reader):
                self.seen.append(head)
                await self._handler(reader, writer)
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.close()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    """Return the next request with its body, nothing at the end of the connection."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return b""
    _, _, length = head.lower().partition(b"content-length: ")
    return head + await reader.readexactly(int(length.split()[0]) if length else 0)


def exchange(
    server: Server,
    work: Callable[[Http], Awaitable[Any]],
    *,
    tls: ssl.SSLContext | None = None,
    host: str = "127.0.0.1",
    **settings: Any,
) -> Any:
    """Do ``work`` with a client of a server on the loopback interface."""

    async def main() -> Any:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0, ssl=tls)
        port = listening.sockets[0].getsockname()[1]
        base = checked_url(f"{'https' if tls else 'http'}://{host}:{port}/")
        options = {"attempts": 1, "request_timeout": 20.0} | settings
        try:
            async with Http(
                base, Sealed(CANARY), transport=network_transport(5), **options
            ) as http:
                return await work(http)
        finally:
            listening.close()

    return asyncio.run(main())


def get(http: Http) -> Awaitable[Any]:
    return http.call("GET", "/api/x")


def post(http: Http) -> Awaitable[Any]:
    return http.call("POST", "/api/x", body={"value": Sealed(SECRET)})


def sending(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)

    return handle


def closing(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(text)
        await writer.drain()
        writer.close()

    return handle


def resetting(text: bytes) -> Handler:
    async def handle(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if text:
            writer.write(text)
            await writer.drain()
        writer.transport.abort()

    return handle


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
    while not writer.is_closing():
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.01)


async def drip_headers(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    while not writer.is_closing():
        writer.write(b"x: y\r\n")
        await writer.drain()
        await asyncio.sleep(0.01)
