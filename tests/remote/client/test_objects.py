"""What the client reads and writes of the other kinds, and what holds for all."""

import uuid
from typing import Any

import pytest

from reconciler.errors import (
    BadAnswer,
    Rejected,
)
from reconciler.kinds.artifacts_retention_policy import ArtifactsRetentionPolicy
from reconciler.kinds.dashboard import Dashboard
from reconciler.remote.client import shown
from tests.remote.client.objects import CANARY, NAME_SETTINGS, SECRETS
from tests.remote.client.scripted import Server, data, grpc, text


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
