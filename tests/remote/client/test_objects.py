"""The nine kinds as the client reads and writes them."""

import uuid
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    BadAnswer,
    BadSettings,
    NotFound,
    NotSent,
    PermissionDenied,
    Rejected,
    ServerFault,
)
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.kinds.dashboard import Dashboard
from reconciler.kinds.notification import Notification
from reconciler.kinds.project import Project
from reconciler.kinds.project_secret import ProjectSecret
from reconciler.kinds.reference import Reference
from reconciler.kinds.schedule import Schedule
from reconciler.kinds.secret import Secret
from reconciler.kinds.self_hosted_agent_type import SelfHostedAgentType
from reconciler.remote.client import AgentState, Semaphore, shown
from tests.remote.client.scripted import Server, data, grpc, text

SECRETS = "/api/v1beta/secrets"
CANARY = "hush-hush"


def secret_body(*, shown: bool) -> dict[str, Any]:
    metadata = {
        "name": "aws",
        "id": "5d4f",
        "create_time": "1571083003",
        "update_time": "1571083004",
        "checkout_at": "0",
        "content_included": shown,
    }
    value = CANARY if shown else ""
    env_vars = [{"name": "KEY", "value": value}]
    return {"metadata": metadata, "data": {"env_vars": env_vars, "files": []}, "org_config": None}


def a_secret(value: str = CANARY) -> Secret:
    return Secret.model_validate(
        {"metadata": {"name": "aws"}, "data": {"env_vars": [{"name": "KEY", "value": value}]}}
    )


def test_read_a_secret() -> None:
    """A secret's facts are typed, and its value is nowhere to be seen."""
    server = Server().on(f"GET {SECRETS}/aws", data(secret_body(shown=True)))

    secret = server.ask(lambda s: s.secrets.describe("aws"))

    assert (secret.id, secret.name, secret.content_included) == ("5d4f", "aws", True)
    assert secret.create_time == datetime(2019, 10, 14, 19, 56, 43, tzinfo=UTC)
    assert secret.checkout_at is None
    assert CANARY not in repr(secret)
    assert secret.definition.data.env_vars[0].value.reveal() == CANARY


def test_hidden_values_are_not_sent_back() -> None:
    """What the server hides can't be written: NotSent, and nothing is sent."""
    server = Server().on(f"GET {SECRETS}/aws", data(secret_body(shown=False)))

    async def copy(semaphore: Semaphore) -> None:
        secret = await semaphore.secrets.describe("aws")
        await semaphore.secrets.update("aws", secret.definition)

    with pytest.raises(NotSent, match="hidden"):
        server.ask(copy)
    assert server.calls == [f"GET {SECRETS}/aws"]


def test_write_a_secret() -> None:
    """Create and update send the whole object, opened."""
    server = Server().on(f"POST {SECRETS}", data(secret_body(shown=False)))
    server.on(f"PATCH {SECRETS}/5d4f", data(secret_body(shown=True)))
    sent = {
        "metadata": {"name": "aws"},
        "data": {"env_vars": [{"name": "KEY", "value": CANARY}], "files": []},
    }

    server.ask(lambda s: s.secrets.create(a_secret()))
    assert server.body() == sent
    server.ask(lambda s: s.secrets.update("5d4f", a_secret()))
    assert server.body() == sent


def test_no_secret_in_errors() -> None:
    """A value that the server repeats in its refusal is not in the error."""
    server = Server().on(f"POST {SECRETS}", grpc(3, f"bad value {CANARY}", 400))

    with pytest.raises(Rejected) as caught:
        server.ask(lambda s: s.secrets.create(a_secret()))

    assert CANARY not in str(caught.value)


def test_list_secrets() -> None:
    """A listing follows its tokens and yields each secret once."""
    one, two = secret_body(shown=False), secret_body(shown=False)
    two["metadata"]["id"] = "6e5f"
    pages = [
        data({"secrets": [one], "next_page_token": "a="}),
        data({"secrets": [one, two], "next_page_token": ""}),
        data({"secrets": [one, two], "next_page_token": ""}),
    ]
    server = Server().on(f"GET {SECRETS}", pages)

    assert [secret.id for secret in server.all(lambda s: s.secrets.list())] == ["5d4f", "6e5f"]


