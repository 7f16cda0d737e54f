"""The client as a whole: its endpoints, its errors, its documentation."""

import asyncio
import inspect
import json
import re
import textwrap
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from reconciler import errors
from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    BadSettings,
    NotFound,
    NotSent,
    PermissionDenied,
    RateLimited,
    Rejected,
    ServerFault,
    Unauthenticated,
    UnknownOrganization,
)
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.kinds.dashboard import Dashboard
from reconciler.kinds.deployment_target import DeploymentTarget as TargetDefinition
from reconciler.kinds.notification import Notification
from reconciler.kinds.project import Project
from reconciler.kinds.project_secret import ProjectSecret
from reconciler.kinds.schedule import Schedule
from reconciler.kinds.secret import Secret
from reconciler.kinds.self_hosted_agent_type import SelfHostedAgentType
from reconciler.model import Sealed
from reconciler.remote import Patience, client
from reconciler.remote.client import (
    Access,
    DeploymentTarget,
    JobSpec,
    Pipeline,
    Scope,
    Semaphore,
    shown,
)
from tests.remote.client.scripted import BASE, Server, data, grpc, text
from tests.remote.client.test_projects import PROJECT

Work = Callable[[Semaphore], Any]
V = "/api/v1alpha"
NAMED: dict[str, Any] = {"metadata": {"name": "x"}}
TARGET_DEFINITION = TargetDefinition.model_validate(NAMED)
A_TARGET = DeploymentTarget(id="i", name="x", project_id="p", definition=TARGET_DEFINITION)
A_PROJECT = Project.model_validate(NAMED | {"spec": {"repository": {"url": "u"}}})
A_SCHEDULE = Schedule.model_validate(NAMED | {"spec": {"pipeline_file": "f"}})
A_TYPE = SelfHostedAgentType.model_validate(NAMED)

