"""What a token needs: with just that everything works, with any part of it less something does not.

The local Semaphore asks for permissions by a reading of the API of its own.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from reconciler import commands
from reconciler.embedded import Edition
from reconciler.embedded.people.roles import roles_of
from reconciler.errors import ReconcilerError
from reconciler.kinds import KINDS
from reconciler.model import Result
from reconciler.model.permissions import Use
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.planning import names
from reconciler.planning.permissions import needs
from reconciler.render import machine
from tests.acceptance import manifests as samples
from tests.safety.conftest import House
from tests.safety.samples import documents, project

_EVERY = frozenset[str]().union(*(role.permissions for role in roles_of(Edition.CLOUD)))
_BARE = {
    "apiVersion": "v1.1",
    "kind": "Schedule",
    "metadata": {"name": "bare"},
    "spec": {"project": "api", "recurring": False, "pipeline_file": "p.yml"},
}
_APP = samples.PROJECT.replace("[branches]", "[branches], integration_type: github_app")
_AGENTS = f"{samples.AGENT_TYPE}spec: {{agent_name_settings: {{release_after: 60}}}}\n"


def _rule(name: str) -> str:
    return f"{samples.TARGET[:-2]}, subject_rules: [{{type: ROLE, subject_id: {name}}}]}}\n"


@dataclass(frozen=True)
class World:
    """What is there: made by others, or by us if ``ours``; ``beside`` is by others anyway.

    ``bare``: there is a task without a branch, which an update of its project changes (A 2.2).
    """

    there: str = ""
    ours: bool = False
    beside: str = ""
    bare: bool = False


@dataclass(frozen=True)
class Case:
    """Manifests, and the worlds that they may meet; every permission counts in one of them."""

    declared: str
    worlds: tuple[World, ...]
    prune: bool = False


def _of(text: str, old: str, new: str, other: tuple[str, str] | None = None) -> Case:
    """A kind: to be made, changed, adopted and pruned."""
    assert old in text
    base = "" if "kind: Project\n" in text else project("api")
    more = [documents(text, text.replace(*other))] if other else []
    worlds = [
        World(beside=base),
        World(there=text.replace(old, new), beside=base),
        World(there=text, beside=base),
        *(World(there=each, ours=True, beside=base) for each in more),
    ]
    return Case(text, tuple(worlds), prune=bool(more))


_CASES = {
    "Project": replace(
        _of(samples.PROJECT, "[branches]", "[tags]"),
        worlds=(
            World(),
            World(there=samples.PROJECT.replace("[branches]", "[tags]"), bare=True),
            World(there=samples.PROJECT),
        ),
    ),
    "Secret": _of(samples.SECRET, "nightjar-1", "other", ("prod-db", "more")),
    "ProjectSecret": _of(samples.PROJECT_SECRET, "nightjar-2", "other", ("name: db", "name: more")),
    "SelfHostedAgentType": _of(_AGENTS, "60", "90", ("s1-linux", "s1-more")),
    "DeploymentTarget": _of(samples.TARGET, "nightjar-3", "other", ("production", "more")),
    "Schedule": _of(samples.SCHEDULE, "0 3", "0 4", ("nightly", "more")),
    "Notification": _of(samples.NOTIFICATION, "[failed]", "[passed]", ("ops", "more")),
    "Dashboard": _of(samples.DASHBOARD, "name: W", "name: V", ("main", "more")),
    "ArtifactsRetentionPolicy": _of(samples.RETENTION, "1 year", "2 years"),
    "a project's list of tasks": Case(
        samples.PROJECT + "  tasks: []\n",
        (
            World(),
            World(there=samples.PROJECT.replace("[branches]", "[tags]"), bare=True),
            World(there=documents(samples.PROJECT, samples.SCHEDULE), ours=True),
        ),
    ),
    "a project that may be pruned": Case(
        samples.PROJECT,
        (
            World(),
            World(there=samples.PROJECT.replace("[branches]", "[tags]"), bare=True),
            World(there=documents(samples.PROJECT, project("web")), ours=True),
        ),
        prune=True,
    ),
    "a project that is to be absent": Case(
        f"{samples.PROJECT}reconciler: {{absent: true}}\n",
        (World(), World(there=documents(samples.PROJECT, samples.DASHBOARD))),
    ),
    "a project that may be created again": Case(
        f"{_APP}reconciler: {{replace: allow}}\n",
        (
            World(),
            World(there=samples.PROJECT),
            World(there=_APP.replace("[branches]", "[tags]"), bare=True),
        ),
    ),
    "a secret with a policy": Case(
        f"{samples.SECRET}org_config: {{projects_access: ALLOWED, project_ids: [api]}}\n",
        (World(beside=samples.PROJECT), World(beside=samples.PROJECT, there=samples.SECRET)),
    ),
    "a rule that is left as it is": Case(
        samples.TARGET,
        (World(beside=samples.PROJECT, there=_rule("Reader").replace("nightjar-3", "other")),),
    ),
    "a rule for a role": _of(_rule("Admin"), "Admin", "Reader"),
    "a rule for a role of one's own": _of(_rule("Deployers"), "Deployers", "Reader"),
    "what is observed": Case(
        f"{samples.DASHBOARD}reconciler: {{mode: observe}}\n---\n{samples.NOTIFICATION}"
        "reconciler: {mode: observe}\n",
        (World(beside=samples.PROJECT),),
    ),
    "what is to be absent": Case(
        f"{samples.SCHEDULE}reconciler: {{absent: true}}\n",
        (World(beside=samples.PROJECT), World(beside=samples.PROJECT, there=samples.SCHEDULE)),
    ),
}


def _seed(house: House, world: World) -> None:
    others, ours = str(house.root / "others.db"), house.ledger
    for text, ledger in ((world.beside, others), (world.there, ours if world.ours else others)):
        if text:
            house.ledger = ledger
            house.write("m.yml", text)
            assert _failures(house) == ""
    house.ledger = ours
    if world.bare:
        house.call("POST", "/api/v1alpha/schedules", json={"yml_definition": json.dumps(_BARE)})


def _allow(house: House, permissions: frozenset[str]) -> None:
    world = house.embedded.world
    world.settings = replace(world.settings, permissions_denied=_EVERY - permissions)


def _plan(house: House, options: dict[str, Any]) -> Any:
    try:
        return machine.plan(
            Report(subject=Subject.PLAN, organization="", plan=house.plan(**options))
        )
    except ReconcilerError as error:
        return str(error)


def _failures(house: House, **options: Any) -> str:
    """Apply some time later, and say what did not work, "" if all did."""
    house.embedded.clock.advance(2)
    try:
        return asyncio.run(_applied(house, options))
    except ReconcilerError as error:
        return str(error)


async def _applied(house: House, options: dict[str, Any]) -> str:
    async with house.session() as session:
        planned = await commands.plan(session, house.request(options))
        if planned.refusals or planned.unread:
            return "refused"
        outcomes = await house.carry_out(session, planned)
    return "; ".join(one.detail for one in outcomes if one.result is not Result.DONE)


def _held(house: House, case: Case, *uses: Use) -> frozenset[str]:
    house.write("m.yml", case.declared)
    state = commands.load([str(house.manifests)]).state
    found = needs(names.with_names(state, names.given(state)), prune=case.prune)
    return frozenset(each.permission for each in found.permissions if each.use in uses)


def _met(case: Case, make_house: Callable[..., House]) -> Iterator[tuple[House, dict[str, Any]]]:
    """Yield each world, with the manifests that it meets."""
    for world in case.worlds:
        house = make_house()
        row = ("11111111-1111-4111-8111-111111111111", "project", "Deployers", "", "[]")
        house.embedded.world.db.execute("INSERT INTO roles VALUES (?, ?, ?, ?, ?)", row)
        house.embedded.world.db.execute("UPDATE users SET project_role_id = ?", row[:1])
        _seed(house, world)
        house.write("m.yml", case.declared)
        yield house, {"allow_replace": True, "prune": case.prune, "max_deletes": 9}


@pytest.mark.parametrize("name", _CASES)
def test_to_plan(name: str, make_house: Callable[..., House]) -> None:
    """The plan is that of somebody who may do everything; with less it is refused, or says so."""
    case = _CASES[name]
    missed = set(_held(make_house(), case, Use.PLAN))
    for house, options in _met(case, make_house):
        whole = _plan(house, options)
        assert not isinstance(whole, str), whole
        held = _held(house, case, Use.PLAN)
        _allow(house, held)
        assert _plan(house, options) == whole
        for one in held:
            _allow(house, held - {one})
            if _plan(house, options) != whole:
                missed.discard(one)
    assert missed == set()


@pytest.mark.parametrize("name", _CASES)
def test_to_apply(name: str, make_house: Callable[..., House]) -> None:
    """All is done, and nothing is left to do; with less something fails.

    It plans first, and needs for that what is tried above.
    """
    case = _CASES[name]
    held = _held(make_house(), case, Use.PLAN, Use.APPLY)
    for house, options in _met(case, make_house):
        _allow(house, held)
        assert _failures(house, **options) == ""
        _allow(house, _EVERY)
        assert _plan(house, options)["changes"] == []
    for one in _held(make_house(), case, Use.APPLY):
        assert any(
            _fails(house, held - {one}, options) for house, options in _met(case, make_house)
        )


def test_all_kinds_at_once(make_house: Callable[..., House]) -> None:
    """From nothing to all of it, to all of it otherwise, and to a part of it."""
    house = make_house()
    rest = documents(samples.PROJECT, samples.TARGET, samples.SCHEDULE, samples.SECRET)
    changed = samples.EVERYTHING.replace("nightjar", "other").replace("0 3", "0 4")
    more = documents(changed, samples.NOTIFICATION.replace("ops", "more"), project("web"))
    case = Case(more, (), prune=True)
    _allow(house, _held(house, case, Use.PLAN, Use.APPLY))
    options = {"allow_replace": True, "prune": True, "max_deletes": 9}
    for declared in (samples.EVERYTHING, more, samples.EVERYTHING, rest):
        house.write("m.yml", declared)
        assert _failures(house, **options) == ""
        assert _plan(house, options)["changes"] == []


def _fails(house: House, permissions: frozenset[str], options: dict[str, Any]) -> bool:
    _allow(house, permissions)
    return bool(_failures(house, **options))


def test_to_see_all(make_house: Callable[..., House]) -> None:
    """Drift looks into every kind, and an export tells names; with less they say otherwise."""
    declared = documents(samples.PROJECT, samples.SECRET)
    house = make_house()
    _seed(house, World(there=documents(samples.EVERYTHING, _rule("Admin").replace("prod", "p"))))
    held = _held(house, Case(declared, ()), Use.PLAN, Use.DRIFT)
    options = {"purpose": commands.Purpose.DRIFT, "unmanaged": commands.Unmanaged.LIST}

    def seen() -> tuple[Any, ...]:
        return _plan(house, options), house.exported().files

    whole = seen()
    kinds = {address.partition("/")[0] for address in whole[0]["unmanaged"]}
    assert kinds == KINDS.keys() - {"Project", "Secret"}
    _allow(house, held)
    assert seen() == whole
    for one in held:
        _allow(house, held - {one})
        with contextlib.suppress(ReconcilerError):
            assert seen() != whole, one


def test_every_kind_is_tried() -> None:
    """A new one fails here."""
    assert set(KINDS) <= _CASES.keys()
