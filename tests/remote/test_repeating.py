"""Requests are repeated where that is safe, and as long as the run lasts."""

from collections.abc import Awaitable
from typing import Any

import httpx
import pytest
import respx

from reconciler.errors import (
    ApiError,
    NotSent,
    PermissionDenied,
    RateLimited,
    Rejected,
)
from reconciler.model import Sealed
from reconciler.remote.http import Answer, Http
from tests.remote.calling import SECRET, TRANSIENT, Clock, get, post, run


def post_again(http: Http) -> Awaitable[Answer]:
    return http.call("POST", "/api/x", body={"value": Sealed(SECRET)}, repeatable=True)


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
