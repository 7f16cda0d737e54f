"""``mode: observe``: what differs is told just as it would be changed, and nothing is written."""

import asyncio
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Action, Change
from tests.laws.cases import HOME, OTHER, Case, cases, project_doc
from tests.laws.effort import fewer
from tests.laws.ground import Ground, fields, ground
from tests.laws.strategies.basics import Doc

_KEEPER: Doc = {"apiVersion": "v1alpha", "kind": "Dashboard", "metadata": {"name": "keeper"}}
_PARENTS = tuple(map(project_doc, (HOME, OTHER)))


@pytest.mark.parametrize("kind", KINDS)
@fewer
@given(data=st.data())
def test_what_is_observed_is_compared_and_never_written(kind: str, data: st.DataObject) -> None:
    """Whether it was ours before or not, and whatever is asked for."""
    asyncio.run(_is_left_alone(data.draw(cases(kind))))


async def _is_left_alone(case: Case) -> None:
    async with ground(case.settings, case.style, ledger=True) as here:
        await here.send(case.sent)
        around = [*_PARENTS, _KEEPER]
        before = await here.load([*around, *_less(case.before)])
        made = await here.run(Request(state=before, allow_replace=True))
        if made.plan.refusals or made.failures:
            return
        mine = _less(case.docs)
        observing = [doc | {"reconciler": {"mode": "observe"}} for doc in mine]
        managed = await here.plan(Request(state=await here.load([*around, *mine])))
        there, start = await here.holdings(), here.number()
        told = await here.plan(Request(state=await here.load([*around, *observing])))
        assert (told.refusals, fields(told)) == ((), [])
        anew = {one.address.name for one in managed.changes if one.action is Action.REPLACE}
        assert _said(told.observed, anew) == _said(managed.changes, anew)
        await _whatever_is_asked(here, observing, around)
        assert here.writes(start) == []
        assert await here.holdings() == there


def _less(docs: Iterable[Doc]) -> list[Doc]:
    return [doc for doc in docs if doc not in _PARENTS]


def _said(changes: Iterable[Change], anew: set[str]) -> dict[str, tuple[str, object]]:
    """Return what is to change, less what goes with a project that would be created again."""
    return {
        str(one.address): (str(one.action), one.fields)
        for one in changes
        if one.address.project not in anew
    }


async def _whatever_is_asked(here: Ground, observing: list[Doc], around: list[Doc]) -> None:
    """Apply, destroy, and prune once the manifests are gone."""
    both = await here.load([*around, *observing])
    await here.run(Request(state=both, allow_replace=True, prune=True, rewrite=("*",)))
    await here.run(Request(state=await here.load(observing), destroy=True))
    left = await here.run(Request(state=await here.load(around), prune=True))
    assert (left.plan.refusals, fields(left.plan), left.plan.orphaned) == ((), [], ())