ENDPOINTS: list[tuple[str, Work]] = [
    (f"POST {V}/plumber-workflows", lambda s: s.workflows.run(project_id="p", reference="r")),
    (f"GET {V}/plumber-workflows/i", lambda s: s.workflows.describe("i")),
    (f"GET {V}/plumber-workflows", lambda s: s.workflows.list("p")),
    (f"POST {V}/plumber-workflows/i/reschedule", lambda s: s.workflows.rerun("i")),
    (f"POST {V}/plumber-workflows/i/terminate", lambda s: s.workflows.stop("i")),
    (f"GET {V}/pipelines/i", lambda s: s.pipelines.describe("i")),
    (f"GET {V}/pipelines/i", lambda s: s.pipelines.detailed("i")),
    (f"GET {V}/pipelines", lambda s: s.pipelines.list(workflow_id="w")),
    (f"PATCH {V}/pipelines/i", lambda s: s.pipelines.stop("i")),
    (f"POST {V}/pipelines/i/partial_rebuild", lambda s: s.pipelines.partial_rebuild("i")),
    (f"GET {V}/pipelines/i/describe_topology", lambda s: s.pipelines.topology("i")),
    (f"POST {V}/yaml", lambda s: s.yaml.validate("y")),
    (f"GET {V}/promotions", lambda s: s.promotions.list("p")),
    (f"POST {V}/promotions", lambda s: s.promotions.trigger("p", "n")),
    (f"GET {V}/jobs/i", lambda s: s.jobs.describe("i")),
    (f"GET {V}/jobs", lambda s: s.jobs.list()),
    (f"POST {V}/jobs", lambda s: s.jobs.create("n", JobSpec())),
    (f"POST {V}/jobs/i/stop", lambda s: s.jobs.stop("i")),
    ("GET /jobs/i/plain_logs.json", lambda s: s.logs.plain("i")),
    (f"GET {V}/logs/i", lambda s: s.logs.events("i")),
    (f"GET {V}/self_hosted_agent_types", lambda s: s.agent_types.list()),
    (f"POST {V}/self_hosted_agent_types", lambda s: s.agent_types.create(A_TYPE)),
    (f"PATCH {V}/self_hosted_agent_types/x", lambda s: s.agent_types.update(A_TYPE)),
    (f"GET {V}/self_hosted_agent_types/x", lambda s: s.agent_types.describe("x")),
    (f"DELETE {V}/self_hosted_agent_types/x", lambda s: s.agent_types.delete("x")),
    (f"POST {V}/self_hosted_agent_types/x/disable_all", lambda s: s.agent_types.disable_all("x")),
    (f"GET {V}/agents", lambda s: s.agents.list()),
    (f"GET {V}/agents/x", lambda s: s.agents.describe("x")),
    (f"GET {V}/deployment_targets", lambda s: s.deployment_targets.list("p")),
    (f"GET {V}/deployment_targets", lambda s: s.deployment_targets.by_name("p", "x")),
    (f"GET {V}/deployment_targets/i", lambda s: s.deployment_targets.describe("i")),
    (
        f"POST {V}/deployment_targets",
        lambda s: s.deployment_targets.create("p", TARGET_DEFINITION),
    ),
    (
        f"PATCH {V}/deployment_targets/i",
        lambda s: s.deployment_targets.update(A_TARGET, TARGET_DEFINITION),
    ),
    (f"DELETE {V}/deployment_targets/i", lambda s: s.deployment_targets.delete("i")),
    (f"PATCH {V}/deployment_targets/i/activate", lambda s: s.deployment_targets.activate("i")),
    (f"PATCH {V}/deployment_targets/i/deactivate", lambda s: s.deployment_targets.deactivate("i")),
    (f"GET {V}/deployment_targets/i/history", lambda s: s.deployment_targets.history("i")),
    (f"GET {V}/schedules", lambda s: s.schedules.list("p")),
    (f"GET {V}/schedules/i", lambda s: s.schedules.describe("i")),
    (f"POST {V}/schedules", lambda s: s.schedules.create("p", A_SCHEDULE)),
    (f"POST {V}/schedules", lambda s: s.schedules.update("i", "p", A_SCHEDULE)),
    (f"DELETE {V}/schedules/i", lambda s: s.schedules.delete("i")),
    (f"POST {V}/schedules/i/run_now", lambda s: s.schedules.run_now("i")),
    (
        f"POST {V}/artifacts_retention_policies",
        lambda s: s.retention_policies.replace("p", ArtifactsRetentionPolicy()),
    ),
    (f"GET {V}/artifacts_retention_policies/p", lambda s: s.retention_policies.describe("p")),
    (
        "POST /api/v1/artifacts",
        lambda s: s.artifacts.job_urls(["a"], Access.PULL, job_token="j"),
    ),
    (f"GET {V}/artifacts", lambda s: s.artifacts.list(Scope.JOBS, "j")),
    (f"GET {V}/artifacts/signed_url", lambda s: s.artifacts.signed_url(Scope.JOBS, "j", "a")),
    (f"GET {V}/dashboards", lambda s: s.dashboards.list()),
    (f"GET {V}/dashboards/x", lambda s: s.dashboards.describe("x")),
    (f"POST {V}/dashboards", lambda s: s.dashboards.create(Dashboard.model_validate(NAMED))),
    (
        f"PATCH {V}/dashboards/x",
        lambda s: s.dashboards.update("x", Dashboard.model_validate(NAMED)),
    ),
    (f"DELETE {V}/dashboards/x", lambda s: s.dashboards.delete("x")),
    (f"GET {V}/notifications", lambda s: s.notifications.list()),
    (f"GET {V}/notifications/x", lambda s: s.notifications.describe("x")),
    (
        f"POST {V}/notifications",
        lambda s: s.notifications.create(Notification.model_validate(NAMED)),
    ),
    (
        f"PATCH {V}/notifications/x",
        lambda s: s.notifications.update("x", Notification.model_validate(NAMED)),
    ),
    (f"DELETE {V}/notifications/x", lambda s: s.notifications.delete("x")),
    ("GET /api/v1beta/secrets", lambda s: s.secrets.list()),
    ("GET /api/v1beta/secrets/x", lambda s: s.secrets.describe("x")),
    ("POST /api/v1beta/secrets", lambda s: s.secrets.create(Secret.model_validate(NAMED))),
    (
        "PATCH /api/v1beta/secrets/x",
        lambda s: s.secrets.update("x", Secret.model_validate(NAMED)),
    ),
    ("DELETE /api/v1beta/secrets/x", lambda s: s.secrets.delete("x")),
    ("GET /api/v1/projects/p/secrets", lambda s: s.project_secrets.list("p")),
    ("GET /api/v1/projects/p/secrets/x", lambda s: s.project_secrets.describe("p", "x")),
    (
        "POST /api/v1/projects/p/secrets",
        lambda s: s.project_secrets.create("p", ProjectSecret.model_validate(NAMED)),
    ),
    (
        "PATCH /api/v1/projects/p/secrets/x",
        lambda s: s.project_secrets.update("p", "x", ProjectSecret.model_validate(NAMED)),
    ),
    ("DELETE /api/v1/projects/p/secrets/x", lambda s: s.project_secrets.delete("p", "x")),
    (f"GET {V}/projects", lambda s: s.projects.list()),
    (f"POST {V}/projects", lambda s: s.projects.create(A_PROJECT)),
    (f"GET {V}/projects/x", lambda s: s.projects.describe("x")),
    (f"PATCH {V}/projects/i", lambda s: s.projects.update("i", A_PROJECT)),
    (f"DELETE {V}/projects/x", lambda s: s.projects.delete("x")),
]


