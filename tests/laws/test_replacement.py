"""What can't be changed in place is created again: with consent only, and with all that it had."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciler.commands import Request
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, DesiredState, Refusal, Rules
from tests.laws import held
from tests.laws.cases import HIDING, HOME, OTHER, Case, names, project_sent, scene_of, settings
from tests.laws.effort import fewer
from tests.laws.ground import Run, fields, ground
from tests.laws.mentions import unmentioned
from tests.laws.organization import Holdings, Key, Sent, resolved
from tests.laws.strategies import WRITINGS
from tests.laws.strategies.basics import ById, Doc, Scene
from tests.laws.strategies.projects import HOSTS, remotes
from tests.laws.strategies.secrets import env_vars
from tests.laws.touched import changed, key_of, planned

_STRIPPED = "without what its manifest does not mention"
_ANEW = ("metadata.id", "metadata.create_time")


@st.composite
def hidden(draw: st.DrawFn, kind: str) -> Case:
    """A secret whose values are hidden, and a manifest with another variable in it."""
    chosen = draw(settings(kind, secrets_exposed_content=False))
    scene, writing = scene_of(kind), WRITINGS[kind]
    name, *others = draw(names(kind, most=2))
    sent = [Sent(kind, scene.project, n, draw(writing.body(scene, n))) for n in (name, *others)]
    doc = draw(writing.manifest(scene, name))
    variables = [*draw(env_vars()), {"name": "NEW_ONE", "value": "c4n4ry new"}]
    projects = map(project_sent, (HOME, OTHER))
    docs = (doc | {"data": {"env_vars": variables, "files": []}},)
    return Case(chosen, (*projects, *sent), (), docs, draw(st.integers(0, 2**32)))


@pytest.mark.parametrize("kind", HIDING)
@given(data=st.data())
def test_a_hidden_secret_is_made_anew(kind: str, data: st.DataObject) -> None:
    """The flag or the manifest may allow it; who may use it stays as it was, if unmentioned."""
    case = data.draw(hidden(kind))
    asyncio.run(_replaces(kind, case, by_flag=data.draw(st.booleans())))


async def _replaces(kind: str, case: Case, *, by_flag: bool) -> None:
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        before, start = await here.holdings(), here.number()
        state = await here.load(case.docs)
        refused = await here.run(Request(state=state))
        assert "--allow-replace" in refused.plan.refusals[0].text
        assert here.writes(start) == []
        consent = state if by_flag else allowing(state)
        run = await here.run(Request(state=consent, allow_replace=by_flag))
        after = await here.holdings()
        again = await here.run(Request(state=state))
        here.check(case.docs, after, again.plan)
    _made_anew(run, before, after)
    assert fields(again.plan) == []
    key: Key = (kind, HOME if KINDS[kind].project_at else "", case.docs[0]["metadata"]["name"])
    _kept(case.docs[0], key, before, after)


def allowing(state: DesiredState) -> DesiredState:
    """Return the state with ``replace: allow`` in every manifest."""
    rules = Rules(allow_replace=True)
    objects = {address: replace(one, rules=rules) for address, one in state.objects.items()}
    return replace(state, objects=objects)


def _places(refusals: Iterable[Refusal]) -> set[Address]:
    return {refusal.address for refusal in refusals if refusal.address}


def _made_anew(run: Run, before: Holdings, after: Holdings) -> None:
    assert run.plan.refusals == ()
    assert run.failures == []
    assert Action.REPLACE in [change.action for change in run.plan.changes]
    assert changed(before, after) <= planned(run.plan, before, after)


def _kept(doc: Doc, key: Key, before: Holdings, after: Holdings) -> None:
    found = unmentioned(key[0], doc, before[key], after[key])
    moved = {path: values for path, values in found.items() if values[0] != values[1]}
    assert moved.keys() <= set(_ANEW)


@st.composite
def migrations(draw: st.DrawFn) -> Case:
    """A project that moves to another forge, with objects that are in it or refer to it."""
    chosen = draw(settings("DeploymentTarget", secrets_exposed_content=True))
    scene = Scene((HOME, OTHER), HOME)
    here, there = draw(st.permutations(sorted(HOSTS)))[:2]
    body = draw(WRITINGS["Project"].body(scene, HOME))
    body["spec"]["repository"] |= {"url": draw(remotes(here)), "integration_type": here}
    doc = draw(WRITINGS["Project"].manifest(scene, HOME))
    doc["spec"]["repository"] |= {"url": draw(remotes(there)), "integration_type": there}
    sent = [Sent("Project", "", HOME, body), project_sent(OTHER)]
    docs = [doc]
    tasks = {
        entry["name"]
        for said in (doc, body)
        for key in ("tasks", "schedulers")
        for entry in said["spec"].get(key) or ()
    }
    for kind in ("Schedule", "DeploymentTarget", "ProjectSecret", "Dashboard", "Secret"):
        (name,) = draw(names(kind, most=1).filter(tasks.isdisjoint))
        own = replace(scene, project=HOME if KINDS[kind].project_at else "")
        if draw(st.booleans()):
            sent.append(Sent(kind, own.project, name, draw(WRITINGS[kind].body(own, name))))
        if draw(st.booleans()):
            docs.append(resolved(draw(WRITINGS[kind].manifest(own, name)), _by_name))
    return Case(chosen, tuple(sent), (), tuple(docs), draw(st.integers(0, 2**32)))


def _by_name(kind: str, name: str) -> str:
    """An id is that of the old project only."""
    return str(name) if kind == "Project" else ById(kind, name)


@fewer
@given(migrations())
def test_a_project_is_made_anew(case: Case) -> None:
    """Only its own manifest may allow it; what is declared inside, or refers to it, follows."""
    asyncio.run(_migrates(case))


async def _migrates(case: Case) -> None:
    async with ground(case.settings, case.style, ledger=case.ledger) as here:
        await here.send(case.sent)
        before, start = await here.holdings(), here.number()
        state = await here.load(case.docs)
        refused = await here.run(Request(state=state, allow_replace=True))
        texts = [refusal.text for refusal in refused.plan.refusals]
        assert any("deletes everything in it" in text for text in texts)
        assert here.writes(start) == []
        run = await here.run(Request(state=allowing(state)))
        if stripped := [r for r in run.plan.refusals if _STRIPPED in r.text]:
            assert (run.plan.refusals, here.writes(start)) == (tuple(stripped), [])
            rest = {at: one for at, one in state.objects.items() if at not in _places(stripped)}
            state = replace(state, objects=rest)
            run = await here.run(Request(state=allowing(state)))
        after = await here.holdings()
        again = await here.run(Request(state=allowing(state)))
        left = {key_of(place) for place in _places(stripped)}
        here.check([doc for doc in case.docs if held.key_of(doc) not in left], after, again.plan)
    _made_anew(run, before, after)
    assert fields(again.plan) == []
    _kept(case.docs[0], ("Project", "", HOME), before, after)