@pytest.mark.parametrize(
    ("listing", "error"),
    [
        (grpc(7, "Can't list secrets in organization", 403), PermissionDenied),
        (data({"secrets": [], "next_page_token": ""}), NotFound),
        (grpc(14, "down", 503), NotFound),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PATCH", "DELETE"])
def test_absent_or_forbidden(method: str, listing: httpx.Response, error: type[ApiError]) -> None:
    """A secret that is "not found" for want of a right is PermissionDenied (B 1.6)."""
    server = Server().on(f"{method} {SECRETS}/aws", grpc(5, "Secret aws not found", 404))
    server.on(f"GET {SECRETS}", listing)
    work = {
        "GET": lambda s: s.secrets.describe("aws"),
        "PATCH": lambda s: s.secrets.update("aws", a_secret()),
        "DELETE": lambda s: s.secrets.delete("aws"),
    }[method]

    with pytest.raises(error):
        server.ask(work)


@pytest.mark.parametrize("code", [3, 9])
def test_conflict(code: int) -> None:
    """A name in use is AlreadyTaken, whichever code says so (B 4.2)."""
    answer = grpc(code, "name 'ops' has already been taken", 400)
    server = Server().on("POST /api/v1alpha/notifications", answer)
    definition = Notification.model_validate({"metadata": {"name": "ops"}})

    with pytest.raises(AlreadyTaken):
        server.ask(lambda s: s.notifications.create(definition))


def test_project_secrets() -> None:
    """A project's secrets are below its id; the body never names the project (B 2.6)."""
    body = secret_body(shown=True)
    body["metadata"]["project_id_or_name"] = "p1"
    server = Server().on("POST /api/v1/projects/p1/secrets", data(body))
    server.on("DELETE /api/v1/projects/p1/secrets/aws%2Fkey", text("{}"))
    definition = ProjectSecret.model_validate({"metadata": {"name": "aws"}})

    secret = server.ask(lambda s: s.project_secrets.create("p1", definition))

    assert secret.project_id == "p1"
    assert server.body() == {
        "metadata": {"name": "aws"},
        "data": {"env_vars": [], "files": []},
    }
    server.ask(lambda s: s.project_secrets.delete("p1", "aws/key"))


@pytest.mark.parametrize("project", ["", ".", ".."])
def test_project_that_is_none(project: str) -> None:
    """An id that would change the path is refused before anything is sent."""
    server = Server()

    with pytest.raises(BadSettings):
        server.ask(lambda s: s.project_secrets.describe(project, "aws"))
    with pytest.raises(BadSettings):
        server.all(lambda s: s.project_secrets.list(project))
    assert not server.requests


def test_dashboard() -> None:
    """A dashboard has the title the server gave it, and is replaced as a whole."""
    body = {
        "metadata": {"name": "my-work", "id": "d1", "title": "My Work", "create_time": "1"},
        "spec": {"widgets": [{"name": "W", "type": "list_workflows", "filters": {}}]},
    }
    server = Server().on("PATCH /api/v1alpha/dashboards/d1", data(body))
    definition = Dashboard.model_validate({"metadata": {"name": "my-work"}})

    dashboard = server.ask(lambda s: s.dashboards.update("d1", definition))

    assert (dashboard.id, dashboard.title) == ("d1", "My Work")
    assert dashboard.definition.spec.widgets[0].name == "W"


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


SCHEDULE = {
    "id": "t1",
    "name": "nightly",
    "description": "",
    "project_id": "p1",
    "reference": "refs/tags/v1",
    "at": "0 1 * * *",
    "pipeline_file": "a.yml",
    "recurring": True,
    "paused": True,
    "suspended": False,
    "parameters": [],
    "pause_toggled_at": "",
    "inserted_at": "2023-07-25 08:35:54.819164Z",
}


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


def test_schedule() -> None:
    """A schedule comes with its triggers and its own words for "not yet"."""
    trigger = {
        "triggered_at": "2023-07-25 08:35:54.819164Z",
        "scheduled_at": "",
        "parameter_values": [{"name": "A", "value": "1"}],
    }
    server = Server().on(
        "GET /api/v1alpha/schedules/t1", data({"schedule": SCHEDULE, "triggers": [trigger]})
    )

    schedule = server.ask(lambda s: s.schedules.describe("t1"))

    assert schedule.inserted_at == datetime(2023, 7, 25, 8, 35, 54, 819164, tzinfo=UTC)
    assert schedule.pause_toggled_at is None
    assert schedule.definition.spec.reference == Reference(type="TAG", name="v1")
    assert schedule.triggers[0].scheduled_at is None
    assert schedule.triggers[0].parameter_values[0].value.reveal() == "1"


def test_missing_schedule() -> None:
    """A missing schedule is answered with 400, and is NotFound all the same (A 14)."""
    server = Server().on(
        "GET /api/v1alpha/schedules/t1", text("\"Periodic with id: 't1' not found.\"", 400)
    )

    with pytest.raises(NotFound):
        server.ask(lambda s: s.schedules.describe("t1"))


A_SCHEDULE = Schedule.model_validate(
    {"metadata": {"name": "nightly"}, "spec": {"pipeline_file": "a.yml"}}
)


def test_write_a_schedule() -> None:
    """A schedule is applied as a definition; the answer is its id, whichever that is."""
    server = Server().on("POST /api/v1alpha/schedules", data("t2"))

    assert server.ask(lambda s: s.schedules.create("api", A_SCHEDULE)) == "t2"
    assert '"project": "api"' in server.body()["yml_definition"]
    assert server.ask(lambda s: s.schedules.update("t1", "api", A_SCHEDULE)) == "t2"
    assert '"id": "t1"' in server.body()["yml_definition"]


def test_run_now() -> None:
    """Running a schedule sends what differs from it, once."""
    server = Server().on("POST /api/v1alpha/schedules/t1/run_now", data({"workflow_id": "w"}))

    workflow = server.ask(
        lambda s: s.schedules.run_now(
            "t1", reference=Reference(type="TAG", name="v1"), parameters={"A": "1"}
        )
    )

    assert workflow == "w"
    assert server.body() == {
        "reference": {"type": "TAG", "name": "v1"},
        "parameters": {"A": "1"},
    }


def test_run_now_is_not_repeated() -> None:
    """A run whose outcome is unknown is not started again."""
    server = Server().on("POST /api/v1alpha/schedules/t1/run_now", text("", 504))

    with pytest.raises(ServerFault):
        server.ask(lambda s: s.schedules.run_now("t1"))

    assert len(server.requests) == 1


NAME_SETTINGS = {
    "assignment_origin": "assignment_origin_agent",
    "aws": None,
    "release_after": 0,
}
TYPE: dict[str, Any] = {
    "metadata": {"name": "s1-linux", "create_time": 1701093702, "update_time": 1701096126},
    "spec": {"agent_name_settings": NAME_SETTINGS},
    "status": {"total_agent_count": 3, "registration_token": CANARY},
}


def test_create_an_agent_type() -> None:
    """The token that is shown once is sealed."""
    server = Server().on("POST /api/v1alpha/self_hosted_agent_types", data(TYPE))
    definition = SelfHostedAgentType.model_validate({"metadata": {"name": "s1-linux"}})

    created = server.ask(lambda s: s.agent_types.create(definition))

    assert created.create_time == datetime(2023, 11, 27, 14, 1, 42, tzinfo=UTC)
    assert CANARY not in repr(created)
    assert created.registration_token
    assert created.registration_token.reveal() == CANARY


def test_disable_all() -> None:
    """All agents leave, or the idle ones alone."""
    path = "POST /api/v1alpha/self_hosted_agent_types/s1-linux/disable_all"
    server = Server().on(path, text("{}"))

    server.ask(lambda s: s.agent_types.disable_all("s1-linux"))
    assert server.body() == {"only_idle": True}
    server.ask(lambda s: s.agent_types.disable_all("s1-linux", only_idle=False))
    assert server.body() == {"only_idle": False}


def agent(name: str) -> dict[str, Any]:
    metadata = {"name": name, "type": "s1-linux", "connected_at": 1686917261, "pid": 14}
    return {"metadata": metadata, "status": {"state": "waiting_for_job"}}


def test_agents() -> None:
    """Agents come once over pages whose cursors may repeat one (C 3)."""
    server = Server().on(
        "GET /api/v1alpha/agents",
        [
            data({"agents": [agent("a"), agent("b")], "cursor": "1686917261000"}),
            data({"agents": [agent("b"), agent("c")], "cursor": ""}),
        ],
    )

    found = server.all(lambda s: s.agents.list(agent_type="s1-linux"))

    assert [item.name for item in found] == ["a", "b", "c"]
    assert (found[0].state, found[0].pid) == (AgentState.WAITING_FOR_JOB, 14)
    assert found[0].disabled_at is None
    assert server.query(0) == {"agent_type": "s1-linux", "page_size": "200"}


def test_agent_name_with_a_slash() -> None:
    """A name with a slash is one segment of the path."""
    server = Server().on("GET /api/v1alpha/agents/a%2Fb", data(agent("a/b")))

    assert server.ask(lambda s: s.agents.describe("a/b")).name == "a/b"


def test_retention() -> None:
    """A policy is read as it is and set as a whole."""
    levels = {
        "project_level_retention_policies": [{"selector": "/a", "age": "7 days"}],
        "workflow_level_retention_policies": [],
        "job_level_retention_policies": [],
    }
    path = "/api/v1alpha/artifacts_retention_policies"
    server = Server().on(f"GET {path}/p1", data(levels)).on(f"POST {path}", data(levels))

    policy = server.ask(lambda s: s.retention_policies.describe("p1"))
    assert policy.spec.project_level_retention_policies[0].age == "1 week"
    answered = server.ask(lambda s: s.retention_policies.replace("p1", policy))
    assert isinstance(answered, ArtifactsRetentionPolicy)
    assert server.body()["project_id"] == "p1"
    assert server.body()["job_level_retention_policies"] == []


@pytest.mark.parametrize("body", [[], {}, {"metadata": {}}, "text", None])
def test_unreadable(body: Any) -> None:
    """An answer that is no secret is BadAnswer, not a mistake of ours."""
    server = Server().on(f"GET {SECRETS}/aws", data(body))

    with pytest.raises(BadAnswer):
        server.ask(lambda s: s.secrets.describe("aws"))


def test_tokens_are_random() -> None:
    """Two runs of the same thing are two things."""
    server = Server().on("POST /api/v1alpha/promotions", text('"ok"'))

    for _ in range(2):
        server.ask(lambda s: s.promotions.trigger("p", "prod"))

    tokens = {server.body(number)["request_token"] for number in (0, 1)}
    assert len(tokens) == 2
    assert all(uuid.UUID(token).version == 4 for token in tokens)


def test_endpoints_of_notifications_are_secret() -> None:
    """They are read and written sealed; one that is not there is shown as that."""
    path, metadata = "/api/v1alpha/notifications", {"id": "5d4f", "name": "ops"}
    slack = {"endpoint": f"https://hooks.test/{CANARY}", "channels": [], "message": "hi"}
    told = {"slack": slack | {"status": "ACTIVE"}, "email": None, "webhook": None}
    rule = {"name": "r", "filter": None, "notify": told}
    server = Server().on(
        f"GET {path}/5d4f", data({"metadata": metadata, "spec": {"rules": [rule]}})
    )
    server.on(f"PATCH {path}/5d4f", grpc(3, f"no {slack['endpoint']} and no {CANARY}", 400))

    found = server.ask(lambda s: s.notifications.describe("5d4f"))
    notify = found.definition.spec.rules[0].notify
    assert CANARY not in f"{found!r} {shown(found)} {notify.slack}"
    assert notify.slack.endpoint.reveal() == slack["endpoint"]
    printed = shown(found)["definition"]["spec"]["rules"][0]["notify"]
    assert (printed["slack"]["endpoint"], printed["webhook"]["endpoint"]) == (
        "<secret from server>",
        "",
    )
    with pytest.raises(Rejected) as caught:
        server.ask(lambda s: s.notifications.update("5d4f", found.definition))
    assert CANARY not in str(caught.value)
    sent = server.body()["spec"]["rules"][0]["notify"]
    assert (sent["slack"]["endpoint"], sent["webhook"]["endpoint"]) == (slack["endpoint"], "")


@pytest.mark.parametrize("odd", [[None], "x", 1, True, [{}]])
@pytest.mark.parametrize("key", ["metadata", "status"])
def test_facts_in_an_odd_form(key: str, odd: Any) -> None:
    """They are passed over, and an error with its path where they are needed; never a crash."""
    spec = {"agent_name_settings": NAME_SETTINGS}
    body = {"metadata": {"name": "s1-x"}, "spec": spec, "status": {"total_agent_count": 1}}
    path = "/api/v1alpha/self_hosted_agent_types"
    server = Server().on(f"GET {path}", data({"agent_types": [body | {key: odd}]}))
    if key == "status":
        assert [each.name for each in server.all(lambda s: s.agent_types.list())] == ["s1-x"]
    else:
        with pytest.raises(BadAnswer) as caught:
            server.all(lambda s: s.agent_types.list())
        assert caught.value.path == path
