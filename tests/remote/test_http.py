"""Requests are repeated where that is safe, bounded in time, and tell no secret."""

import asyncio
import base64
import gzip
import json
import time
import traceback
import tracemalloc
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx

from reconciler import __version__
from reconciler.errors import (
    ApiError,
    BadAnswer,
    BadSettings,
    NoAnswer,
    NotFound,
    NotSent,
    PermissionDenied,
    RateLimited,
    Rejected,
    ServerFault,
    Unauthenticated,
)
from reconciler.model import Sealed
from reconciler.remote.breaker import MAX_FAULTS, REST
from reconciler.remote.http import Answer, Http
from reconciler.remote.order import segment
from reconciler.remote.tracing import Exchange, Trace
from reconciler.remote.wire import MAX_ANSWER

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


@pytest.fixture
def server() -> respx.Router:
    """Answer what a test says, on any address."""
    return respx.Router(assert_all_called=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


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


def post_again(http: Http) -> Awaitable[Answer]:
    return http.call("POST", "/api/x", body={"value": Sealed(SECRET)}, repeatable=True)


def test_a_value_that_is_not_in_hand_is_not_sent(server: respx.Router, clock: Clock) -> None:
    """It is an error like any other that comes before a request, not a crash."""
    with pytest.raises(NotSent, match="a secret value to be sent is hidden") as caught:
        run(server, clock, lambda http: http.call("POST", "/api/x", body={"value": Sealed()}))
    assert not caught.value.outcome_unknown


def test_a_run_that_ends_waits_for_nothing(server: respx.Router, clock: Clock) -> None:
    """Who stops a run does not wait for a server that wants to be asked again later."""
    server.route().respond(429, headers={"retry-after": "60"})
    with pytest.raises(RateLimited):
        run(server, clock, get, ended=lambda: True)
    assert len(server.calls) == 1


def test_request(server: respx.Router, clock: Clock) -> None:
    """The request has the token, our agent string, the encoded path and the opened body."""
    route = server.route().respond(200, text='{"a": 1}')
    path = f"/api/v1/projects/{segment('a/b ?#é%')}/secrets"

    async def work(http: Http) -> Answer:
        body = {"data": [Sealed(SECRET)]}
        return await http.call("POST", path, body=body, params={"states": ["A", "B"], "t": "=&"})

    answer = run(server, clock, work)
    request = route.calls.last.request
    assert answer.data == {"a": 1}
    assert (
        request.url.raw_path.partition(b"?")[0]
        == b"/api/v1/projects/a%2Fb%20%3F%23%C3%A9%25/secrets"
    )
    assert request.url.query == b"states=A&states=B&t=%3D%26"
    assert request.headers["authorization"] == f"Token {CANARY}"
    assert request.headers["user-agent"] == f"reconciler/{__version__}"
    assert request.headers["content-type"] == "application/json"
    assert json.loads(request.content) == {"data": [SECRET]}


def test_path_prefix(server: respx.Router, clock: Clock) -> None:
    """An organization may live below a path, and a GET without body has no content type."""
    route = server.get(f"{BASE}/api/x").respond(200)
    answer = run(server, clock, get)
    assert answer.data is None
    assert "content-type" not in route.calls.last.request.headers


def test_other_authorization(server: respx.Router, clock: Clock) -> None:
    """A credential of another kind replaces the token, scheme word included."""
    route = server.route().respond(200, json={})
    run(server, clock, lambda http: http.call("GET", "/x", authorization=Sealed("jwt")))
    assert route.calls.last.request.headers["authorization"] == "jwt"


def test_cookies_are_not_kept(server: respx.Router, clock: Clock) -> None:
    """A cookie the server sets is not sent back: cookies are refused on /api."""
    route = server.route().respond(200, headers={"set-cookie": "session=1; Path=/"})

    async def work(http: Http) -> None:
        await get(http)
        await get(http)

    run(server, clock, work)
    assert "cookie" not in route.calls.last.request.headers


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_segment_refuses_what_would_go_elsewhere(name: str) -> None:
    """A name that paths treat specially can never become part of one."""
    with pytest.raises(BadSettings):
        segment(name)


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "ünïcode"])
def test_impossible_token(token: str) -> None:
    """A token no header can carry is refused without being quoted."""
    with pytest.raises(BadSettings) as caught:
        Http(BASE, Sealed(token), transport=httpx.MockTransport(respx.Router().handler))
    assert not token or token not in str(caught.value)


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
NOTHING_HAPPENED = (RateLimited, NotSent)


