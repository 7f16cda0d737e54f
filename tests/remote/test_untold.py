"""No error and no log tells a secret."""

import base64
import json
import time
import traceback
from typing import Any

import httpx
import pytest
import respx

from reconciler.errors import (
    ApiError,
    NotFound,
    NotSent,
    Rejected,
)
from reconciler.model import Sealed
from reconciler.remote.http import Http
from tests.remote.calling import CANARY, SECRET, TRANSIENT, Clock, Heard, get, post, run


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
