"""What the client makes of a recorded answer: a value, or an error."""

import asyncio
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Any

import httpx
from pydantic import BaseModel

from reconciler.errors import ApiError
from reconciler.kinds import KINDS
from reconciler.kinds.reference import Reference
from reconciler.model import Sealed, Unreadable
from reconciler.remote import Patience
from reconciler.remote.client import JobSpec, JobState, Semaphore
from reconciler.remote.http import Http
from tests.contract.fixture import Fixture
from tests.contract.organization import BASE, Organization
from tests.contract.patterns import differences, filled


class Recorded(httpx.AsyncBaseTransport):
    """Answers the first request of a method, however often it comes, as recorded.

    All others are answered by the organization the answer comes from.
    """

    def __init__(
        self, organization: Organization, method: str, status: int, answer: httpx.Response
    ) -> None:
        self.asked: httpx.Request | None = None
        self._live = organization.embedded.transport()
        self._method = method
        self._status = status
        self._answer = answer

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.asked is None and request.method == self._method:
            self.asked = request
        if self.asked is not None and _same(self.asked, request):
            return httpx.Response(
                self._status,
                headers=self._answer.headers,
                content=self._answer.content,
                request=request,
            )
        return await self._live.handle_async_request(request)


def _same(one: httpx.Request, other: httpx.Request) -> bool:
    return (one.method, one.url) == (other.method, other.url)


def problems(
    fixture: Fixture, organization: Organization, answer: httpx.Response, wanted: Mapping[str, Any]
) -> Iterator[str]:
    """Where the client's reading of an answer is not what the fixture wants."""
    transport = Recorded(organization, fixture.request.method, answer.status_code, answer)
    try:
        result = asyncio.run(_call(fixture, organization, transport))
    except ApiError as error:
        yield from _of_error(wanted, error, organization)
    else:
        yield from _of_result(wanted, result, organization)
    if "call" in fixture.client:
        yield from _of_request(fixture, organization, transport.asked)


async def _call(fixture: Fixture, organization: Organization, transport: Recorded) -> Any:
    """Do what the fixture says; where it names no method, just send its request again."""

    async def no_time(_seconds: float) -> None:
        """Pass at once."""

    http = Http(BASE, Sealed("any"), transport=transport, sleep=no_time)
    async with http:
        client = fixture.client
        if "call" not in client:
            path = filled(fixture.request.target, organization.names)
            answer = await http.call(fixture.request.method, path, raw=client.get("raw", False))
            return answer.text if client.get("raw") else answer.data
        semaphore = Semaphore(http, patience=Patience(30.0, no_time))
        family, _, method = client["call"].partition(".")
        call = getattr(getattr(semaphore, family), method)
        args = [await _argument(each, organization, semaphore) for each in client.get("with", [])]
        named = {
            name: await _argument(each, organization, semaphore)
            for name, each in client.get("where", {}).items()
        }
        result = call(*args, **named)
        if inspect.isasyncgen(result):
            return [item async for item in result]
        return await result


async def _argument(value: Any, organization: Organization, semaphore: Semaphore) -> Any:
    """An argument; an object with one key that begins with $ says what to make of it."""
    value = filled(value, organization.names)
    if not isinstance(value, dict) or not next(iter(value), "").startswith("$"):
        return value
    ((sort, inner),) = value.items()
    name = sort.removeprefix("$")
    if name == "target":
        return await semaphore.deployment_targets.describe(inner)
    return _MADE[name](inner) if name in _MADE else KINDS[name].declared(inner)


_MADE: Mapping[str, Callable[[Any], Any]] = {
    "time": lambda seconds: datetime.fromtimestamp(seconds, tz=UTC),
    "reference": Reference.model_validate,
    "job": JobSpec.model_validate,
    "states": lambda words: [JobState(word) for word in words],
}


def _of_error(
    wanted: Mapping[str, Any], error: ApiError, organization: Organization
) -> Iterator[str]:
    if type(error).__name__ != wanted.get("raises"):
        yield f"the client raised {type(error).__name__}: {error}"
        return
    told = {
        "status": error.status,
        "words": error.words,
        "advice": error.advice,
        "outcome_unknown": error.outcome_unknown,
        "retry_after": error.retry_after,
    }
    expected = {key: value for key, value in wanted.items() if key in told}
    yield from differences(expected, told, organization.names, part=True, at="the error")


def _of_result(wanted: Mapping[str, Any], result: Any, organization: Organization) -> Iterator[str]:
    if "raises" in wanted:
        yield f"the client did not raise {wanted['raises']}"
        return
    yield from differences(
        wanted["gives"], told(result), organization.names, part=True, at="the result"
    )


def _of_request(
    fixture: Fixture, organization: Organization, asked: httpx.Request | None
) -> Iterator[str]:
    """The client's own request goes where the fixture's goes, and says what it has to."""
    if asked is None:
        yield f"the client sent no {fixture.request.method}"
        return
    path = httpx.URL(BASE + filled(fixture.request.path, organization.names)).path
    if asked.url.path != path:
        yield f"the client asked {asked.url.path}, not {path}"
    if "sends" in fixture.client:
        yield from differences(
            fixture.client["sends"],
            json.loads(asked.content),
            organization.names,
            part=True,
            at="the request",
        )


def told(value: Any) -> Any:
    """A result as plain values, to be matched: opened secrets begin with ``sealed:``."""
    if isinstance(value, BaseModel | dict):
        return {name: told(inner) for name, inner in dict(value).items()}
    if isinstance(value, tuple | list):
        return [told(inner) for inner in value]
    if isinstance(value, Sealed):
        return _opened(value)
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.value if isinstance(value, Enum) else value


def _opened(secret: Sealed) -> str:
    try:
        return f"sealed:{secret.reveal()}"
    except Unreadable:
        return "hidden"