@pytest.mark.parametrize(("expected", "fault"), TRANSIENT)
def test_reading_is_repeated(
    expected: type[ApiError], fault: Any, server: respx.Router, clock: Clock
) -> None:
    """A GET survives three passing faults and gives up after the fourth."""
    server.route().mock(side_effect=[fault] * 3 + [httpx.Response(200, json=[])])
    assert run(server, clock, get).data == []
    assert clock.pauses == [0.5, 1.0, 2.0]
    server.reset()
    server.route().mock(side_effect=[fault] * 4)
    with pytest.raises(expected) as caught:
        run(server, clock, get)
    assert type(caught.value) is expected


@pytest.mark.parametrize(("expected", "fault"), TRANSIENT)
def test_writing_is_repeated_only_if_nothing_happened(
    expected: type[ApiError], fault: Any, server: respx.Router, clock: Clock
) -> None:
    """A POST whose fate is unknown is never sent twice."""
    server.route().mock(side_effect=[fault, httpx.Response(200, json={})])
    if issubclass(expected, NOTHING_HAPPENED):
        assert run(server, clock, post).status == 200
    else:
        with pytest.raises(expected) as caught:
            run(server, clock, post)
        assert caught.value.outcome_unknown is (expected is not PermissionDenied)
        assert len(server.calls) == 1


@pytest.mark.parametrize(("expected", "fault"), TRANSIENT)
def test_repeatable_writing_is_repeated(
    expected: type[ApiError], fault: Any, server: respx.Router, clock: Clock
) -> None:
    """A POST with an idempotency token is repeated like a GET."""
    server.route().mock(side_effect=[fault, httpx.Response(200, json={})])
    assert run(server, clock, post_again).status == 200
    assert issubclass(expected, ApiError)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 422, 301])
def test_a_refusal_is_final(status: int, server: respx.Router, clock: Clock) -> None:
    """What the server has decided is not asked again."""
    server.route().respond(status, text='"no"', headers={"location": "https://elsewhere"})
    with pytest.raises(ApiError):
        run(server, clock, get)
    assert len(server.calls) == 1


def test_doubt_outlives_a_later_refusal(server: respx.Router, clock: Clock) -> None:
    """Once an attempt may have arrived, a refused repetition does not prove the contrary."""
    refused = httpx.Response(400, text="name has already been taken")
    server.route().mock(side_effect=[httpx.ReadError, refused])
    with pytest.raises(Rejected) as caught:
        run(server, clock, post_again)
    assert caught.value.outcome_unknown


def test_an_answer_too_large_is_not_asked_again(server: respx.Router, clock: Clock) -> None:
    """429 because of size is no reason to wait (B 1.4)."""
    text = '{"code":8,"message":"grpc: received message larger than max (2 vs. 1)"}'
    server.route().respond(429, text=text)
    with pytest.raises(RateLimited):
        run(server, clock, get)
    assert clock.pauses == []


@pytest.mark.parametrize(
    ("pause", "asked"), [(7.0, "7"), (60.0, "36000"), (0.5, "-1"), (0.5, "0"), (0.5, "soon")]
)
def test_retry_after(pause: float, asked: str, server: respx.Router, clock: Clock) -> None:
    """The server's wish to wait is honoured within bounds."""
    slow_down = httpx.Response(429, headers={"retry-after": asked})
    server.route().mock(side_effect=[slow_down, httpx.Response(200)])
    run(server, clock, get)
    assert clock.pauses == [pause]


def test_jitter(server: respx.Router, clock: Clock) -> None:
    """Pauses spread between half and all of the backoff."""
    server.route().mock(side_effect=[httpx.Response(503), httpx.Response(200)])
    run(server, clock, get, jitter=lambda: 0.0)
    assert clock.pauses == [0.25]


def test_never_sleeps_past_the_run(server: respx.Router, clock: Clock) -> None:
    """The error comes at once when the pause would outlast the run."""
    server.route().respond(429, headers={"retry-after": "30"})
    with pytest.raises(RateLimited):
        run(server, clock, get, left=lambda: 29.0)
    assert clock.pauses == []