async def done(result: Any) -> None:
    """Await a call, or read a listing to its end."""
    if isinstance(result, Awaitable):
        await result
    else:
        async for _ in result:
            pass


@pytest.mark.parametrize(("call", "work"), ENDPOINTS)
def test_endpoints(call: str, work: Work) -> None:
    """Each endpoint of the table (D 19) has a method, and a refused token shows from each."""
    server = Server().on(f"GET {V}/schedules", data([])).on(call, text("Unauthorized", 401))

    with pytest.raises(Unauthenticated):
        server.ask(lambda semaphore: done(work(semaphore)))

    assert server.calls[-1] == call


SCHEDULE_GONE = text("\"Periodic with id: 'i' not found.\"", 400)
MEANINGS: list[tuple[str, str, httpx.Response, type[ApiError]]] = [
    ("workflow", f"GET {V}/plumber-workflows/i", text("Not Found", 404), NotFound),
    (
        "agent types",
        f"GET {V}/self_hosted_agent_types",
        text("Permission denied", 401),
        PermissionDenied,
    ),
    (
        "agent types, other words",
        f"GET {V}/self_hosted_agent_types",
        data("Permission denied", 401),
        PermissionDenied,
    ),
    (
        "agent type",
        f"GET {V}/self_hosted_agent_types/x",
        data("agent type not found", 404),
        NotFound,
    ),
    (
        "agent type",
        f"POST {V}/self_hosted_agent_types",
        data("name must by unique in the organization", 400),
        AlreadyTaken,
    ),
    (
        "agent type in use",
        f"DELETE {V}/self_hosted_agent_types/x",
        data("can't delete agent type with existing agents", 400),
        Rejected,
    ),
    (
        "targets without the feature",
        f"GET {V}/deployment_targets",
        text("The feature is not enabled", 403),
        PermissionDenied,
    ),
    ("target", f"GET {V}/deployment_targets/i", data("Not found", 404), NotFound),
    ("schedule", f"GET {V}/schedules/i", SCHEDULE_GONE, NotFound),
    (
        "retention policy",
        f"GET {V}/artifacts_retention_policies/p",
        text("Not found", 404),
        NotFound,
    ),
    ("job", f"GET {V}/jobs/i", grpc(5, "Job i not found", 404), NotFound),
    ("job, no right", f"GET {V}/jobs/i", grpc(7, "no", 403), PermissionDenied),
    ("gateway down", f"GET {V}/jobs/i", grpc(14, "no", 503), ServerFault),
    ("gateway slow", f"GET {V}/jobs/i", grpc(4, "no", 504), ServerFault),
    ("gateway busy", f"GET {V}/jobs/i", grpc(8, "slow down", 429), RateLimited),
    (
        "dashboard",
        f"POST {V}/dashboards",
        grpc(3, "name has already been taken", 400),
        AlreadyTaken,
    ),
    ("project", f"GET {V}/projects/x", data({"message": "Not found"}, 404), NotFound),
    (
        "project, no right",
        f"GET {V}/projects/x",
        data({"message": "Unauthorized"}, 401),
        PermissionDenied,
    ),
    (
        "project",
        f"POST {V}/projects",
        data({"message": "Project name 'x' is already taken"}, 422),
        AlreadyTaken,
    ),
    (
        "project, bad",
        f"POST {V}/projects",
        data({"message": "Project creation failed"}, 422),
        Rejected,
    ),
    ("other host", f"GET {V}/pipelines/i", text("Not Found", 404), NotFound),
    ("other host", f"GET {V}/jobs/i", text("Not Found", 404), UnknownOrganization),
    ("no token", f"GET {V}/pipelines/i", text("Unauthorized", 401), Unauthenticated),
    ("login down", f"GET {V}/pipelines/i", text("", 403), PermissionDenied),
    ("edge slow", f"GET {V}/pipelines/i", text("upstream request timeout", 504), ServerFault),
]


@pytest.mark.parametrize(
    ("call", "answer", "error"),
    [pytest.param(call, answer, error, id=name) for name, call, answer, error in MEANINGS],
)
def test_meanings(call: str, answer: httpx.Response, error: type[ApiError]) -> None:
    """Six servers say the same things in different ways; here each has one error (D 2, D 6)."""
    work = next(work for known, work in ENDPOINTS if known == call)
    server = Server().on(call, answer)

    with pytest.raises(ApiError) as caught:
        server.ask(lambda semaphore: done(work(semaphore)))

    assert type(caught.value) is error


