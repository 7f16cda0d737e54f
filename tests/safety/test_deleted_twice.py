"""What somebody else deleted first, whatever its kind, is as gone as it was to be."""

import asyncio

import httpx
import pytest

from reconciler import commands
from reconciler.model import Outcome, Result
from tests.safety.conftest import URL, House
from tests.safety.samples import documents, project
from tests.safety.test_races import KINDS, ONE, planning

ABSENT = "reconciler: {absent: true}\n"
DELETED = sorted(KINDS.keys() - {"ArtifactsRetentionPolicy"})


class Quicker(httpx.AsyncBaseTransport):
    """Somebody deletes the same, some time before our DELETE arrives."""

    def __init__(self, house: House) -> None:
        self._inner = house.embedded.transport()
        self._clock = house.embedded.clock
        self.refused = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "DELETE":
            return await self._inner.handle_async_request(request)
        path = request.url.path
        token = {"unique_token": "0c5ed2a1-94a4-4d3a-a1a7-06a8fd3d77f1"}
        theirs = httpx.Request("DELETE", f"{URL}{path}", params=token, headers=request.headers)
        await (await self._inner.handle_async_request(theirs)).aread()
        self._clock.advance(5)
        answer = await self._inner.handle_async_request(request)
        self.refused += answer.is_error
        return answer


@pytest.mark.parametrize("kind", DELETED)
@pytest.mark.parametrize("looked", [False, True])
def test_what_is_gone_is_deleted(house: House, kind: str, looked: bool) -> None:
    """Before we looked, and after: it is no failure, nothing is left of it, nor remembered."""
    text = KINDS[kind](ONE)
    house.write("a.yml", documents(project("api"), text))
    house.apply()
    meanwhile = Quicker(house) if looked else None

    async def race() -> Outcome:
        async with house.session(meanwhile) as session:
            planned = await planning(house, session, text + ABSENT)
            if not looked:
                house.ledger, ours = "none", house.ledger
                await house.carry_out(session, await planning(house, session, text + ABSENT))
                house.ledger = ours
            (outcome,) = await house.carry_out(session, planned)
            return outcome

    outcome = asyncio.run(race())
    assert (outcome.result, outcome.change.address.kind) == (Result.DONE, kind), outcome
    assert meanwhile is None or meanwhile.refused == 1
    assert house.plan().changes == ()
    records = commands.ledger.remembered(house.ledger, URL).records
    assert [str(address) for address in records if address.kind == kind] in ([], ["Project/api"])
