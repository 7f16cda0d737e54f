"""Agents of the embedded Semaphore, which can only be read (C 3)."""

from typing import Any

import pytest

from reconciler.embedded.agents import storage as agents

TYPES = "/api/v1alpha/self_hosted_agent_types"


def agent_type(**settings: Any) -> dict[str, Any]:
    return {"metadata": {"name": "s1-linux"}, "spec": {"agent_name_settings": settings}}


def test_a_held_name_is_described_but_not_listed(make_semaphore: Any) -> None:
    """A disconnected agent keeps its name for `release_after` seconds (C 3)."""
    time = [1000.0]
    semaphore = make_semaphore(clock=lambda: time[0])
    semaphore.post(TYPES, json=agent_type(release_after=60))
    agents.register(semaphore.embedded.world, "held", "s1-linux")
    semaphore.post(f"{TYPES}/s1-linux/disable_all")
    semaphore.get("/api/v1alpha/agents")
    assert semaphore.get("/api/v1alpha/agents").json() == {"agents": [], "cursor": ""}
    assert semaphore.get("/api/v1alpha/agents/held").status_code == 200
    time[0] += 60
    gone = semaphore.get("/api/v1alpha/agents/held")
    assert (gone.status_code, gone.json()) == (404, "agent not found")


def test_agents_are_paged_by_cursor(make_semaphore: Any) -> None:
    """The cursor is the next item's connection time; `""` ends (C 3)."""
    time = [1000.0]
    semaphore = make_semaphore(clock=lambda: time[0])
    semaphore.post(TYPES, json=agent_type())
    for number in range(7):
        time[0] += 1
        agents.register(semaphore.embedded.world, f"agent-{number}", "s1-linux")
    first = semaphore.get("/api/v1alpha/agents?page_size=5&agent_type=s1-linux").json()
    assert (len(first["agents"]), first["cursor"]) == (5, "1006000")
    second = semaphore.get(f"/api/v1alpha/agents?page_size=5&cursor={first['cursor']}").json()
    names = [shape["metadata"]["name"] for shape in second["agents"]]
    assert (names, second["cursor"]) == (["agent-5", "agent-6"], "")
    assert semaphore.get("/api/v1alpha/agents?agent_type=s1-other").json()["agents"] == []


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        (
            "page_size=1",
            400,
            "page size of 1 is invalid: must be greater than 0 and between 5-200",
        ),
        ("page_size=x", 400, "Invalid value of 'page_size' param: \"x\" - needs to be integer."),
        ("cursor=x", 500, "Internal error"),
    ],
)
def test_bad_pages_of_agents_are_refused(
    semaphore: Any, query: str, status: int, sentence: str
) -> None:
    """5 to 200; a cursor that is no number is an internal error (C 3)."""
    answer = semaphore.get(f"/api/v1alpha/agents?{query}")
    assert (answer.status_code, answer.json()) == (status, sentence)


def test_an_agent_is_shown_without_its_inner_flags(semaphore: Any) -> None:
    """Integers for time and process; no `disabled_at` unless disabled (C 3)."""
    semaphore.post(TYPES, json=agent_type())
    agents.register(semaphore.embedded.world, "a", "s1-linux")
    shown = semaphore.get("/api/v1alpha/agents").json()["agents"]
    assert isinstance(shown[0]["metadata"].pop("connected_at"), int)
    metadata = {"name": "a", "type": "s1-linux", "pid": 0}
    metadata |= dict.fromkeys(("version", "os", "arch", "hostname", "ip_address"), "")
    assert shown == [{"metadata": metadata, "status": {"state": "waiting_for_job"}}]
