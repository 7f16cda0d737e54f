"""Answers are bounded in size, told to who listens, and taken for what they are."""

import asyncio
import gzip
import tracemalloc
import zlib

import httpx
import pytest
import respx

from reconciler.errors import (
    BadAnswer,
    Rejected,
)
from reconciler.model import Sealed
from reconciler.remote.http import Http
from reconciler.remote.wire import MAX_ANSWER
from tests.remote.calling import BASE, CANARY, Clock, Heard, get, run


def test_parallelism(clock: Clock) -> None:
    """No more requests are in flight than allowed, and all of them arrive."""
    flying, most = 0, 0

    async def handle(request: httpx.Request) -> httpx.Response:
        nonlocal flying, most
        flying += 1
        most = max(most, flying)
        await asyncio.sleep(0)
        flying -= 1
        return httpx.Response(200, json=request.url.path)

    async def main() -> int:
        transport = httpx.MockTransport(handle)
        async with (
            Http(BASE, Sealed("t"), transport=transport, parallelism=3, clock=clock) as http,
            asyncio.TaskGroup() as group,
        ):
            for _ in range(20):
                group.create_task(get(http))  # type: ignore[arg-type]  # call is a coroutine
        return http.requests

    assert asyncio.run(main()) == 20
    assert most == 3


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("not JSON", b"<html>Sign in</html>"),
        ("not JSON", b'{"half":'),
        ("not JSON", b'"\xff"'),
        ("longer than 100 bytes", b'"' + b"x" * 200 + b'"'),
    ],
)
def test_bad_answers(text: str, content: bytes, server: respx.Router, clock: Clock) -> None:
    """An answer that can't be read is an error that does not repeat it."""
    server.route().respond(200, content=content)
    with pytest.raises(BadAnswer, match=text) as caught:
        run(server, clock, get, max_answer=100)
    assert "Sign in" not in str(caught.value)


def test_a_packed_answer_is_measured_unpacked(server: respx.Router, clock: Clock) -> None:
    """A compressed answer can't exceed the limit by being small on the wire."""
    content = gzip.compress(b" " * 10_000 + b"[]")
    server.route().respond(200, content=content, headers={"content-encoding": "gzip"})
    assert run(server, clock, get, max_answer=20_000).data == []
    with pytest.raises(BadAnswer, match="longer"):
        run(server, clock, get, max_answer=5_000)


class Packed(httpx.AsyncBaseTransport):
    """Answers with bytes as they come from the network."""

    def __init__(self, coding: str, content: bytes) -> None:
        self._coding, self._content = coding, content

    async def handle_async_request(self, _: httpx.Request) -> httpx.Response:
        stream = httpx.ByteStream(self._content)
        return httpx.Response(200, stream=stream, headers={"content-encoding": self._coding})


def bomb() -> bytes:
    """Return less than a megabyte that stands for half a gigabyte."""
    packer = zlib.compressobj(9, wbits=31)
    million = b" " * 2**20
    return b"".join(packer.compress(million) for _ in range(500)) + packer.flush()


@pytest.mark.parametrize(
    ("coding", "content", "words"),
    [
        ("gzip", bomb(), "longer than"),
        ("gzip, gzip", gzip.compress(bomb()), "packed in a way that nobody asked for"),
        ("deflate", zlib.compress(b"[]"), "packed in a way that nobody asked for"),
        ("br", b"x", "packed in a way that nobody asked for"),
        ("gzip", gzip.compress(b"[]" * 99)[:-9], "damaged"),
        ("gzip", b"[]", "damaged"),
    ],
    ids=["gzip", "twice", "deflate", "brotli", "cut", "none"],
)
def test_a_bomb_is_not_unpacked(coding: str, content: bytes, words: str) -> None:
    """A few bytes that stand for gigabytes cost neither memory nor time."""

    async def main() -> None:
        async with Http(BASE, Sealed("t"), transport=Packed(coding, content)) as http:
            await get(http)

    tracemalloc.start()
    with pytest.raises(BadAnswer, match=words):
        asyncio.run(main())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 4 * MAX_ANSWER


def test_requests_are_told(server: respx.Router, clock: Clock) -> None:
    """Each attempt, how it ended, how the server calls it, and what is waited for in between."""
    named = {"x-request-id": f"r-1 {CANARY}"}
    slow_down = httpx.Response(503, headers={"retry-after": "7"})
    good = httpx.Response(200, json=[], headers=named)
    server.route().mock(side_effect=[slow_down, httpx.ReadError, good])
    heard = Heard()
    run(server, clock, get, trace=heard)
    told = [(e.method, e.path, e.attempt, e.status, e.request) for e in heard.exchanges]
    place = ("GET", "/api/x")
    assert told == [(*place, 1, 503, ""), (*place, 2, 0, ""), (*place, 3, 200, "r-1 ***")]
    assert "connection was lost" in heard.exchanges[1].failure
    assert heard.waited == [(503, 7.0, 2), (0, 1.0, 3)]
    assert heard.waiting == 0


def test_raw_answers(server: respx.Router, clock: Clock) -> None:
    """Text and redirects are successes for who asks for them."""
    server.get(f"{BASE}/text").respond(200, text="plain")
    server.get(f"{BASE}/moved").respond(302, headers={"location": "https://x/?jwt=1"})
    text = run(server, clock, lambda http: http.call("GET", "/text", raw=True))
    assert (text.data, text.text) == (None, "plain")
    moved = run(server, clock, lambda http: http.call("GET", "/moved", raw=True))
    assert (moved.status, moved.headers["location"]) == (302, "https://x/?jwt=1")


def test_redirect_to_https_is_reported(server: respx.Router, clock: Clock) -> None:
    """A redirect is not followed but explained."""
    server.route().respond(301, headers={"location": "https://secure.example/api/x"})
    with pytest.raises(Rejected, match=r"redirected to https://secure\.example"):
        run(server, clock, get)
