"""Project secrets of the embedded Semaphore (B 2.6)."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.refusals import refusal

UUID = "6c7d1f52-0a1b-4b0e-9c7a-0123456789ab"
DATA = {"env_vars": [{"name": "A", "value": "1"}], "files": [{"path": "p", "content": "c"}]}
CRASH = (500, 2, "Internal Server Error")
MISSING = (404, 5, "secret not found")
DENIED = (403, 7, "User is not authorized to perform this operation")


def url(project: Any, secret: str = "") -> str:
    key = project if isinstance(project, str) else project["metadata"]["id"]
    return f"/api/v1/projects/{key}/secrets" + (f"/{secret}" if secret else "")


def secret(name: str = "db", project: str | None = None, **parts: Any) -> dict[str, Any]:
    metadata = {"name": name} if project is None else {"name": name, "project_id_or_name": project}
    return {"metadata": metadata, "data": DATA, **parts}


@pytest.fixture
def exposed(make_semaphore: Any) -> Any:
    return make_semaphore(secrets_exposed_content=True)


def test_a_created_secret_shows_its_project_by_id(semaphore: Any) -> None:
    """The id even if the URL has the name; the URL overrides the body (B 2.2, 2.6)."""
    project = semaphore.project("api")
    created = semaphore.post(url("api"), json=secret(project="another"))
    assert created.status_code == 200
    shown = created.json()
    assert list(shown) == ["metadata", "data"]
    assert list(shown["metadata"]) == [
        "name",
        "id",
        "create_time",
        "update_time",
        "checkout_at",
        "project_id_or_name",
        "content_included",
    ]
    assert shown["metadata"]["project_id_or_name"] == project["metadata"]["id"]
    assert shown["metadata"]["content_included"] is False
    assert shown["data"] == {
        "env_vars": [{"name": "A", "value": ""}],
        "files": [{"path": "p", "content": ""}],
    }
    for path in (url(project, "db"), url("api", shown["metadata"]["id"])):
        assert semaphore.get(path).json() == shown
    assert semaphore.get(url(project)).json() == {"secrets": [shown], "next_page_token": ""}


def test_the_same_name_lives_in_every_scope(semaphore: Any) -> None:
    """Names are unique in a project, and nowhere else (B 2.3)."""
    for project in (semaphore.project("a"), semaphore.project("b")):
        assert semaphore.post(url(project), json=secret()).status_code == 200
        duplicate = semaphore.post(url(project), json=secret())
        assert refusal(duplicate) == (400, 3, "name: name must be unique in project")
    assert semaphore.post("/api/v1beta/secrets", json=secret()).status_code == 200


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, (400, 3, "content: can't be blank")),
        ({"metadata": {"name": "x"}}, (400, 3, "content: can't be blank")),
        ({"data": {}}, (400, 3, "name: can't be blank")),
        ({"metadata": {"name": " "}, "data": {}}, (400, 3, "name: can't be blank")),
        (secret("x" * 256), CRASH),
        (
            secret("", data={"env_vars": [{"name": "A", "value": ""}]}),
            (400, 3, "content: env_vars value can't be blank"),
        ),
    ],
)
def test_what_creation_refuses(
    semaphore: Any, body: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    """Content before name; missing metadata are no crash here (B 2.6)."""
    semaphore.project("api")
    assert refusal(semaphore.post(url("api"), json=body)) == expected
    assert semaphore.get(url("api")).json()["secrets"] == []


@pytest.mark.parametrize("name", ["a/b", UUID, "é", "-", "x" * 255])
def test_any_name_will_do(semaphore: Any, name: str) -> None:
    """There is no check of the format at all (B 2.3)."""
    semaphore.project("api")
    assert semaphore.post(url("api"), json=secret(name)).json()["metadata"]["name"] == name


def test_a_name_of_sixteen_bytes_is_taken_for_an_id(exposed: Any) -> None:
    """Such a secret can be reached by its id only (B 2.4)."""
    exposed.project("api")
    name = "sixteen-bytes-ok"
    created = exposed.post(url("api"), json=secret(name)).json()
    for method in ("GET", "PATCH", "DELETE"):
        response = exposed.request(method, url("api", name), json=secret(name))
        assert refusal(response) == CRASH
    assert exposed.get(url("api", created["metadata"]["id"].upper())).json() == created


def test_projects_which_are_not_there(semaphore: Any) -> None:
    """The permissions in them can't be asked for, nor those of 16 bytes (B 2.6)."""
    semaphore.project("sixteen-bytes-ok")
    for method, path in (("GET", ""), ("POST", ""), ("GET", "x"), ("PATCH", "x"), ("DELETE", "x")):
        ask = {"json": secret()}
        assert refusal(semaphore.request(method, url("nope", path), **ask)) == CRASH
        assert refusal(semaphore.request(method, url(UUID, path), **ask)) == CRASH
        assert refusal(semaphore.request(method, url("sixteen-bytes-ok", path), **ask)) == CRASH


