"""What has to be there before a command of `sem` is replayed, made through the API itself."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reconciler.embedded import Embedded
from reconciler.embedded.agents import storage as agents
from tests.sem import wire

NOBODY = "00000000-0000-4000-8000-000000000000"
V1ALPHA = "/api/v1alpha"
DIGEST_OF_123 = "202cb962ac59075b964b07152d234b70"

Body = dict[str, Any]


@dataclass
class State:
    """An organization, and what the placeholders of requests stand for in it.

    ``embedded`` is None where the organization is served by another process.
    """

    exchange: wire.Exchange
    embedded: Embedded | None = None
    prefix: str = ""
    names: dict[str, str] = field(default_factory=lambda: {"PRJ_ID": NOBODY, "TASK_ID": NOBODY})

    def call(self, method: str, path: str, body: Body | None = None) -> Any:
        """The JSON of a success."""
        content = None if body is None else json.dumps(body).encode()
        answer = self.exchange(wire.request(method, self.prefix + path, content))
        assert answer.status == 200, (method, path, answer)
        return json.loads(answer.body) if answer.body else None

    @property
    def here(self) -> Embedded:
        assert self.embedded is not None, "this state can't be made through the API"
        return self.embedded

    def wait(self, seconds: float) -> None:
        if self.embedded is None:
            self.call("POST", "/__admin__/clock", {"advance": seconds})
        else:
            self.embedded.clock.advance(seconds)


Given = Callable[[State], None]


def repository(name: str) -> Body:
    return {
        "url": f"git@github.com:acme/{name}.git",
        "integration_type": "github_app",
        "run_on": ["branches"],
        "forked_pull_requests": {"allowed_secrets": ["s1"]},
        "whitelist": {"branches": ["/^rel.*/"]},
    }


def project(state: State, name: str) -> str:
    body = {"metadata": {"name": name}, "spec": {"repository": repository(name)}}
    made = state.call("POST", f"{V1ALPHA}/projects", body)
    return str(made["metadata"]["id"])


def demo(state: State) -> None:
    state.names["PRJ_ID"] = project(state, "demo")


def demo_with_tasks(state: State) -> None:
    """A task of every sort, as `sem edit project` shows them."""
    demo(state)
    tasks: list[Body] = [
        {
            "name": "nightly",
            "branch": "main",
            "at": "0 0 * * *",
            "pipeline_file": ".semaphore/nightly.yml",
            "parameters": [
                {
                    "name": "ENV",
                    "required": True,
                    "default_value": "stg",
                    "options": ["stg", "prd"],
                }
            ],
        },
        {
            "name": "on-tag",
            "scheduled": False,
            "branch": "refs/tags/v1",
            "pipeline_file": "p.yml",
        },
    ]
    put_tasks(state, tasks)
    found = state.call("GET", f"{V1ALPHA}/projects/demo")["spec"]["tasks"]
    state.names["NIGHTLY_ID"], state.names["ON_TAG_ID"] = (task["id"] for task in found)
    state.names["TASK_ID"] = state.names["NIGHTLY_ID"]


def put_tasks(state: State, tasks: list[Body]) -> None:
    body = {
        "metadata": {"name": "demo"},
        "spec": {"repository": repository("demo"), "tasks": tasks},
    }
    state.call("PATCH", f"{V1ALPHA}/projects/{state.names['PRJ_ID']}", body)


def many_tasks(state: State) -> None:
    """One more than a page of `sem`."""
    demo(state)
    put_tasks(
        state,
        [
            {"name": f"t{number:03}", "scheduled": False, "pipeline_file": "p.yml"}
            for number in range(201)
        ],
    )


def three_projects(state: State) -> None:
    """All of them initialised, so that a listing shows them."""
    project(state, "api")
    project(state, "web")
    demo(state)
    state.wait(1)


def _secret(state: State, path: str, name: str) -> None:
    data = {
        "env_vars": [{"name": "TEST", "value": "AAAA"}],
        "files": [{"path": "a.txt", "content": "SGVsbG8K"}],
    }
    made = state.call("POST", path, {"metadata": {"name": name}, "data": data})
    state.names["ID"] = made["metadata"]["id"]


def secret_s1(state: State) -> None:
    _secret(state, "/api/v1beta/secrets", "s1")


def secret_open1(state: State) -> None:
    _secret(state, "/api/v1beta/secrets", "open1")


def project_secret_ps1(state: State) -> None:
    demo(state)
    _secret(state, f"/api/v1/projects/{state.names['PRJ_ID']}/secrets", "ps1")


def project_secret_openps(state: State) -> None:
    demo(state)
    _secret(state, f"/api/v1/projects/{state.names['PRJ_ID']}/secrets", "openps")


def dashboard(state: State) -> None:
    widget = {"name": "Workflows", "type": "list_workflows", "filters": {"branch": "master"}}
    body = {"metadata": {"name": "my-dash", "title": "My Work"}, "spec": {"widgets": [widget]}}
    made = state.call("POST", f"{V1ALPHA}/dashboards", body)
    state.names["ID"] = made["metadata"]["id"]


def _notification(state: State, name: str) -> str:
    notify = {"slack": {"endpoint": "https://hooks.invalid/x"}, "email": {}, "webhook": {}}
    rule = {"name": "r1", "filter": {"projects": ["demo"]}, "notify": notify}
    body = {"metadata": {"name": name}, "spec": {"rules": [rule]}}
    return str(state.call("POST", f"{V1ALPHA}/notifications", body)["metadata"]["id"])


def notification(state: State) -> None:
    state.names["ID"] = _notification(state, "n1")


def many_notifications(state: State) -> None:
    """One more than a page of the server (B 1.5)."""
    for number in range(101):
        _notification(state, f"n{number:03}")


def agent_type(state: State) -> None:
    state.call("POST", f"{V1ALPHA}/self_hosted_agent_types", {"metadata": {"name": "s1-x"}})


def many_agents(state: State) -> None:
    """One more than a page (C 3)."""
    agent_type(state)
    for number in range(1, 202):
        state.wait(1)
        agents.register(state.here.world, f"a{number}", "s1-x")


def bob(state: State) -> None:
    """Somebody else, with his login at the git provider."""
    state.here.world.db.execute(
        "INSERT INTO users SELECT ?, 'Bob', 'github', 'bob', org_role_id, project_role_id"
        " FROM users LIMIT 1",
        (state.here.world.uuid(),),
    )


def target(state: State) -> None:
    """Usable, and with the values whose digests `sem edit dt` sends back."""
    demo(state)
    body = {
        "name": "prod",
        "project_id": state.names["PRJ_ID"],
        "unique_token": NOBODY,
        "env_vars": [{"name": "X", "value": "123"}],
        "files": [{"path": "/etc/a", "content": "123"}],
    }
    made = state.call("POST", f"{V1ALPHA}/deployment_targets", body)
    state.names["DT_ID"] = made["id"]
    state.names["ID"] = made["created_by"]
    state.wait(1)


def cordoned_target(state: State) -> None:
    target(state)
    state.call("PATCH", f"{V1ALPHA}/deployment_targets/{state.names['DT_ID']}/deactivate")


GIVEN: tuple[Given, ...] = (
    demo,
    demo_with_tasks,
    many_tasks,
    three_projects,
    secret_s1,
    secret_open1,
    project_secret_ps1,
    project_secret_openps,
    dashboard,
    notification,
    many_notifications,
    agent_type,
    many_agents,
    bob,
    target,
    cordoned_target,
)
