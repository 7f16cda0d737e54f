"""``on_removal: forget``: once its manifest is gone an object stays, and is ours no longer."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Action
from tests.laws.cases import Case, cases
from tests.laws.effort import fewer
from tests.laws.ground import fields, ground
from tests.laws.strategies.basics import Doc

_KEEPER: Doc = {"apiVersion": "v1alpha", "kind": "Dashboard", "metadata": {"name": "keeper"}}


@pytest.mark.parametrize("kind", KINDS)
@fewer
@given(data=st.data())
def test_what_is_given_back_stays(kind: str, data: st.DataObject) -> None:
    """Neither pruned nor destroyed, with the project that it is in; others are pruned as ever."""
    asyncio.run(_stays(data.draw(cases(kind))))


async def _stays(case: Case) -> None:
    async with ground(case.settings, case.style, ledger=True) as here:
        await here.send(case.sent)
        docs = [doc | {"reconciler": {"on_removal": "forget"}} for doc in case.docs]
        made = await here.run(
            Request(state=await here.load([*docs, _KEEPER]), allow_replace=True), case.parallelism
        )
        if made.plan.refusals or made.failures:
            return
        before, start = await here.holdings(), here.number()
        destroyed = await here.run(Request(state=await here.load(docs), destroy=True))
        assert fields(destroyed.plan) == []
        left = await here.run(Request(state=await here.load([_KEEPER]), prune=True))
        assert left.plan.refusals == ()
        assert fields(left.plan) == []
        there = (one for one in made.plan.changes if one.action is not Action.DELETE)
        ours = {*made.plan.adopted, *(change.address for change in there)}
        kept = {address for address in ours - {*left.plan.released} if address.name != "keeper"}
        assert all(KINDS[address.kind].singleton for address in kept), kept  # perhaps empty
        again = await here.run(Request(state=await here.load([_KEEPER]), prune=True))
        assert (again.plan.released, again.plan.orphaned, fields(again.plan)) == ((), (), [])
        assert here.writes(start) == []
        assert await here.holdings() == before
