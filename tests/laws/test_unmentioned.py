"""A field that the manifest does not mention keeps its live value, byte for byte."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Action
from tests.laws.cases import HOME, OTHER, Case, names, project_sent, scene_of, settings
from tests.laws.ground import ground
from tests.laws.mentions import unmentioned
from tests.laws.organization import Sent
from tests.laws.strategies import WRITINGS
from tests.laws.touched import changed

_ANEW = ("id", "metadata.id", "metadata.create_time", "created_at", "inserted_at")
"""What an object that had to be replaced has anew."""


@st.composite
def partly(draw: st.DrawFn, kind: str) -> Case:
    """One object with all there is to it, and a manifest that speaks of some of that."""
    chosen = draw(settings(kind))
    scene, writing = scene_of(kind), WRITINGS[kind]
    name = draw(names(kind, most=1))[0]
    whole = draw(st.booleans())
    sent = [] if whole else [Sent(kind, scene.project, name, draw(writing.body(scene, name)))]
    before = [draw(writing.manifest(replace(scene, full=True), name))] if whole else []
    return Case(
        chosen,
        (*map(project_sent, (HOME, OTHER)), *sent),
        tuple(before),
        (draw(writing.manifest(scene, name)),),
        draw(st.integers(0, 2**32)),
    )


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_unmentioned_fields_are_kept(kind: str, data: st.DataObject) -> None:
    """Whoever set them: another client, or a manifest that said more."""
    asyncio.run(_keeps(kind, data.draw(partly(kind))))


async def _keeps(kind: str, case: Case) -> None:
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        if case.before:
            full = await here.run(Request(state=await here.load(case.before)))
            if full.plan.refusals:
                return  # a policy without rules
            assert full.failures == []
        before = await here.holdings()
        run = await here.run(Request(state=await here.load(case.docs), allow_replace=True))
        after = await here.holdings()
        here.check(case.docs, after, run.plan)
    assert run.failures == []
    keys = [key for key in before if key[0] == kind and key in changed(before, after)]
    replaced = [change.action is Action.REPLACE for change in run.plan.changes]
    for key in keys:
        kept = unmentioned(kind, case.docs[0], before[key], after[key])
        moved = {path: values for path, values in kept.items() if values[0] != values[1]}
        anew = _ANEW if any(replaced) else ()
        assert {path: values for path, values in moved.items() if path not in anew} == {}
