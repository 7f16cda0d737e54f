"""Roles in the rules of targets: found wherever the API shows them, refused where it can't be."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.embedded import Action, Fault
from reconciler.errors import BadAnswer, InvalidManifests
from reconciler.model import Plan
from tests.safety.conftest import House
from tests.safety.samples import project
from tests.safety.test_references import TARGET, changed, role, rules_of, target

_ROLES = "organization.custom_roles.view"
_MEMBERS = "project.access.view"
_DEPLOYERS = "11111111-1111-4111-8111-111111111111"
_NOBODYS = "22222222-2222-4222-8222-222222222222"


def declare(house: House, *names: str) -> None:
    rules = [{"type": "ROLE", "subject_id": name} for name in names]
    house.write("t.yml", TARGET.format(more="", spec=f"subject_rules: {json.dumps(rules)}"))


def refused(house: House) -> list[str]:
    with pytest.raises(InvalidManifests) as caught:
        house.plan()
    return [str(problem) for problem in caught.value.problems]


def custom(house: House, id_: str, name: str, scope: str = "project") -> None:
    """Make a role of the organization's own."""
    row = (id_, scope, name, "", "[]")
    house.embedded.world.db.execute("INSERT INTO roles VALUES (?, ?, ?, ?, ?)", row)


def somebody_has(house: House, id_: str) -> None:
    house.embedded.world.db.execute("UPDATE users SET project_role_id = ?", (id_,))


def deny(house: House, *permissions: str) -> None:
    world = house.embedded.world
    world.settings = replace(world.settings, permissions_denied=frozenset(permissions))


def warnings(plan: Plan) -> list[str]:
    return [str(note) for note in plan.notes if "role" in note.text]


@pytest.fixture
def there(make_house: Callable[..., House]) -> House:
    """An organization with a project `api` and three roles of its own."""
    house = make_house()
    house.write("api.yml", project("api"))
    house.apply()
    custom(house, _DEPLOYERS, "Deployers")
    custom(house, _NOBODYS, "Auditors")
    custom(house, "33333333-3333-4333-8333-333333333333", "Billing", "org")
    return house


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("Adminn", "; did you mean 'Admin'?"),
        ("Deployer", "; did you mean 'Deployers'?"),
        ("Member", "; it is one of the organization, and projects have Admin, Contributor, Dep"),
        ("billing", "; it is one of the organization, and projects have Admin, Contributor, Dep"),
        ("Auditors", "; one that nobody has yet can be named by its id only"),
        ("99999999-9999-4999-8999-999999999999", ""),
        ("Admin (text, not an id)", "; did you mean 'Admin'?"),
    ],
)
def test_a_role_that_is_not_there(there: House, name: str, hint: str) -> None:
    """An error with its place, before anything is written."""
    somebody_has(there, _DEPLOYERS)
    declare(there, "Admin", name)
    writes = there.writes()
    (problem,) = refused(there)
    assert "t.yml:4:82: error: DeploymentTarget/api/prod: " in problem
    assert f"there is no role {name!r} in projects{hint}" in problem
    assert there.writes() == writes


def test_all_of_them_at_once(there: House) -> None:
    """Of all manifests."""
    declare(there, "Amdin", "Raeder")
    assert len(refused(there)) == 2


def test_a_role_of_the_organizations_own(there: House) -> None:
    """By its name where somebody has it, by its id always, and then by its name, too."""
    somebody_has(there, _DEPLOYERS)
    declare(there, "deployers")
    there.apply()
    assert rules_of(there) == [{"type": "ROLE", "subject_id": _DEPLOYERS}]
    declare(there, "Deployers", _NOBODYS)
    there.apply()
    assert [rule["subject_id"] for rule in rules_of(there)] == [_DEPLOYERS, _NOBODYS]
    declare(there, "Deployers", "Auditors")
    assert there.plan().changes == ()