def opened(url: str, token: str | Sealed, **settings: Any) -> None:
    """Open a client and start a workflow with it."""
    server = Server().on(f"POST {V}/plumber-workflows", data({"workflow_id": "w"}, 404))

    async def main() -> None:
        transport = httpx.MockTransport(server._answer)
        async with Semaphore.open(url, token, transport=transport, **settings) as semaphore:
            await semaphore.workflows.run(project_id="p", reference="r")

    asyncio.run(main())


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("http://acme.semaphoreci.com", "t"),
        ("acme.semaphoreci.com", "t"),
        (BASE, ""),
        (BASE, "two words"),
    ],
)
def test_bad_settings(url: str, token: str) -> None:
    """An address or token that can't be one is refused before anything is sent."""
    with pytest.raises(BadSettings):
        opened(url, token)


def test_open() -> None:
    """A client opens with a text or a sealed token, and sends what it is told to."""
    for token in ("t", Sealed("t")):
        with pytest.raises(NotFound):
            opened(BASE, token)


def test_read_only() -> None:
    """A client that only reads refuses to write; one whose time is over to send."""
    with pytest.raises(NotSent, match="only reads"):
        opened(BASE, "t", read_only=True)
    with pytest.raises(NotSent, match="time"):
        opened(BASE, "t", timeout=0.0, patience=Patience(0.0))


def snippet() -> str:
    """Return the example in the documentation."""
    lines = (client.__doc__ or "").splitlines()[1:]
    code = [line for line in lines if line.startswith("    ") or not line]
    return textwrap.dedent("\n".join(code[: code.index("    asyncio.run(main())") + 1])).strip()


def test_example(capsys: pytest.CaptureFixture[str]) -> None:
    """The documented example is ten lines at most and runs."""
    project = PROJECT | {"metadata": PROJECT["metadata"] | {"id": "p"}}
    pipeline = {"ppl_id": "i", "name": "Build", "state": "done", "result": "passed"}
    server = Server().on(f"GET {V}/projects/api", data(project))
    server.on(f"POST {V}/plumber-workflows", data({"workflow_id": "w", "pipeline_id": "i"}))
    server.on(f"GET {V}/pipelines/i", data({"pipeline": pipeline, "blocks": []}))
    code = snippet().replace('"token")', '"token", transport=transport)')

    exec(  # noqa: S102 — the example is ours
        code.replace("acme.semaphoreci.com", "acme.example"),
        {"transport": httpx.MockTransport(server._answer)},
    )

    assert len([line for line in code.splitlines() if line]) <= 10
    assert capsys.readouterr().out == "Build passed None\n"


def families() -> list[tuple[str, type[Any]]]:
    async def main() -> list[tuple[str, type[Any]]]:
        transport = httpx.MockTransport(lambda _: text(""))
        async with Semaphore.open(BASE, "t", transport=transport) as semaphore:
            return [(name, type(family)) for name, family in vars(semaphore).items()]

    return asyncio.run(main())


def test_everything_public_is_described() -> None:
    """Each family, method, model and property says what it is."""
    public = [(name, getattr(client, name)) for name in client.__all__]
    for name, thing in families() + public:
        assert thing.__doc__, name
        for member, value in vars(thing).items() if inspect.isclass(thing) else ():
            if not member.startswith("_") and isinstance(value, property | type(snippet)):
                assert value.__doc__, f"{name}.{member}"


def test_descriptions_name_what_exists() -> None:
    """No description promises an error or a type that there is not."""
    known = {*vars(errors), *client.__all__, *(family.__name__ for _, family in families())}
    for name, family in families():
        for member, method in vars(family).items():
            named = re.findall(r"\b(?:[A-Z][a-z]+){2,}\b", method.__doc__ or "")
            assert set(named) <= known, f"{name}.{member}"


def test_shown() -> None:
    """An answer can be printed as JSON: times as text, secrets not at all."""
    pipeline = Pipeline.model_validate(
        {
            "ppl_id": "i",
            "state": "DONE",
            "created_at": {"seconds": 1571063401, "nanos": 0},
            "env_vars": [{"name": "A", "value": "hush-hush"}],
        }
    )

    printed = json.loads(json.dumps(shown(pipeline)))

    assert (printed["id"], printed["state"]) == ("i", "done")
    assert printed["created_at"] == "2019-10-14T14:30:01Z"
    assert printed["env_vars"] == [{"name": "A", "value": "<secret from server>"}]
