"""A request as it is sent: its headers, its address, its token."""

import json

import httpx
import pytest
import respx

from reconciler import __version__
from reconciler.errors import (
    BadSettings,
    NotSent,
    RateLimited,
)
from reconciler.model import Sealed
from reconciler.remote.http import Answer, Http
from reconciler.remote.order import segment
from tests.remote.calling import BASE, CANARY, SECRET, Clock, get, run


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
