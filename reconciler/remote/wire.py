"""One request on the wire and all of its answer, within a limit of time and one of size."""

import asyncio
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import httpx

from reconciler.errors import BadAnswer
from reconciler.remote.order import Order
from reconciler.remote.transport import translated

MAX_ANSWER: Final = 32 * 1024 * 1024
"""Bytes of an answer, unpacked."""
CONNECT_TIMEOUT: Final = 10.0
Transport = httpx.AsyncBaseTransport
"""What carries requests: the network, or an organization in this process."""
_GZIP: Final = 16 + zlib.MAX_WBITS
_PACKED: Final = ("gzip", "x-gzip")


@dataclass(frozen=True, slots=True)
class Received:
    """A whole answer; names of headers are lower, ``body`` is unpacked."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    redirects: bool = False


class Wire:
    """What carries requests; ``timeout`` is that of one request in seconds."""

    def __init__(self, transport: Transport, timeout: float, most: int = MAX_ANSWER) -> None:
        # without an httpx.AsyncClient around it, which keeps cookies and logs signed addresses
        self.transport = transport
        self.timeout = timeout
        self._most = most
        connect = min(CONNECT_TIMEOUT, timeout / 2)
        self._timeouts = httpx.Timeout(timeout, connect=connect, pool=connect).as_dict()

    async def exchange(self, order: Order, limit: float) -> Received:
        """Send once and read the whole answer, within ``limit`` seconds; raises ApiError."""
        limit = min(limit, self.timeout)
        try:
            async with asyncio.timeout(limit):
                return await self._transfer(order)
        except (OSError, UnicodeError, httpx.HTTPError, httpx.InvalidURL) as foreign:
            error = translated(order.method, order.path, foreign, limit)
        raise error  # here, so that it does not hold the foreign error and its request

    async def _transfer(self, order: Order) -> Received:
        request = httpx.Request(
            order.method,
            order.url,
            headers=order.headers,
            content=order.content,
            extensions={"timeout": self._timeouts},
        )
        response = await self.transport.handle_async_request(request)
        try:
            body = _Body(order, response.headers.get("content-encoding", ""), self._most)
            assert isinstance(response.stream, httpx.AsyncByteStream)  # noqa: S101 — it was asked so
            async for chunk in response.stream:
                body.add(chunk)
            return Received(
                response.status_code,
                dict(response.headers),
                body.whole(),
                response.has_redirect_location,
            )
        finally:
            await response.aclose()


class _Body:
    """Unpacks a body as it comes, and never more of it than ``most`` bytes.

    One layer of gzip is all that we ask for: a few bytes of several can be as many as one likes.
    """

    def __init__(self, order: Order, encoding: str, most: int) -> None:
        self._order = order
        self._most = most
        self._content = bytearray()
        coding = encoding.strip().lower()
        if coding not in ("", "identity", *_PACKED):
            raise self._bad("the answer is packed in a way that nobody asked for")
        self._gzip = zlib.decompressobj(_GZIP) if coding in _PACKED else None
        self._empty = True

    def add(self, chunk: bytes) -> None:
        self._empty = self._empty and not chunk
        room = self._most - len(self._content) + 1
        if self._gzip:
            try:
                chunk = self._gzip.decompress(chunk, room)
            except zlib.error:
                chunk = b""
                self._gzip = None
            if self._gzip is None:  # not above, so that the error does not hold the bytes
                raise self._bad("the answer is damaged")
        self._content += chunk[:room]
        if len(self._content) > self._most:
            raise self._bad(f"the answer is longer than {self._most} bytes")

    def whole(self) -> bytes:
        if self._gzip and not (self._gzip.eof or self._empty):
            raise self._bad("the answer is damaged")
        return bytes(self._content)

    def _bad(self, words: str) -> BadAnswer:
        return BadAnswer(self._order.method, self._order.path, words=words)
