"""Same manifests, same organization: same plan, in whatever order and however many at a time."""

import asyncio
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Plan
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.planning.saved import fingerprint
from reconciler.render.formats import FORMATS, names
from tests.laws.cases import Case, cases
from tests.laws.effort import fewer
from tests.laws.ground import ground


@pytest.mark.parametrize("kind", KINDS)
@fewer
@given(data=st.data())
def test_plans_are_equal(kind: str, data: st.DataObject) -> None:
    """Equal as values and printed, for files in any order and requests one or ten at a time."""
    asyncio.run(_plans_equally(data.draw(cases(kind)), data.draw(st.integers(1, 2**32))))


async def _plans_equally(case: Case, shuffle: int) -> None:
    docs = list(case.docs)
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        state = await here.load(docs)
        first = await here.plan(Request(state=state), parallelism=1)
        second = await here.plan(Request(state=state), parallelism=10)
        Random(shuffle).shuffle(docs)
        other = await here.load(docs, shuffle)
        third = await here.plan(Request(state=other))
    assert first == second
    assert _written(first) == _written(second)
    assert fingerprint(first, "here", b"k") == fingerprint(third, "here", b"k")
    assert _steps(first) == _steps(third)


def _written(plan: Plan) -> list[str]:
    told = Report(subject=Subject.PLAN, organization="here", plan=plan)
    return [FORMATS[name].written(told) for name in names(Subject.PLAN)]


def _steps(plan: Plan) -> object:
    """Return what a plan does, without where in which file that was declared."""
    return [
        (change.action, change.address, change.fields, change.reason) for change in plan.changes
    ]