def test_nothing_is_sent_after_the_run(server: respx.Router, clock: Clock) -> None:
    """A call after the end of the run fails as not sent."""
    with pytest.raises(NotSent, match="time for this run"):
        run(server, clock, post, left=lambda: 0.0)
    assert len(server.calls) == 0


def test_read_only(server: respx.Router, clock: Clock) -> None:
    """A client that only reads can read."""
    server.route().respond(200, json=[])
    assert run(server, clock, get, read_only=True).data == []
    assert len(server.calls) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "get"])
def test_read_only_refuses(method: str, server: respx.Router, clock: Clock) -> None:
    """Any other method than GET fails before anything is sent."""
    with pytest.raises(NotSent, match="only reads"):
        run(server, clock, lambda http: http.call(method, "/x"), read_only=True)
    assert len(server.calls) == 0


def test_a_dead_server_is_left_alone(server: respx.Router, clock: Clock) -> None:
    """After five calls in a row without use, nothing more is sent and nothing is in doubt."""
    server.route().respond(500)

    async def work(http: Http) -> list[ApiError]:
        errors: list[ApiError] = []
        for _ in range(MAX_FAULTS + 2):
            with pytest.raises(ServerFault) as caught:
                await post(http)
            errors.append(caught.value)
        return errors

    *faults, _, last = run(server, clock, work)
    assert len(server.calls) == MAX_FAULTS
    assert faults[0].outcome_unknown
    assert not last.outcome_unknown
    assert "seems down" in str(last)


FAMILIES = [
    "/api/v1alpha/dashboards/x",
    "/api/v1alpha/projects/x",
    "/api/v1alpha/projects/x/members",
    "/api/v1/projects/x/secrets/y",
    "/api/v1beta/secrets",
    "/jobs/x/plain_logs.json",
]


@pytest.mark.parametrize("down", FAMILIES)
def test_a_dead_service_says_nothing_of_others(
    down: str, server: respx.Router, clock: Clock
) -> None:
    """Behind one host stand many; whatever one of them answers, the others are still asked."""
    server.get(f"{BASE}{down}").respond(503)
    server.route().respond(200, json=[])

    async def work(http: Http) -> None:
        for _ in range(MAX_FAULTS + 1):
            with pytest.raises(ServerFault):
                await http.call("GET", down)
            for other in set(FAMILIES) - {down}:
                await http.call("GET", other)
        assert [path for path in FAMILIES if http.over(path)] == [down]

    run(server, clock, work)


def test_a_host_without_connection_is_one_for_all_services(
    server: respx.Router, clock: Clock
) -> None:
    """What can't be connected to is not tried again for each of them."""
    server.route().mock(side_effect=httpx.ConnectError)

    async def work(http: Http) -> None:
        for path in FAMILIES[:MAX_FAULTS]:
            with pytest.raises(NotSent):
                await http.call("GET", path)
        with pytest.raises(ServerFault, match="the server seems down"):
            await http.call("GET", FAMILIES[-1])

    run(server, clock, work)


def test_a_service_that_comes_back(server: respx.Router, clock: Clock) -> None:
    """After a rest one call finds out, and only one; its answer opens the way for all."""
    faults = [httpx.Response(503)] * (MAX_FAULTS + 1)
    server.route().mock(side_effect=[*faults, *[httpx.Response(200, json=[])] * 3])

    async def work(http: Http) -> None:
        for _ in range(MAX_FAULTS):
            with pytest.raises(ServerFault):
                await post(http)
        for _ in range(2):  # the first is still down
            with pytest.raises(ServerFault, match="seems down"):
                await get(http)
            assert http.over("/api/x")
            await clock.sleep(REST)
            sent = http.requests
            if sent == MAX_FAULTS:
                with pytest.raises(ServerFault, match="503"):
                    await get(http)
                assert http.requests == sent + 1
        await get(http)
        assert not http.over("/api/x")
        await asyncio.gather(get(http), get(http))

    run(server, clock, work)