def test_the_community_edition_asks_for_no_permission_in_a_project(make_semaphore: Any) -> None:
    """In an unknown one there is nothing."""
    community = make_semaphore(edition=Edition.CE)
    answer = community.get(url(UUID))
    assert (answer.status_code, answer.json()["secrets"]) == (200, [])
    assert refusal(community.get(url("nope"))) == CRASH


def test_a_project_with_a_dot_does_not_reach_the_gateway(semaphore: Any) -> None:
    """The ingress hands it to the web pages; its id works (B 1.1)."""
    project = semaphore.project("my.site")
    response = semaphore.get(url("my.site"))
    assert response.status_code == 404
    assert not response.text.startswith("{")
    assert semaphore.get(url(project)).status_code == 200


def test_missing_secrets_and_missing_arguments(exposed: Any) -> None:
    """404 without the name; a trailing slash is a missing argument (B 2.6)."""
    exposed.project("api")
    for name in ("x", UUID):
        for method in ("GET", "PATCH", "DELETE"):
            assert refusal(exposed.request(method, url("api", name), json=secret())) == MISSING
    empty = url("api") + "/"
    assert refusal(exposed.get(empty)) == (400, 3, "Missing lookup argument")
    assert refusal(exposed.delete(empty)) == (400, 3, "Missing lookup argument")
    assert refusal(exposed.patch(empty, json=secret())) == (
        400,
        3,
        "secret.secret_id_or_name must be provided",
    )


def test_a_secret_is_not_found_in_another_project(exposed: Any) -> None:
    """Neither by name nor by id."""
    first, second = exposed.project("a"), exposed.project("b")
    created = exposed.post(url(first), json=secret()).json()
    assert refusal(exposed.get(url(second, "db"))) == MISSING
    assert refusal(exposed.get(url(second, created["metadata"]["id"]))) == MISSING


def test_hidden_values_refuse_a_patch_after_reading_its_metadata(semaphore: Any) -> None:
    """Project and permission first, then the body, then the flag, then the look-up (B 2.6)."""
    semaphore.project("api")
    expected = (400, 9, "Secret can not be updated with API")
    assert refusal(semaphore.patch(url("api", "x"), json=secret(data=None))) == expected
    assert refusal(semaphore.patch(url("api", "x"), json={"data": {}})) == CRASH
    assert refusal(semaphore.patch(url(UUID, "x"), json=secret())) == CRASH


