"""``renamed_from`` renames: the id stays, and so does all that is inside."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Action
from tests.laws.cases import (
    HIDING,
    HOME,
    OTHER,
    Case,
    names,
    project_doc,
    project_sent,
    scene_of,
    settings,
)
from tests.laws.effort import fewer
from tests.laws.ground import fields, ground
from tests.laws.organization import Holdings, Key, Sent
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import Doc, Scene
from tests.laws.touched import changed, planned

RENAMABLE = [kind for kind in KINDS if KINDS[kind].renamable]
INSIDE = [kind for kind in KINDS if KINDS[kind].project_at]
NEW_HOME = "new.home"


@st.composite
def renames(draw: st.DrawFn, kind: str) -> Case:
    """An object under its former name, others beside it, and its manifest."""
    chosen = draw(settings(kind))
    scene, writing = scene_of(kind), WRITINGS[kind]
    found = draw(names(kind, least=2))
    old, new, *others = found
    sent = [
        Sent(kind, scene.project, name, draw(writing.body(scene, name))) for name in (old, *others)
    ]
    doc = draw(writing.manifest(scene, new)) | {"reconciler": {"renamed_from": old}}
    projects = map(project_sent, (HOME, OTHER))
    return Case(chosen, (*projects, *sent), (), (doc,), draw(st.integers(0, 2**32)))


@pytest.mark.parametrize("kind", RENAMABLE)
@fewer
@given(data=st.data())
def test_an_object_keeps_its_id(kind: str, data: st.DataObject) -> None:
    """Unless its values are hidden, and it has to be created again; nobody else is touched."""
    asyncio.run(_renames(kind, data.draw(renames(kind))))


async def _renames(kind: str, case: Case) -> None:
    doc = case.docs[0]
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        request = Request(state=await here.load(case.docs), allow_replace=True)
        before = await here.holdings()
        run = await here.run(request)
        after = await here.holdings()
        again = await here.run(request)
        here.check(case.docs, after, again.plan)
    assert changed(before, after) <= planned(run.plan, before, after)
    if run.plan.refusals:
        assert before == after
        return
    assert run.failures == []
    assert fields(again.plan) == []
    (change,) = (change for change in run.plan.changes if change.address.kind == kind)
    project = HOME if KINDS[kind].project_at else ""
    old: Key = (kind, project, doc["reconciler"]["renamed_from"])
    new: Key = (kind, project, doc["metadata"]["name"])
    assert old not in after
    same = _id(before[old]) == _id(after[new])
    assert same is (change.action is Action.UPDATE)
    in_place = kind not in HIDING or case.settings.secrets_exposed_content
    assert same or not in_place or "can't be changed in place" in change.reason or kind == "Project"


def _id(body: dict[str, object]) -> object:
    metadata = body.get("metadata")
    return metadata.get("id") if isinstance(metadata, dict) else body["id"]


@st.composite
def moves(draw: st.DrawFn) -> Case:
    """A project with objects of every kind inside, renamed; some of them are declared too."""
    chosen = draw(settings("DeploymentTarget", secrets_exposed_content=True))
    before = Scene((HOME, OTHER), HOME)
    after = replace(before, projects=(NEW_HOME, OTHER), project=NEW_HOME)
    doc = project_doc(HOME) | {"reconciler": {"renamed_from": HOME}}
    doc["metadata"] = {"name": NEW_HOME}
    sent: list[Sent] = [project_sent(HOME), project_sent(OTHER)]
    docs: list[Doc] = [doc]
    for kind in INSIDE:
        found = draw(names(kind, most=2))
        sent += [Sent(kind, HOME, name, draw(WRITINGS[kind].body(before, name))) for name in found]
        if draw(st.booleans()):
            docs.append(draw(WRITINGS[kind].manifest(after, found[0])))
    if draw(st.booleans()):
        name = draw(names("Dashboard"))[0]
        sent.append(Sent("Dashboard", "", name, draw(WRITINGS["Dashboard"].body(before, name))))
        docs.append(draw(WRITINGS["Dashboard"].manifest(replace(after, project=""), name)))
    return Case(chosen, tuple(sent), (), tuple(docs), draw(st.integers(0, 2**32)))


@fewer
@given(moves())
def test_a_project_takes_along_what_is_inside(case: Case) -> None:
    """Its objects keep their ids; those that are not declared are byte for byte the same."""
    asyncio.run(_moves(case))


async def _moves(case: Case) -> None:
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        request = Request(state=await here.load(case.docs))
        before = await here.holdings()
        run = await here.run(request)
        found = await here.holdings()
        again = await here.run(request)
        here.check(case.docs, found, again.plan)
    after = _moved_back(found)
    if run.plan.refusals:
        return
    assert run.failures == []
    assert fields(again.plan) == []
    named = {
        (kind, HOME if project == NEW_HOME else project, name)
        for kind, project, name in planned(run.plan)
    }
    named |= {("Project", "", HOME)}
    assert changed(before, after) <= named
    for key in before:
        if key[0] not in ("ArtifactsRetentionPolicy", "SelfHostedAgentType"):
            assert _id(before[key]) == _id(after[key])


def _moved_back(found: Holdings) -> Holdings:
    """Return holdings by the former name of the project."""
    return {
        (
            kind,
            HOME if project == NEW_HOME else project,
            HOME if (kind, name) == ("Project", NEW_HOME) else name,
        ): body
        for (kind, project, name), body in found.items()
    }