def test_any_answer_shows_that_the_host_is_there(server: respx.Router, clock: Clock) -> None:
    """Even one that says that a service is down; and asking while it rests prolongs no rest."""
    away = [httpx.ConnectError] * (MAX_FAULTS - 1)
    server.route().mock(side_effect=[*away, httpx.Response(503), *away, *away])

    async def work(http: Http) -> None:
        for _ in range(2 * MAX_FAULTS - 1):
            with pytest.raises(ApiError):
                await get(http)
        assert not http.over("/api/x")
        with pytest.raises(NotSent):
            await get(http)
        assert http.over("/api/x")
        for _ in range(int(REST)):
            with pytest.raises(ServerFault, match="seems down"):
                await get(http)
            await clock.sleep(1.0)
        assert not http.over("/api/x")

    run(server, clock, work, attempts=1)


def test_a_token_that_is_accepted_again(server: respx.Router, clock: Clock) -> None:
    """One refusal says that nothing more has to be tried, until something succeeds."""
    refused = httpx.Response(401, text="Unauthorized")
    server.route().mock(side_effect=[refused, httpx.Response(200, json=[])])

    async def work(http: Http) -> None:
        with pytest.raises(Unauthenticated):
            await get(http)
        said = "the token from X is not accepted any more (GET /api/x: 401 Unauthorized)"
        assert http.over("/api/y") == said
        await get(http)
        assert not http.over("/api/y")

    run(server, clock, work, token_origin="X")


