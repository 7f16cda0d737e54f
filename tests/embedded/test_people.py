"""Roles and members (C 1.5, D 18.1)."""

from typing import Any

from reconciler.embedded.people import storage

ROLES = "/api/v1alpha/roles"


def test_listed_roles_are_those_of_the_organization(semaphore: Any) -> None:
    """Project roles are not in the list (C 1.5)."""
    listed = semaphore.get(ROLES).json()["roles"]
    assert [(role["name"], role["scope"]) for role in listed] == [
        ("Admin", "org"),
        ("Member", "org"),
        ("Owner", "org"),
    ]


def test_a_project_role_is_described_by_its_id(semaphore: Any) -> None:
    """The id in a deployment target's rule leads to a name (C 1.5)."""
    row = storage.role_by(semaphore.embedded.world, "CONTRIBUTOR")
    assert row is not None
    described = semaphore.get(f"{ROLES}/{row['id']}").json()
    assert (described["name"], described["scope"]) == ("Contributor", "project")
    assert "project.job.rerun" in described["permissions"]
    assert semaphore.get(f"{ROLES}/nonsense").status_code == 404


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
    listed = semaphore.get(f"/api/v1alpha/projects/{project_id}/members").json()["members"]
    world = semaphore.embedded.world
    assert [member["id"] for member in listed] == [world.user_id]
    assert listed[0]["roles"][0]["role_name"] == "Admin"
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
