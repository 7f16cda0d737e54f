"""``permissions``: as a list for people, as roles to paste, and for programs."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, document
from tests.acceptance.manifests import DASHBOARD, NOTIFICATION, PROJECT, SECRET


@pytest.fixture(autouse=True)
def declared(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of an organization."""
    monkeypatch.delenv("SEMAPHORE_API_TOKEN")
    (place / "m.yml").write_text(f"{SECRET}---\n{NOTIFICATION}---\n{DASHBOARD}")


def test_what_each_is_for(reconciler: Program) -> None:
    """Each under the least that needs it; the roles are JSON, one in a line."""
    ran = reconciler("permissions", "m.yml")
    assert ran.code == 0, ran
    assert ran.out.startswith("For 3 objects in manifests.\n\nTo plan them:\n")
    assert "  organization.secrets.manage           to read Secret (nothing less allows" in ran.out
    assert "  organization.notifications.manage     to create, update, delete Not" in ran.out
    assert ran.out.endswith("\nThose of projects are to be given in: api.\n")
    roles = [json.loads(line) for line in ran.out.splitlines() if line.startswith("{")]
    assert [(role["name"], role["scope"]) for role in roles] == [
        (f"reconciler-{use}", scope)
        for use in ("plan", "apply", "drift")
        for scope in ("org", "project")
    ]
    assert roles[0]["permissions"] == [
        "organization.notifications.view",
        "organization.secrets.manage",
        "organization.view",
    ]


def test_text_that_leads_nowhere_is_no_project(reconciler: Program, place: Path) -> None:
    """No permission is to be given in what an export writes down of it."""
    board = DASHBOARD.replace("project_id: api", 'project_id: "gone (text, not an id)"')
    (place / "m.yml").write_text(f"{DASHBOARD}---\n{board.replace('name: main', 'name: inert')}")
    assert reconciler("permissions", "m.yml").out.endswith("are to be given in: api.\n")


def test_for_programs(reconciler: Program, place: Path) -> None:
    """The same; and projects go only where that is asked for."""
    found = document(reconciler, "permissions", "m.yml")
    assert found["format_version"] == 1
    assert (found["objects"], found["projects"]) == (3, ["api"])
    assert found["permissions"][0] == {
        "permission": "organization.notifications.view",
        "use": "plan",
        "why": ["to read Notification"],
    }
    assert found["roles"]["plan"][1]["permissions"] == ["project.view"]

    (place / "m.yml").write_text(PROJECT)
    for prune in (False, True):
        options = ("--prune",) if prune else ()
        roles = document(reconciler, "permissions", *options, "m.yml")["roles"]
        assert ("project.delete" in roles["apply"][1]["permissions"]) is prune
