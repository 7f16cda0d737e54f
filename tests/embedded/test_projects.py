"""Projects of the embedded Semaphore (A 1-6)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded import Edition
from reconciler.embedded.projects import storage

PROJECTS = "/api/v1alpha/projects"
MISSING = "11111111-2222-4333-8444-555555555555"
DEFAULT_FILE = ".semaphore/semaphore.yml"


def body(name: Any = "api", description: Any = None, **parts: Any) -> dict[str, Any]:
    """A project with a usable repository; keyword arguments join its repository or its spec."""
    ours = ("visibility", "custom_permissions", "debug_permissions", "attach_permissions")
    spec = {key: parts.pop(key) for key in list(parts) if key in ours}
    repository = {"url": "git@github.com:acme/api.git", "integration_type": "github_app", **parts}
    return {
        "metadata": {"name": name, "description": description},
        "spec": {**spec, "repository": repository},
    }


def patch(semaphore: Any, project: dict[str, Any], **parts: Any) -> Any:
    return semaphore.patch(f"{PROJECTS}/{project['metadata']['id']}", json=body(**parts))


def test_a_minimal_project_has_these_defaults(semaphore: Any) -> None:
    """Every key is present, nothing is null, nothing has a content type (A 0, A 2)."""
    response = semaphore.post(PROJECTS, json=body())
    world = semaphore.embedded.world
    assert response.status_code == 200
    assert "content-type" not in response.headers
    project = response.json()
    project_id = project["metadata"].pop("id")
    assert project == {
        "apiVersion": "v1alpha",
        "kind": "Project",
        "metadata": {
            "name": "api",
            "org_id": world.org_id,
            "owner_id": world.user_id,
            "description": "",
        },
        "spec": {
            "visibility": "private",
            "custom_permissions": False,
            "debug_permissions": [],
            "attach_permissions": [],
            "schedulers": [],
            "tasks": [],
            "repository": {
                "url": "git@github.com:acme/api.git",
                "name": "api",
                "owner": "acme",
                "run_on": [],
                "forked_pull_requests": {"allowed_secrets": [], "allowed_contributors": []},
                "pipeline_file": DEFAULT_FILE,
                "status": {"pipeline_files": [{"path": DEFAULT_FILE, "level": "pipeline"}]},
                "whitelist": {"branches": [], "tags": []},
                "integration_type": "github_app",
            },
        },
    }
    described = semaphore.get(f"{PROJECTS}/api").json()
    assert described["metadata"]["id"] == project_id


def test_create_ignores_visibility_and_description(semaphore: Any) -> None:
    """They need a PATCH afterwards (A 2.1)."""
    created = semaphore.post(PROJECTS, json=body(description="D", visibility="public")).json()
    assert created["metadata"]["description"] == ""
    assert created["spec"]["visibility"] == "private"
    patched = patch(semaphore, created, description="D", visibility="public").json()
    assert patched["metadata"]["description"] == "D"
    assert patched["spec"]["visibility"] == "public"


def test_a_patch_replaces(semaphore: Any) -> None:
    """What is omitted is reset, but for the URL, the pipeline file and the type (A 3.1)."""
    rich = body(
        run_on=["branches"],
        pipeline_file="a.yml",
        status={"pipeline_files": [{"path": "b.yml", "level": "block"}]},
        whitelist={"branches": ["main"], "tags": ["/v.*/"]},
        forked_pull_requests={"allowed_secrets": ["s"], "allowed_contributors": ["c"]},
        custom_permissions=True,
        debug_permissions=["tag"],
    )
    created = semaphore.post(PROJECTS, json=rich).json()
    url = f"{PROJECTS}/{created['metadata']['id']}"
    patched = semaphore.patch(url, json={"metadata": {"name": "api"}}).json()
    assert patched["spec"]["custom_permissions"] is False
    assert patched["spec"]["debug_permissions"] == []
    assert patched["spec"]["repository"] == {
        "url": "git@github.com:acme/api.git",
        "name": "api",
        "owner": "acme",
        "integration_type": "github_app",
        "run_on": [],
        "forked_pull_requests": {"allowed_secrets": [], "allowed_contributors": []},
        "pipeline_file": "a.yml",
        "status": {"pipeline_files": [{"path": "a.yml", "level": "pipeline"}]},
        "whitelist": {"branches": [], "tags": []},
    }


def test_words_are_normalised(semaphore: Any) -> None:
    """Fixed order, no case, no unknown words, lower-case levels (A 2.1)."""
    created = semaphore.post(
        PROJECTS,
        json=body(
            run_on=["PULL_REQUESTS", "branches", "tags", "branches", "nonsense"],
            status={
                "pipeline_files": [
                    {"path": "b.yml", "level": "BLOCK"},
                    {"path": "c.yml", "level": "nonsense"},
                ]
            },
            custom_permissions="true",
            debug_permissions=["tag", "EMPTY", "nonsense"],
            attach_permissions=["tag", "empty", "default_branch"],
            forked_pull_requests={"allowed_secrets": ["a,b", "", "c"]},
        ),
    ).json()["spec"]
    repository = created["repository"]
    assert repository["run_on"] == ["tags", "branches", "pull_requests"]
    assert repository["status"]["pipeline_files"] == [{"path": "b.yml", "level": "block"}]
    assert repository["forked_pull_requests"]["allowed_secrets"] == ["a", "b", "c"]
    assert created["debug_permissions"] == ["empty", "tag"]
    assert created["attach_permissions"] == ["default_branch", "tag"]


def test_permissions_are_empty_unless_custom(semaphore: Any) -> None:
    """Whatever was sent (A 2.1)."""
    spec = semaphore.post(PROJECTS, json=body(debug_permissions=["tag"])).json()["spec"]
    assert spec["debug_permissions"] == []


@pytest.mark.parametrize(
    ("kind", "url", "stored"),
    [
        ("github_app", "https://github.com/o/r", "git@github.com:o/r.git"),
        ("github_app", "git@github.com:/o/r.git", "git@github.com:o/r.git"),
        ("github_token", "ssh://git@github.com/o/r.git", "git@github.com:o/r.git"),
        ("bitbucket", "https://me@bitbucket.org/o/r.git", "git@bitbucket.org:o/r.git"),
        ("gitlab", "https://gitlab.com/g/sub/r", "git@gitlab.com:g/sub/r.git"),
    ],
)
def test_urls_are_kept_in_one_form(semaphore: Any, kind: str, url: str, stored: str) -> None:
    """`git@HOST:OWNER/REPO.git` (A 2.1)."""
    response = semaphore.post(PROJECTS, json=body(url=url, integration_type=kind))
    repository = response.json()["spec"]["repository"]
    assert repository["url"] == stored
    assert repository["name"] == "r"
    assert repository["integration_type"] == kind


@pytest.mark.parametrize("kind", [None, "gitea_app", 7, ["github_app"]])
def test_an_unknown_integration_type_is_github_token(semaphore: Any, kind: Any) -> None:
    """Omitted or unknown (A 2.1)."""
    created = semaphore.post(PROJECTS, json=body(integration_type=kind)).json()
    assert created["spec"]["repository"]["integration_type"] == "github_token"


def test_the_integration_type_never_changes(semaphore: Any) -> None:
    """PATCH ignores it (A 2.1)."""
    created = semaphore.post(PROJECTS, json=body()).json()
    patched = patch(semaphore, created, integration_type="gitlab").json()
    assert patched["spec"]["repository"]["integration_type"] == "github_app"


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"name": ""}, "Project creation failed"),
        ({"name": None}, "Project creation failed"),
        ({"name": "a b"}, "Project creation failed"),
        ({"name": "a\n"}, "Project creation failed"),
        ({"name": "taken"}, "Project name 'taken' is already taken"),
        ({"url": None}, "is empty"),
        ({"url": "https://gitlab.com/o/r"}, "doesn't look like a github url"),
        ({"url": "nonsense"}, "Unrecognized Git remote format 'nonsense'"),
    ],
)
def test_creations_refused(semaphore: Any, parts: dict[str, Any], refusal: str) -> None:
    """422 with a message, and no half-made project (A 2.1, A 4)."""
    semaphore.project("taken")
    response = semaphore.post(PROJECTS, json=body(**parts))
    assert (response.status_code, response.json()) == (422, {"message": refusal})
    assert semaphore.get(f"{PROJECTS}/api").status_code == 404


@pytest.mark.parametrize(
    ("parts", "refusal"),
    [
        ({"name": ""}, "can't be blank"),
        (
            {"name": "a b"},
            "Project name can have only alphanumeric characters, underscore and dash",
        ),
        ({"url": "nonsense"}, "only github urls are allowed"),
        ({"url": "https://gitlab.com/o/r"}, "Changing git host is not supported yet."),
    ],
)
def test_updates_refused(semaphore: Any, parts: dict[str, Any], refusal: str) -> None:
    """422 in other words than on creation (A 2.1)."""
    response = patch(semaphore, semaphore.project(), **parts)
    assert (response.status_code, response.json()) == (422, {"message": refusal})


def test_a_refused_repository_leaves_the_earlier_steps_done(semaphore: Any) -> None:
    """A PATCH is not atomic (A 3.4)."""
    project = semaphore.project()
    refused = patch(
        semaphore, project, url="nonsense", description="new", run_on=["tags"], pipeline_file="n"
    )
    assert refused.status_code == 422
    described = semaphore.get(f"{PROJECTS}/api").json()
    assert described["metadata"]["description"] == "new"
    assert described["spec"]["repository"]["run_on"] == ["tags"]
    assert described["spec"]["repository"]["pipeline_file"] == DEFAULT_FILE


def test_a_taken_name_crashes_a_rename(semaphore: Any) -> None:
    """500, and nothing changed (A 3.5)."""
    semaphore.project("taken")
    response = patch(semaphore, semaphore.project(), name="taken", description="new")
    assert (response.status_code, response.text) == (500, "Something went wrong")
    assert semaphore.get(f"{PROJECTS}/api").json()["metadata"]["description"] == ""


def test_a_rename_keeps_the_id(semaphore: Any) -> None:
    """The path has the id, the body the new name (A 1, A 3.5)."""
    project = semaphore.project()
    assert patch(semaphore, project, name="new.name_1-x").status_code == 200
    found = semaphore.get(f"{PROJECTS}/new.name_1-x").json()
    assert found["metadata"]["id"] == project["metadata"]["id"]


@pytest.mark.parametrize(
    "parts",
    [
        {"run_on": "tags"},
        {"run_on": [1]},
        {"name": 7},
        {"pipeline_file": 1},
        {"status": {"pipeline_files": [{"path": "x"}]}},
        {"whitelist": ["main"]},
        {"whitelist": {"branches": ["a\0"]}},
        {"pipeline_file": "a\0"},
        {"debug_permissions": {"a": 1}},
        {"forked_pull_requests": {"allowed_secrets": [None]}},
    ],
)
def test_wrong_types_crash(semaphore: Any, parts: dict[str, Any]) -> None:
    """Nothing is validated, everything raises (A 2.1)."""
    project = semaphore.project("other")
    assert semaphore.post(PROJECTS, json=body(**parts)).status_code == 500
    assert patch(semaphore, project, **parts).status_code == 500
    assert semaphore.get(f"{PROJECTS}/other").json() == project


def test_bodies_are_json_or_nothing(semaphore: Any) -> None:
    """415 for other types, 400 for what is no JSON, both in text (A 6)."""
    wrong = "Something went wrong"
    form = semaphore.post(PROJECTS, data={"a": "b"})
    assert (form.status_code, form.text) == (415, wrong)
    headers = {"Content-Type": "application/json"}
    broken = semaphore.post(PROJECTS, content=b"{", headers=headers)
    assert (broken.status_code, broken.text) == (400, wrong)
    assert semaphore.post(PROJECTS, content=b"x").json() == {"message": "Project creation failed"}
    assert semaphore.post(PROJECTS, json=[]).json() == {"message": "Project creation failed"}


def test_projects_are_addressed_by_name_and_patched_by_id(semaphore: Any) -> None:
    """The other way round nothing is found (A 1)."""
    project_id = semaphore.project()["metadata"]["id"]
    not_found = (404, {"message": "Not found"})
    for response in (
        semaphore.get(f"{PROJECTS}/{project_id}"),
        semaphore.patch(f"{PROJECTS}/api", json=body()),
        semaphore.patch(f"{PROJECTS}/{MISSING}", json=body()),
    ):
        assert (response.status_code, response.json()) == not_found


def test_a_deletion_frees_the_name_and_is_answered_with_nothing(semaphore: Any) -> None:
    """Soft: the re-created project has another id (A 4)."""
    first = semaphore.project()
    deleted = semaphore.delete(f"{PROJECTS}/api")
    assert (deleted.status_code, deleted.content) == (200, b"")
    assert semaphore.get(f"{PROJECTS}/api").status_code == 404
    assert storage.find_by_id(semaphore.embedded.world, first["metadata"]["id"]) is None
    assert semaphore.project()["metadata"]["id"] != first["metadata"]["id"]
    assert semaphore.delete(f"{PROJECTS}/api").status_code == 200


def test_deleting_what_is_not_there_is_unauthorized(semaphore: Any) -> None:
    """401 although the token is good (A 4)."""
    response = semaphore.delete(f"{PROJECTS}/{semaphore.project()['metadata']['id']}")
    assert (response.status_code, response.json()) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(
    ("permission", "request_of"),
    [
        ("project.view", lambda s, _p: s.get(f"{PROJECTS}/api")),
        ("organization.projects.create", lambda s, _p: s.post(PROJECTS, json=body("b"))),
        ("project.general_settings.manage", patch),
        ("project.repository_info.manage", patch),
        ("project.delete", lambda s, _p: s.delete(f"{PROJECTS}/api")),
    ],
)
def test_missing_permissions_are_401(
    make_semaphore: Any, permission: str, request_of: Callable[[Any, Any], Any]
) -> None:
    """Not 403 (A 6)."""
    semaphore = make_semaphore(permissions_denied=frozenset({permission}))
    made = make_semaphore().project()
    if permission != "organization.projects.create":
        made = semaphore.project()
    response = request_of(semaphore, made)
    assert (response.status_code, response.json()) == (401, {"message": "Unauthorized"})


def test_a_new_project_joins_the_list_after_some_time(make_semaphore: Any) -> None:
    """Creation is asynchronous, however often one looks; by name it is there (A 4, A 5)."""
    semaphore = make_semaphore(project_ready_seconds=40)
    semaphore.project()
    for seconds in (0, 20, 19):
        semaphore.pass_by(seconds)
        assert semaphore.get(PROJECTS).json() == []
        assert semaphore.get(f"{PROJECTS}/api").status_code == 200
    semaphore.pass_by(1)
    assert len(semaphore.get(PROJECTS).json()) == 1


def test_the_list_is_paged_and_past_the_end_comes_the_last_page_again(make_semaphore: Any) -> None:
    """x-page and x-has-more; the page after an exact multiple repeats (A 5)."""
    semaphore = make_semaphore(project_ready_seconds=0, project_page_size=2)
    for number in range(4):
        semaphore.project(f"p{number}")
    pages = [semaphore.get(PROJECTS, params={"page": page}) for page in (1, 2, 3, 4)]
    assert [page.headers["x-page"] for page in pages] == ["1", "2", "3", "4"]
    assert [page.headers["x-has-more"] for page in pages] == ["true", "false", "false", "false"]
    names = [sorted(item["metadata"]["name"] for item in page.json()) for page in pages]
    assert sorted(names[0] + names[1]) == ["p0", "p1", "p2", "p3"]
    assert names[2] == names[1]
    assert names[3] == []


def test_the_list_is_not_in_the_order_of_names(make_semaphore: Any) -> None:
    """There is no ORDER BY (A 5)."""
    semaphore = make_semaphore(project_ready_seconds=0)
    for number in range(40):
        semaphore.project(f"p{number:02}")
    names = [project["metadata"]["name"] for project in semaphore.get(PROJECTS).json()]
    assert sorted(names) != names


@pytest.mark.parametrize(
    ("page", "refusal"),
    [
        ("0", "page must be at least 1"),
        ("-3", "page must be at least 1"),
        ("101", "page must be at most 100"),
        ("x", "page must be a number"),
        ("", "page must be a number"),
        ("1.0", "page must be a number"),
    ],
)
def test_bad_page_numbers(semaphore: Any, page: str, refusal: str) -> None:
    """400 with a message (A 5)."""
    response = semaphore.get(PROJECTS, params={"page": page})
    assert (response.status_code, response.json()) == (400, {"message": refusal})


def test_what_may_not_be_seen_is_filtered_after_paging(make_semaphore: Any) -> None:
    """A page can be empty while there is more (A 5)."""
    denied = frozenset({"project.view"})
    semaphore = make_semaphore(
        project_ready_seconds=0, project_page_size=1, permissions_denied=denied
    )
    semaphore.project("a")
    semaphore.project("b")
    response = semaphore.get(PROJECTS)
    assert (response.json(), response.headers["x-has-more"]) == ([], "true")


def test_an_open_source_organization_has_public_projects_only(make_semaphore: Any) -> None:
    """Public from the start, and no way back (A 2.1)."""
    semaphore = make_semaphore(open_source=True)
    project = semaphore.project()
    assert project["spec"]["visibility"] == "public"
    refused = patch(semaphore, project, visibility="private")
    assert refused.status_code == 422
    assert refused.json() == {"message": "Only public projects are allowed"}


def test_projects_of_any_git_server(make_semaphore: Any) -> None:
    """The URL stays as it is, there is no status, and every PATCH half fails (A 2.1, A 3.4)."""
    semaphore = make_semaphore(edition=Edition.CE)
    url = "ssh://git@git.local:22/team/api.git"
    created = semaphore.post(PROJECTS, json=body(url=url, integration_type="git"))
    assert created.json() == {"message": f"Unrecognized Git remote format '{url}'"}
    url = "ssh://git@git.local/some/team/api.git"
    created = semaphore.post(PROJECTS, json=body(url=url, integration_type="git")).json()
    repository = created["spec"]["repository"]
    assert (repository["url"], repository["owner"], repository["name"]) == (url, "team", "api")
    assert repository["status"] == {"pipeline_files": []}
    refused = patch(semaphore, created, description="new")
    assert refused.status_code == 422
    assert refused.json() == {"message": "Unhandled error. Please contact support."}
    assert semaphore.get(f"{PROJECTS}/api").json()["metadata"]["description"] == "new"


def test_other_editions_know_no_other_git_servers(semaphore: Any) -> None:
    """The type belongs to the community edition."""
    response = semaphore.post(
        PROJECTS, json=body(url="ssh://git@git.local/team/api.git", integration_type="git")
    )
    assert response.status_code == 422


def test_something_may_stand_before_an_address(semaphore: Any) -> None:
    """The real expressions are not anchored; what is kept is the address alone."""
    for name, before in ("a", " "), ("b", "//"), ("c", "git clone "):
        url = f"{before}https://github.com/o/r"
        project = semaphore.project(name, repository={"url": url} | APP)
        assert project["spec"]["repository"]["url"] == "git@github.com:o/r.git"


APP = {"integration_type": "github_app"}
