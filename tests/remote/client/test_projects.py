"""Projects as the client reads and writes them, and the tasks in them."""

from typing import Any

import httpx
import pytest

from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    NotFound,
    PermissionDenied,
    ServerFault,
)
from reconciler.kinds.project import Project
from tests.remote.client.objects import SCHEDULE
from tests.remote.client.scripted import Server, data, text

TASK = {
    "id": "t1",
    "name": "nightly",
    "description": "",
    "scheduled": True,
    "branch": "refs/tags/v1",
    "reference": {"type": "tag", "name": "v1"},
    "at": "0 1 * * *",
    "pipeline_file": "a.yml",
    "status": "INACTIVE",
    "parameters": [],
}


PROJECT: dict[str, Any] = {
    "apiVersion": "v1alpha",
    "kind": "Project",
    "metadata": {"id": "p1", "name": "api", "org_id": "o", "owner_id": "u", "description": ""},
    "spec": {
        "visibility": "private",
        "custom_permissions": False,
        "debug_permissions": [],
        "attach_permissions": [],
        "tasks": [],
        "schedulers": [],
        "repository": {
            "url": "git@github.com:o/r.git",
            "name": "r",
            "owner": "o",
            "run_on": ["tags"],
            "forked_pull_requests": {"allowed_secrets": [], "allowed_contributors": []},
            "pipeline_file": ".semaphore/semaphore.yml",
            "status": {"pipeline_files": []},
            "whitelist": {"branches": [], "tags": []},
            "integration_type": "github_app",
        },
    },
}


A_PROJECT = Project.model_validate(
    {"metadata": {"name": "api"}, "spec": {"repository": {"url": "git@github.com:o/r.git"}}}
)


@pytest.mark.parametrize("key", ["tasks", "schedulers"])
def test_project(key: str) -> None:
    """A project has its tasks, under whichever name the organization has them (A 2.2)."""
    body = PROJECT | {"spec": PROJECT["spec"] | {key: [TASK]}}
    server = Server().on("GET /api/v1alpha/projects/api", data(body))

    project = server.ask(lambda s: s.projects.describe("api"))

    assert (project.id, project.name, project.owner_id) == ("p1", "api", "u")
    assert (project.repository_owner, project.repository_name) == ("o", "r")
    assert project.tasks[0].id == "t1"
    task = project.tasks[0].definition
    assert (task.metadata.name, task.spec.reference.type, task.spec.paused) == (
        "nightly",
        "TAG",
        True,
    )


def test_list_projects() -> None:
    """Pages go on while the server says so, however short they are (A 5)."""
    other = PROJECT | {"metadata": PROJECT["metadata"] | {"id": "p2", "name": "web"}}
    server = Server().on(
        "GET /api/v1alpha/projects",
        [
            data([PROJECT], headers={"x-has-more": "true", "x-page": "1"}),
            data([], headers={"x-has-more": "true", "x-page": "2"}),
            data([other], headers={"x-has-more": "false", "x-page": "3"}),
        ],
    )

    assert [project.name for project in server.all(lambda s: s.projects.list())] == ["api", "web"]


def test_project_update_keeps_the_tasks() -> None:
    """The tasks are sent along with their ids, lest the server delete them (A 3)."""
    headers = {"total-pages": "1", "total": "1", "page-number": "1"}
    server = Server().on("GET /api/v1alpha/schedules", data([SCHEDULE], headers=headers))
    server.on("GET /api/v1alpha/projects/api", data(PROJECT))
    server.on("PATCH /api/v1alpha/projects/p1", data(PROJECT))

    server.ask(lambda s: s.projects.update("p1", A_PROJECT))

    assert server.query(0)["project_id"] == "p1"
    (task,) = server.body()["spec"]["tasks"]
    assert (task["id"], task["branch"]) == ("t1", "refs/tags/v1")
    assert "status" not in task  # unsaid means unchanged (A 3.6)


@pytest.mark.parametrize("called", ["api", "before"])
def test_project_update_keeps_what_is_new_in_its_tasks(called: str) -> None:
    """Also of a project that gets another name, by which it can't be read yet."""
    tasks = [TASK | {"zone": "eu", "parameters": []}]
    shown = PROJECT | {"spec": PROJECT["spec"] | {"tasks": tasks}}
    shown["metadata"] = PROJECT["metadata"] | {"name": called}
    paged = {"x-has-more": "false", "x-page": "1"}
    server = Server().on("GET /api/v1alpha/schedules", data([SCHEDULE]))
    server.on("GET /api/v1alpha/projects/api", data({"message": "Not found"}, 404))
    server.on(f"GET /api/v1alpha/projects/{called}", data(shown))
    server.on("GET /api/v1alpha/projects", data([shown], headers=paged))
    server.on("PATCH /api/v1alpha/projects/p1", data(PROJECT))

    server.ask(lambda s: s.projects.update("p1", A_PROJECT))

    (task,) = server.body()["spec"]["tasks"]
    assert task["zone"] == "eu"
    assert "reference" not in task


def test_a_definition_that_was_read_keeps_what_is_new_in_it() -> None:
    """What this version does not know goes back with it; what the server owns does not."""
    body = PROJECT | {"later": 1, "status": {"state": "ok"}}
    body["metadata"] = PROJECT["metadata"] | {"labels": ["a"]}
    server = Server().on("GET /api/v1alpha/projects/api", data(body))
    server.on("GET /api/v1alpha/schedules", data([]))
    server.on("PATCH /api/v1alpha/projects/p1", data(PROJECT))

    project = server.ask(lambda s: s.projects.describe("api"))
    server.ask(lambda s: s.projects.update("p1", project.definition))

    sent = server.body()
    assert (sent["later"], sent["metadata"]["labels"]) == (1, ["a"])
    assert {"status", "apiVersion", "kind"} & sent.keys() == set()
    assert {"id", "org_id", "owner_id"} & sent["metadata"].keys() == set()


@pytest.mark.parametrize(("holder", "error"), [("p2", AlreadyTaken), ("p1", ServerFault)])
def test_project_renamed_to_a_name_in_use(holder: str, error: type[ApiError]) -> None:
    """The fault that a name in use brings about is told from other faults (A 3)."""
    found = PROJECT | {"metadata": PROJECT["metadata"] | {"id": holder}}
    server = Server().on("GET /api/v1alpha/schedules", data([]))
    server.on("PATCH /api/v1alpha/projects/p1", text("Something went wrong", 500))
    server.on("GET /api/v1alpha/projects/api", data(found))

    with pytest.raises(ApiError) as caught:
        server.ask(lambda s: s.projects.update("p1", A_PROJECT))

    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("found", "error"),
    [
        (data({"message": "Not found"}, 404), NotFound),
        (data({"message": "Unauthorized"}, 401), PermissionDenied),
        (data(PROJECT), PermissionDenied),
    ],
)
def test_delete_a_project(found: httpx.Response, error: type[ApiError]) -> None:
    """A missing project is refused like a forbidden one, and told apart (A 4)."""
    server = Server().on("DELETE /api/v1alpha/projects/api", data({"message": "Unauthorized"}, 401))
    server.on("GET /api/v1alpha/projects/api", found)

    with pytest.raises(error):
        server.ask(lambda s: s.projects.delete("api"))


def test_delete_answers_nothing() -> None:
    """An empty success is a success (A 4)."""
    server = Server().on("DELETE /api/v1alpha/projects/api", text(""))

    server.ask(lambda s: s.projects.delete("api"))

    assert len(server.requests) == 1