def test_one_call_at_a_time_looks_whether_a_service_is_back(clock: Clock) -> None:
    """While it waits for its answer, no other is sent; then all are."""
    sent, answers = 0, asyncio.Event()

    async def handle(_: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        if sent <= MAX_FAULTS:
            return httpx.Response(503)
        await answers.wait()
        return httpx.Response(200, json=[])

    async def main() -> None:
        transport = httpx.MockTransport(handle)
        async with Http(BASE, Sealed("t"), transport=transport, clock=clock) as http:
            for _ in range(MAX_FAULTS):
                with pytest.raises(ServerFault):
                    await post(http)
            await clock.sleep(REST)
            looking = [asyncio.ensure_future(get(http)) for _ in range(5)]
            await asyncio.sleep(0.01)
            assert sent == MAX_FAULTS + 1
            answers.set()
            ended = await asyncio.gather(*looking, return_exceptions=True)
            assert [type(each) for each in ended].count(Answer) == 1
            await asyncio.gather(get(http), get(http))

    asyncio.run(main())


def test_waiting_ends_when_the_server_is_given_up(server: respx.Router, clock: Clock) -> None:
    """A call that waits to try again gives up with the others."""
    server.route().respond(500)

    async def work(http: Http) -> ApiError:
        for _ in range(MAX_FAULTS - 1):
            with pytest.raises(ServerFault):
                await post(http)
        with pytest.raises(ServerFault):
            await get(http)
        with pytest.raises(ServerFault) as caught:
            await get(http)
        return caught.value

    assert "seems down" in str(run(server, clock, work))
    assert len(server.calls) == MAX_FAULTS - 1 + 4
    assert len(clock.pauses) == 3


def test_any_useful_answer_ends_the_row(server: respx.Router, clock: Clock) -> None:
    """Faults with answers between them do not condemn the server, even answers that refuse."""
    answers = [httpx.Response(500)] * 4 + [httpx.Response(404)]
    server.route().mock(side_effect=answers * 2)

    async def work(http: Http) -> None:
        for _ in range(10):
            with pytest.raises(ApiError):
                await post(http)

    run(server, clock, work)
    assert len(server.calls) == 10


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


def test_fetch_keeps_the_token(server: respx.Router, clock: Clock) -> None:
    """A signed address is read without our token, and its signature is not shown."""
    route = server.get("https://storage.example/log").respond(404, text="no jwt=s3cret here")
    with pytest.raises(NotFound) as caught:
        run(server, clock, lambda http: http.fetch("https://storage.example/log?jwt=s3cret"))
    assert "authorization" not in route.calls.last.request.headers
    assert "s3cret" not in str(caught.value)


def test_nothing_is_logged(
    server: respx.Router, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither our token nor a signed address reaches a log, at any level."""
    caplog.set_level(0)
    server.route().respond(200, json={})
    run(server, clock, post)
    run(server, clock, lambda http: http.fetch("https://storage.example/log?jwt=s3cret"))
    assert CANARY not in caplog.text
    assert "s3cret" not in caplog.text


def test_fetch_needs_tls(server: respx.Router, clock: Clock) -> None:
    """A signed address is not shown to the network."""
    with pytest.raises(NotSent, match="https"):
        run(server, clock, lambda http: http.fetch("http://storage.example/log?jwt=s3cret"))
    assert len(server.calls) == 0


def test_body_must_be_json(server: respx.Router, clock: Clock) -> None:
    """A value that JSON does not know is a bug and nothing is sent."""
    with pytest.raises(TypeError, match="object can't be sent"):
        run(server, clock, lambda http: http.call("POST", "/x", body={"a": object()}))
    assert len(server.calls) == 0


FAULTS = [
    *[fault for _, fault in TRANSIENT],
    httpx.UnsupportedProtocol,
    httpx.DecodingError,
    TimeoutError,
    OSError,
    httpx.Response(400, text=f"bad: {CANARY} {json.dumps(SECRET)} {SECRET}"),
    httpx.Response(500, json={"message": f"{CANARY} {SECRET}"}),
    httpx.Response(301, headers={"location": f"https://x/{CANARY}"}),
    httpx.Response(301, headers={"location": f"https://{CANARY}.x/"}),
    httpx.Response(307, headers={"location": f"https://{CANARY.upper()}:443"}),
    httpx.Response(400, text=base64.b64encode(SECRET.encode()).decode()),
    httpx.Response(200, text=f"{CANARY} {SECRET}"),
]


@pytest.mark.parametrize("fault", FAULTS)
def test_no_error_tells_a_secret(fault: Any, server: respx.Router, clock: Clock) -> None:
    """Neither token nor body occur in an error, its repr, its chain or its traceback."""
    if isinstance(fault, type):
        fault = fault(f"{CANARY} {SECRET}")
    server.route().mock(side_effect=[fault] * 4)
    with pytest.raises(ApiError) as caught:
        run(server, clock, post)
    shown = "".join(traceback.format_exception(caught.value))
    shown += f"{caught.value!r} {caught.value} {caught.value.args}"
    assert caught.value.__context__ is None
    assert CANARY not in shown
    assert "canary" not in shown


def test_what_was_sent_before_is_not_told_later(server: respx.Router, clock: Clock) -> None:
    """A server may keep a value, and repeat it when it is asked for something else."""
    server.post().respond(200, json={})
    server.get().respond(422, text=f"stored {SECRET!r}, asked with {CANARY}")

    async def work(http: Http) -> None:
        await post(http)
        await http.call("GET", "/x")

    with pytest.raises(Rejected) as caught:
        run(server, clock, work)
    assert "canary" not in str(caught.value)
    assert "stored" in str(caught.value)


def test_an_address_that_a_server_chose(server: respx.Router, clock: Clock) -> None:
    """Its path is part of errors, without what a server may have put there."""
    server.route().respond(404, text="no such file")
    with pytest.raises(NotFound) as caught:
        run(server, clock, lambda http: http.fetch(f"https://storage.example/{CANARY}/log?x=y"))
    assert CANARY not in str(caught.value)
    assert "/log" in str(caught.value)


def test_answer_has_no_readable_repr(server: respx.Router, clock: Clock) -> None:
    """An answer may hold exposed secret values; its repr shows none."""
    server.route().respond(200, json={"value": SECRET}, headers={"x": SECRET})
    assert repr(run(server, clock, get)) == "Answer(status=200)"


def test_values_that_were_sent_cost_nothing_where_nobody_listens(
    server: respx.Router, clock: Clock
) -> None:
    """What the server calls a request is held against them only if it is told."""
    server.route().respond(200, json=[], headers={"x-request-id": "8" * 64})
    large = [Sealed(f"{number:032}" * 2000) for number in range(64)]

    async def asking(http: Http) -> float:
        await http.call("POST", "/api/v1beta/secrets", body=large)
        began = time.process_time()
        for _ in range(50):
            await get(http)
        return time.process_time() - began

    quiet: float = run(server, clock, asking)
    told: float = run(server, clock, asking, trace=Heard())
    assert quiet < told / 4