def test_a_patch_replaces_the_content_and_renames(exposed: Any) -> None:
    """Full replacement; the project is kept when it isn't sent (B 2.6)."""
    project = exposed.project("api")
    created = exposed.post(url(project), json=secret()).json()
    body = secret("new", data={"files": DATA["files"]})
    patched = exposed.patch(url(project, "db"), json=body).json()
    assert patched["data"] == {"env_vars": [], "files": DATA["files"]}
    assert patched["metadata"]["name"] == "new"
    assert patched["metadata"]["id"] == created["metadata"]["id"]
    assert patched["metadata"]["project_id_or_name"] == project["metadata"]["id"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (secret(""), CRASH),
        ({"data": DATA}, CRASH),
        (secret(project="api"), CRASH),
        ({"metadata": {"name": "db"}}, (400, 3, "content: can't be blank")),
        (
            secret("", data={"files": [{}]}),
            (400, 3, "content: files content can't be blankpath can't be blank"),
        ),
        (secret("other"), (400, 3, "name: name must be unique in project")),
    ],
)
def test_what_an_update_refuses(
    exposed: Any, body: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    """A blank name and a project's name crash where creation complains or agrees (B 2.6)."""
    exposed.project("api")
    created = exposed.post(url("api"), json=secret()).json()
    exposed.post(url("api"), json=secret("other"))
    assert refusal(exposed.patch(url("api", "db"), json=body)) == expected
    assert exposed.get(url("api", "db")).json() == created


def test_the_body_of_a_patch_moves_the_secret(exposed: Any) -> None:
    """The same id is no move, another one is; the permission there is not asked for (B 2.6)."""
    here, there = exposed.project("here"), exposed.project("there")
    exposed.post(url(here), json=secret())
    same = exposed.patch(url(here, "db"), json=secret(project=here["metadata"]["id"]))
    assert same.status_code == 200
    moved = exposed.patch(url(here, "db"), json=secret(project=there["metadata"]["id"]))
    assert moved.json()["metadata"]["project_id_or_name"] == there["metadata"]["id"]
    assert refusal(exposed.get(url(here, "db"))) == MISSING
    assert exposed.get(url(there, "db")).json() == moved.json()
    assert exposed.patch(url(there, "db"), json=secret(project=UUID)).status_code == 200
    assert exposed.get(url(there)).json()["secrets"] == []


def test_lists_are_always_by_name(semaphore: Any) -> None:
    """The order asked for is ignored, the size is checked after the permission (B 1.5)."""
    semaphore.project("api")
    for name in ("b", "c", "a"):
        semaphore.post(url("api"), json=secret(name))
    query: dict[str, Any] = {"order": "BY_CREATE_TIME_ASC", "page_size": 2}
    first = semaphore.get(url("api"), params=query).json()
    assert [s["metadata"]["name"] for s in first["secrets"]] == ["a", "b"]
    query["page_token"] = first["next_page_token"]
    rest = semaphore.get(url("api"), params=query).json()
    assert [s["metadata"]["name"] for s in rest["secrets"]] == ["c"]
    assert refusal(semaphore.get(f"{url('api')}?page_size=101")) == (
        400,
        3,
        "Page size can't exceed 100",
    )
    assert refusal(semaphore.get(f"{url(UUID)}?page_size=101")) == CRASH


def test_the_flag_comes_first_and_the_permission_last(make_semaphore: Any) -> None:
    """Code 9 without the flag, even for unknown projects (B 2.1, 2.6)."""
    without = make_semaphore(project_level_secrets=False)
    expected = (400, 9, "Project level secrets are not enabled for this organization")
    assert refusal(without.get(url("nope"))) == expected
    denied = make_semaphore(permissions_denied=frozenset({"project.secrets.manage"}))
    denied.project("api")
    assert refusal(denied.get(url("api"))) == DENIED
    assert refusal(denied.post(url("api"), json=secret())) == DENIED
    assert refusal(denied.get(url("nope"))) == CRASH


def test_secrets_end_with_their_project(make_semaphore: Any, tmp_path: Path) -> None:
    """Nothing of a deleted project's secrets is left, those of others survive a restart."""
    path = str(tmp_path / "db")
    semaphore = make_semaphore(path=path)
    for name in ("a", "b"):
        semaphore.project(name)
        semaphore.post(url(name), json=secret())
        assert semaphore.delete(url(name, "none")).status_code == 404
    assert semaphore.delete("/api/v1alpha/projects/a").status_code == 200
    again = make_semaphore(path=path)
    rows = again.embedded.world.db.execute("SELECT name FROM project_secrets").fetchall()
    assert len(rows) == 1
    assert again.get(url("b", "db")).status_code == 200
