"""apply → the plan is empty → apply sends nothing; and nothing else is touched or told."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from tests.laws.cases import Case, cases, organizations
from tests.laws.effort import fewer
from tests.laws.ground import Ground, fields, ground
from tests.laws.organization import Holdings
from tests.laws.strategies.basics import Doc
from tests.laws.touched import changed, planned, strays

REFUSED = (
    "can't return a project to no retention policy",
    "has to be sent, and is not in the manifest, or left to others by",
    "it would be created again with its project, without what its manifest does not mention",
    "to replace a project deletes everything in it",
    "is not the url of a repository at",
    "validate_input_format needs a regex_pattern",
    "does not match regex_pattern",
)
"""What a valid manifest may ask for that can't be had in place, or not with what it leaves out."""


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_one_apply_reaches_what_is_declared(kind: str, data: st.DataObject) -> None:
    """Whatever was there before: then the plan is empty, and nothing else was touched or told."""
    asyncio.run(converges(data.draw(cases(kind))))


@fewer
@given(organizations())
def test_one_apply_makes_a_whole_organization(case: Case) -> None:
    """Objects of every kind, from nothing, in an order that works."""
    asyncio.run(converges(case))


async def converges(case: Case) -> None:
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        before = await here.holdings()
        for docs in filter(None, (case.before, case.docs)):
            before = await _applied(here, case, docs, before)
    assert here.outputs.leaks(case.docs, case.before, [sent.body for sent in case.sent]) == []


async def _applied(here: Ground, case: Case, docs: tuple[Doc, ...], before: Holdings) -> Holdings:
    request = Request(state=await here.load(docs), allow_replace=True)
    start = here.number()
    await here.plan(request)
    assert here.writes(start) == []

    first = await here.run(request, case.parallelism)
    after = await here.holdings()
    refused = [refusal.text for refusal in first.plan.refusals]
    assert [text for text in refused if not any(known in text for known in REFUSED)] == []
    assert first.failures == []
    assert changed(before, after) <= planned(first.plan, before, after)
    assert strays(here.writes(start), first.plan, before, after) == []
    if refused:
        assert here.writes(start) == []
        return after

    here.check(docs, after, first.plan)
    start = here.number()
    again = await here.run(request, case.parallelism)
    assert fields(again.plan) == []
    assert again.plan.refusals == ()
    assert here.writes(start) == []
    here.check(docs, after, again.plan)
    return after
