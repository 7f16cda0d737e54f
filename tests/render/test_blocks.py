"""Changes of a plan and of a drift as people read them: by project, and equal ones once."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from reconciler.model import Address, Change, Place, Plan
from reconciler.render import drift, text
from tests.render import plans

PROJECTS = [f"p{number:02}" for number in range(12)]
OPENED = [
    replace(plans.UPDATE, address=Address("Project", "", name), place=Place(f"{name}.yml", 1, 1))
    for name in PROJECTS
]


def told(*changes: Change) -> str:
    return text.plan(Plan(changes=changes), plans.WHERE)


@pytest.mark.parametrize("form", [text.plan, drift.drift], ids=["plan", "drift"])
def test_twelve_equal_changes_are_one_block(form: Callable[[Plan, str], str]) -> None:
    """Each is named with its place; what is the same is said once."""
    said = form(Plan(changes=tuple(OPENED)), plans.WHERE)

    assert said.count("spec.visibility") == 1
    assert said.count("differs from the manifest; all 12 alike\n") == 1
    for name in PROJECTS:
        assert f"  ~   Project/{name}  {name}.yml:1:1\n" in said


def test_what_differs_is_no_part_of_a_block() -> None:
    """A value, a reason, what goes along: any of it."""
    others = [
        replace(OPENED[0], address=plans.API, fields=OPENED[0].fields[:1]),
        replace(OPENED[0], address=Address("Project", "", "x"), reason="another"),
        replace(OPENED[0], address=Address("Project", "", "y"), takes=(plans.TARGET,)),
    ]
    said = told(*OPENED[:3], *others)

    assert said.count("all 3 alike") == 1
    assert said.count("metadata.description") == 4


def test_two_are_told_each() -> None:
    """In the order and at the place they have in the plan."""
    said = told(OPENED[1], OPENED[0])
    assert "alike" not in said.replace("lines alike", "")
    assert said.count("spec.visibility") == 2


def test_many_deletes_are_named_each() -> None:
    """In their block, and once more at the end."""
    gone = [replace(plans.DELETE, address=Address("Notification", "", name)) for name in PROJECTS]
    said = told(*gone)

    assert said.count("declared absent") == 1
    for name in PROJECTS:
        assert said.count(f"  -   Notification/{name}  ") == 2


def test_a_plan_is_grouped_by_project() -> None:
    """What is equal in several comes first, then what is in none, then project by project."""
    web = replace(plans.CREATE, address=Address("DeploymentTarget", "web", "production"))
    said = told(web, plans.DELETE, *OPENED, plans.UPDATE, plans.CREATE)

    titles = [line for line in said.splitlines() if line.startswith("In ")]
    assert titles == [
        "In several projects:",
        "In the organization:",
        "In project api:",
        "In project web:",
    ]
    _, several, alone, api, web_part = (said.split("\nIn ")[n] for n in range(5))
    assert "Project/p11" in several
    assert "Notification/old-slack" in alone
    assert "DeploymentTarget/api/production" in api
    assert "DeploymentTarget/web/production" in web_part


def test_one_project_needs_no_title() -> None:
    """Nothing is to be told apart."""
    assert "In project" not in told(plans.UPDATE, plans.CREATE)


def test_a_name_is_not_repeated() -> None:
    """The address says what a new object is called; what gets another name says both."""
    name = plans.field("metadata.name", None, "production")
    renamed = plans.field("metadata.name", "old", "api")
    new = replace(plans.CREATE, fields=(name, *plans.CREATE.fields))
    moved = replace(plans.UPDATE, fields=(renamed,))

    assert "metadata.name" not in told(new)
    assert "        metadata.name  old → api\n" in told(moved)
