"""``absent`` removes an object and nothing else."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.errors import InvalidManifests
from reconciler.kinds import KINDS
from tests.laws.cases import HOME, OTHER, Case, names, project_sent, scene_of, settings
from tests.laws.effort import fewer
from tests.laws.ground import Ground, Run, fields, ground
from tests.laws.organization import Key, Sent
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc
from tests.laws.touched import changed


@st.composite
def removals(draw: st.DrawFn, kind: str) -> Case:
    """Objects of a kind, of which some are not to exist any more, and some never did."""
    chosen = draw(settings(kind))
    scene, writing = scene_of(kind), WRITINGS[kind]
    found = draw(names(kind))
    there = draw(st.lists(st.sampled_from(found), unique=True))
    sent = [Sent(kind, scene.project, name, draw(writing.body(scene, name))) for name in there]
    gone = draw(st.lists(st.sampled_from(found), unique=True, min_size=1))
    docs = [_absent(draw(writing.manifest(scene, name))) for name in gone]
    projects = map(project_sent, (HOME, OTHER))
    return Case(chosen, (*projects, *sent), (), tuple(docs), draw(st.integers(0, 2**32)))


def _absent(doc: Doc) -> Doc:
    return doc | {"reconciler": {"absent": True}}


@pytest.mark.parametrize("kind", KINDS)
@fewer
@given(data=st.data())
def test_absent_objects_are_deleted(kind: str, data: st.DataObject) -> None:
    """Those that exist, and only those; a project's only one of a kind can't be."""
    asyncio.run(_removes(kind, data.draw(removals(kind))))


async def _removes(kind: str, case: Case) -> None:
    project = HOME if KINDS[kind].project_at else ""
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        if KINDS[kind].singleton:
            with pytest.raises(InvalidManifests):
                await here.load(case.docs)
            return
        before = await here.holdings()
        last = await _run_twice(here, case)
        after = await here.holdings()
        here.check(case.docs, after, last.plan)
    gone: set[Key] = {(kind, project, doc["metadata"]["name"]) for doc in case.docs}
    inside = {key for key in before if kind == "Project" and (kind, "", key[1]) in gone}
    assert before.keys() - after.keys() == (gone | inside) & before.keys()
    assert changed(before, after) == before.keys() - after.keys()


async def _run_twice(here: Ground, case: Case) -> Run:
    request = Request(state=await here.load(case.docs))
    run = await here.run(request)
    assert run.plan.refusals == ()
    assert run.failures == []
    start = here.number()
    again = await here.run(request)
    assert fields(again.plan) == []
    assert here.writes(start) == []
    return again
