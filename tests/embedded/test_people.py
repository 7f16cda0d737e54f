"""Roles and members (C 1.5, D 18.1)."""

import json
from typing import Any

from reconciler.embedded import Edition
from reconciler.embedded.people import storage

ROLES = "/api/v1alpha/roles"
MISSING = "00000000-0000-4000-8000-000000000000"


def test_listed_roles_are_those_of_the_organization(semaphore: Any) -> None:
    """A bare list, scopes as numbers; project roles are not in it (C 1.5, F B3)."""
    listed = semaphore.get(ROLES).json()
    assert {(role["name"], role["scope"]) for role in listed} == {
        ("Admin", 1),
        ("Member", 1),
        ("Owner", 1),
    }
    shown = next(role for role in listed if role["name"] == "Admin")
    assert (shown["maps_to"], shown["inherited_role"], shown["readonly"]) == (None, None, True)
    assert shown["permissions"] == [each["name"] for each in shown["rbac_permissions"]]
    scopes = {each["name"]: each["scope"] for each in shown["rbac_permissions"]}
    assert (scopes["organization.view"], scopes["project.delete"]) == (1, 2)


def test_roles_have_the_permissions_of_the_real_ones(make_semaphore: Any) -> None:
    """By edition; those of the Community Edition have fixed ids, and no projects (F G2, F G3)."""

    def counted(edition: Edition) -> dict[tuple[str, str], int]:
        world = make_semaphore(edition=edition).embedded.world
        found = world.db.execute("SELECT scope, name, permissions FROM roles")
        return {(row["scope"], row["name"]): len(json.loads(row["permissions"])) for row in found}

    of_projects = {("project", "Admin"): 31, ("project", "Contributor"): 29}
    of_projects[("project", "Reader")] = 11
    of_organization = {("org", "Owner"): 38, ("org", "Admin"): 35, ("org", "Member"): 14}
    assert counted(Edition.CLOUD) == of_projects | of_organization
    assert counted(Edition.CE) == {
        ("org", "Owner"): 47,
        ("org", "Admin"): 47,
        ("org", "Member"): 19,
    }
    listed = make_semaphore(edition=Edition.CE).get(ROLES).json()
    owner = next(role for role in listed if role["name"] == "Owner")
    assert (owner["id"], owner["org_id"]) == ("ca5b2b01-79f7-4838-8b7b-2ebb5b7e7b5b", "")


def test_a_project_role_is_described_by_its_id(semaphore: Any) -> None:
    """The id in a deployment target's rule leads to a name (C 1.5)."""
    row = storage.role_by(semaphore.embedded.world, "CONTRIBUTOR")
    assert row is not None
    described = semaphore.get(f"{ROLES}/{row['id']}").json()
    assert (described["name"], described["scope"]) == ("Contributor", "project")
    assert "project.job.rerun" in described["permissions"]


def test_a_role_that_is_not_there(semaphore: Any) -> None:
    """Something else than an id is refused (F D)."""
    missing = semaphore.get(f"{ROLES}/{MISSING}")
    assert (missing.status_code, missing.json()) == (404, f"Role with id {MISSING} not found")
    odd = semaphore.get(f"{ROLES}/nonsense")
    sentence = "Invalid uuid passed as an argument where uuid v4 was expected."
    assert (odd.status_code, odd.json()) == (400, sentence)


def test_roles_are_found_by_name_or_id_whatever_the_case(semaphore: Any) -> None:
    """Only those of projects (C 1.5)."""
    world = semaphore.embedded.world
    admin = storage.role_by(world, "admin")
    assert admin is not None
    assert storage.role_by(world, admin["id"].upper()) == admin
    assert storage.role_by(world, "owner") is None


def test_the_caller_is_a_member_of_every_project(semaphore: Any) -> None:
    """With the role's id and name, and findable by login (C 1.5)."""
    project_id = semaphore.project()["metadata"]["id"]
    answer = semaphore.get(f"/api/v1alpha/projects/{project_id}/members").json()
    assert answer.keys() == {"members"}
    listed = answer["members"]
    world = semaphore.embedded.world
    assert [member["id"] for member in listed] == [world.user_id]
    assert [(role["role_name"], role["source"]) for role in listed[0]["roles"]] == [
        ("Admin", "manually"),
        ("Admin", "inherited_from_org_role"),
    ]
    found = storage.member_by_login(world, project_id, "embedded-user")
    assert found is not None
    assert storage.is_member(world, project_id, found["id"].upper())
    assert storage.member_by_login(world, project_id, "Embedded-User") is None


def test_members_of_the_organization_are_listed(semaphore: Any) -> None:
    """One page with one user (D 18.1)."""
    answer = semaphore.get("/api/v1alpha/members").json()
    assert answer["total_pages"] == 1
    assert answer["members"][0]["roles"][0]["role_name"] == "Owner"


def test_members_of_an_unknown_project_are_not_found(semaphore: Any) -> None:
    """404 in text (D 2)."""
    response = semaphore.get("/api/v1alpha/projects/nonsense/members")
    assert (response.status_code, response.text) == (404, "Not found")


def test_a_missing_permission_is_a_403_here(make_semaphore: Any) -> None:
    """Unlike at projects and targets (D 2)."""
    denied = frozenset({"organization.custom_roles.view", "project.access.view"})
    semaphore = make_semaphore(permissions_denied=denied)
    project_id = semaphore.project()["metadata"]["id"]
    for path in (ROLES, f"{ROLES}/x", f"/api/v1alpha/projects/{project_id}/members"):
        response = semaphore.get(path)
        assert (response.status_code, response.text) == (403, "Permission denied")
