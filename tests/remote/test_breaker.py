"""A service that seems down is left alone, and nothing else is."""

import asyncio

import httpx
import pytest
import respx

from reconciler.errors import (
    ApiError,
    NotSent,
    ServerFault,
    Unauthenticated,
)
from reconciler.model import Sealed
from reconciler.remote.breaker import MAX_FAULTS, REST
from reconciler.remote.http import Answer, Http
from tests.remote.calling import BASE, Clock, get, post, run


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
