"""Agent types and their agents as the client reads and writes them."""

from datetime import UTC, datetime
from typing import Any

from reconciler.kinds.self_hosted_agent_type import SelfHostedAgentType
from reconciler.remote.client import AgentState
from tests.remote.client.objects import CANARY, NAME_SETTINGS
from tests.remote.client.scripted import Server, data, text

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
