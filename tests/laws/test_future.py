"""Semaphore gets fields that this version does not know: no update loses any, none is told."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.embedded import Action, Fault
from reconciler.kinds import KINDS
from tests.laws.cases import HIDING, Case, cases
from tests.laws.ground import Ground, fields, ground
from tests.laws.later import VALUE, lost
from tests.laws.test_convergence import REFUSED
from tests.laws.test_replacement import hidden


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_no_update_loses_what_is_new(kind: str, data: st.DataObject) -> None:
    """Of any object, in any part of it that stays; and the plan is empty afterwards."""
    asyncio.run(keeps(data.draw(cases(kind)), data.draw(st.integers(0, 99))))


@pytest.mark.parametrize("kind", HIDING)
@given(data=st.data())
def test_what_is_made_anew_has_what_was_new(kind: str, data: st.DataObject) -> None:
    """A secret whose values are hidden can be changed in no other way."""
    asyncio.run(keeps(data.draw(hidden(kind)), data.draw(st.integers(0, 99))))


async def keeps(case: Case, seed: int) -> None:
    """Raise AssertionError if an apply loses, or tells, anything of a later version."""
    later = Fault(action=Action.FUTURE, times=None, seed=seed)
    async with ground(case.settings, case.style) as here:
        await here.send(case.sent)
        if case.before:
            await here.run(Request(state=await here.load(case.before), allow_replace=True))
        here.embedded.faults.add(later)
        await _applied(here, case, later)
    assert here.outputs.having(VALUE) == []


async def _applied(here: Ground, case: Case, later: Fault) -> None:
    before = await here.holdings(later)
    request = Request(state=await here.load(case.docs), allow_replace=True)
    run = await here.run(request, case.parallelism)
    if run.plan.refusals:
        assert any(known in run.plan.refusals[0].text for known in REFUSED)
        return
    after = await here.holdings(later)
    assert run.failures == []
    assert lost(before, after) == {}
    again = await here.run(request, case.parallelism)
    assert fields(again.plan) == []