def test_the_same_name_in_the_organization_is_another_role(there: House) -> None:
    """A rule with the id of the organization's Admin is not one for admins of the project."""
    found = there.embedded.world.db.execute(
        "SELECT id FROM roles WHERE scope = 'org' AND name = 'Admin'"
    ).fetchone()
    target(there, found[0])
    declare(there, "Admin")
    ((path, before, after),) = changed(there.plan())
    assert (path, after) == ("spec.subject_rules.0.subject_id", "Admin")
    assert before == f"{found[0]} (an id of nothing that can be seen)"
    there.apply()
    assert rules_of(there) == [{"type": "ROLE", "subject_id": role(there, "Admin")}]


def test_members_tell_names_too(there: House) -> None:
    """Whoever may see a project's members learns from them which role an id is."""
    target(there, role(there, "Admin"))
    deny(there, _ROLES)
    declare(there, "Admin")
    plan = there.plan()
    assert (plan.changes, warnings(plan)) == ((), [])


@pytest.mark.parametrize("body", ["[]", "{}", '{"id": "x"}'])
def test_an_answer_that_shows_no_role(there: House, body: str) -> None:
    """That makes no sense, and no role unknown."""
    target(there, role(there, "Admin"))
    declare(there, "Admin")
    there.embedded.faults.add(
        Fault(action=Action.ANSWER, status=200, body=body, path="*/roles/*", times=None)
    )
    with pytest.raises(BadAnswer, match="the answer shows no role"):
        there.plan()


@pytest.fixture
def blind(there: House) -> House:
    """The same for a token that may see neither roles nor members."""
    target(there, role(there, "Admin"))
    deny(there, _ROLES, _MEMBERS)
    return there


def test_roles_that_must_not_be_read(blind: House) -> None:
    """What is not known is said, and written; the answer tells that it came out right."""
    admin = role(blind, "Admin")
    declare(blind, "Admin")
    plan = blind.plan()
    assert changed(plan) == [("spec.subject_rules.0.subject_id", admin, "Admin")]
    (warning,) = warnings(plan)
    assert f"its live rules are for {admin}, and whether that is 'Admin' can't be told" in warning
    assert f"the owner of the token lacks {_ROLES}" in warning
    before = len(blind.embedded.journal.entries())
    (outcome,) = blind.apply()
    assert outcome.result == "done"
    assert rules_of(blind) == [{"type": "ROLE", "subject_id": admin}]
    asked = [entry.path for entry in blind.embedded.journal.entries()][before:]
    assert sum("deployment_targets" in path for path in asked) <= 4
    declare(blind, admin)
    plan = blind.plan()
    assert (plan.changes, warnings(plan)) == ((), [])


def test_a_new_target_for_a_role_that_must_not_be_read(there: House) -> None:
    """The answer to its creation tells the id."""
    deny(there, _ROLES, _MEMBERS)
    declare(there, "Reader", "contributor")
    (outcome,) = there.apply()
    assert outcome.result == "done"
    ids = [rule["subject_id"] for rule in rules_of(there)]
    assert ids == [role(there, "Reader"), role(there, "Contributor")]


@pytest.mark.parametrize("name", ["Deployers", "Adminn", _NOBODYS])
def test_a_role_that_nobody_can_tell(blind: House, name: str) -> None:
    """A warning with the permission that is missing, and no more: there may be such a role."""
    declare(blind, name)
    (warning,) = warnings(blind.plan())
    assert "t.yml:4:41: warning: DeploymentTarget/api/prod: " in warning
    said = f"whether there is a role {name!r} in projects can't be told: the owner of the token"
    assert f"{said} lacks {_ROLES}" in warning


def test_what_only_goes_is_not_looked_up(there: House) -> None:
    """Nor refused for a role."""
    target(there, role(there, "Admin"))
    declare(there, "Adminn")
    assert there.plan(destroy=True).changes != ()


def test_a_server_that_keeps_names_as_text(make_house: Callable[..., House]) -> None:
    """Before August 2026 such rules granted nobody anything: it is said, and never called done."""
    house = make_house(legacy_role_names=True)
    house.write("api.yml", project("api"))
    house.apply()
    declare(house, "Admin")
    (outcome,) = house.apply()
    assert outcome.result == "failed"
    assert "spec.subject_rules.0.subject_id is Admin (text, not an id)" in outcome.detail
    assert [change.action for change in house.plan().changes] == ["update"]
