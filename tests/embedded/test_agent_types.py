"""Agent types of the embedded Semaphore (C 2)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded.agents import storage as agents

TYPES = "/api/v1alpha/self_hosted_agent_types"
AWS = {"account_id": "0123", "role_name_patterns": "a,b "}
STS = {"assignment_origin": "assignment_origin_aws_sts", "release_after": 60, "aws": AWS}


def agent_type(name: Any = "s1-linux", **settings: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"agent_name_settings": settings}}


def test_a_created_type_shows_its_token_once(semaphore: Any) -> None:
    """The token is 80 hexadecimal digits and only in the POST answer (C 2.2)."""
    created = semaphore.post(TYPES, json=agent_type())
    assert created.status_code == 200
    assert "content-type" not in created.headers
    token = created.json()["status"].pop("registration_token")
    assert re.fullmatch("[0-9a-f]{80}", token)
    assert created.json()["status"]["total_agent_count"] == 0
    described = semaphore.get(f"{TYPES}/s1-linux")
    assert token not in described.text
    assert described.json()["spec"]["agent_name_settings"] == {
        "assignment_origin": "assignment_origin_agent",
        "aws": None,
        "release_after": 0,
    }
    assert semaphore.get(TYPES).json() == {"agent_types": [described.json()]}


def test_types_are_listed_in_the_order_of_creation_with_integer_times(make_semaphore: Any) -> None:
    """`created_at` ascending, unix seconds (C 2.1, C 2.2)."""
    clock = iter(range(1000, 2000))
    semaphore = make_semaphore(clock=lambda: next(clock) + 0.5)
    for name in ("s1-b", "s1-a"):
        semaphore.post(TYPES, json=agent_type(name))
    listed = semaphore.get(TYPES).json()["agent_types"]
    assert [shape["metadata"]["name"] for shape in listed] == ["s1-b", "s1-a"]
    assert isinstance(listed[0]["metadata"]["create_time"], int)


def test_the_name_is_trimmed_on_creation_only(semaphore: Any) -> None:
    """POST trims spaces; PATCH looks for exactly what it is given (C 2.2)."""
    assert semaphore.post(TYPES, json=agent_type("  s1-x ")).json()["metadata"]["name"] == "s1-x"
    missing = semaphore.patch(f"{TYPES}/s1-x", json=agent_type(" s1-x"))
    assert (missing.status_code, missing.json()) == (404, "record not found")


def test_sts_settings_come_back_as_sent(semaphore: Any) -> None:
    """Patterns keep order and spacing, the origin comes back in lower case (C 2.2)."""
    sent = {**STS, "assignment_origin": "Assignment_Origin_AWS_STS"}
    created = semaphore.post(TYPES, json=agent_type(**sent)).json()
    assert created["spec"]["agent_name_settings"] == STS


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({}, "Name must be provided"),
        ({"metadata": {"name": None}}, "Name must be provided"),
        (
            agent_type("x "),
            "The agent type name 'x ' is invalid: must follow the pattern ^s1-[a-zA-Z0-9-_]+$",
        ),
        (agent_type("x", assignment_origin="other"), "invalid assignment_origin 'other'"),
        (agent_type(assignment_origin=None), "invalid assignment_origin ''"),
        (agent_type(assignment_origin=5), "invalid assignment_origin '5'"),
        (
            agent_type(assignment_origin="assignment_origin_unspecified"),
            "assignment origin not supported",
        ),
        (agent_type(release_after=59), "name release hold must be greater than 60"),
        (
            agent_type(release_after=-1, assignment_origin="assignment_origin_unspecified"),
            "name release hold must be 0 or greater than 60",
        ),
        (agent_type(**STS | {"aws": None}), "AWS information missing"),
        (agent_type(**STS | {"aws": {}}), "AWS account cannot be empty"),
        (
            agent_type(**STS | {"aws": {"account_id": "1"}}),
            "AWS role name patterns cannot be empty",
        ),
        (
            agent_type(aws={"account_id": "1"}),
            "AWS account ID is not allowed for ASSIGNMENT_ORIGIN_AGENT",
        ),
        (
            agent_type(aws={"role_name_patterns": "1"}),
            "AWS role name patterns are not allowed for ASSIGNMENT_ORIGIN_AGENT",
        ),
    ],
)
def test_bad_types_are_refused_in_the_words_of_the_server(
    semaphore: Any, body: dict[str, Any], sentence: str
) -> None:
    """Late refusals are JSON strings; the origin is read before the name is judged (C 2.2)."""
    answer = semaphore.post(TYPES, json=body)
    assert (answer.status_code, answer.json()) == (400, sentence)


@pytest.mark.parametrize(
    "body",
    [
        agent_type(release_after=None),
        agent_type(release_after="60"),
        agent_type(release_after=2**31),
        agent_type(**STS | {"aws": {"account_id": 123, "role_name_patterns": "x"}}),
        agent_type("s1-" + "x" * 98),
        agent_type(5),
    ],
)
def test_what_cannot_be_sent_or_kept_is_an_internal_error(
    semaphore: Any, body: dict[str, Any]
) -> None:
    """Wrong types and overflows are 500, never 400 (C 2.2)."""
    answer = semaphore.post(TYPES, json=body)
    assert (answer.status_code, answer.json()) == (500, "Internal error")


@pytest.mark.parametrize(
    "body",
    [{"metadata": "s1-x"}, {"metadata": {"name": "s1-x"}, "spec": {"agent_name_settings": []}}],
)
def test_malformed_shapes_crash(semaphore: Any, body: dict[str, Any]) -> None:
    """Bare text, as for every uncaught exception (C 2.3)."""
    answer = semaphore.post(TYPES, json=body)
    assert (answer.status_code, answer.text) == (500, "Something went wrong")


def test_a_name_is_taken_once(semaphore: Any) -> None:
    """400, sic (C 2.3)."""
    semaphore.post(TYPES, json=agent_type())
    again = semaphore.post(TYPES, json=agent_type())
    taken = "agent type name must by unique in the organization"
    assert (again.status_code, again.json()) == (400, taken)


def test_patch_obeys_the_name_in_its_body_and_resets_what_it_omits(semaphore: Any) -> None:
    """The URL's name is ignored, and the update is a full replace (C 2.3)."""
    semaphore.post(TYPES, json=agent_type("s1-a", **STS))
    semaphore.post(TYPES, json=agent_type("s1-b", **STS))
    patched = semaphore.patch(f"{TYPES}/s1-a", json={"metadata": {"name": "s1-b"}})
    assert patched.json()["metadata"]["name"] == "s1-b"
    assert "registration_token" not in patched.json()["status"]
    reset = {"assignment_origin": "assignment_origin_agent", "aws": None, "release_after": 0}
    kept = [
        shape["spec"]["agent_name_settings"] for shape in semaphore.get(TYPES).json()["agent_types"]
    ]
    assert kept == [STS, reset]


def test_patch_checks_existence_before_settings(semaphore: Any) -> None:
    """The row is looked up first; it does not upsert (C 2.3)."""
    missing = semaphore.patch(f"{TYPES}/s1-a", json=agent_type("s1-a", release_after=5))
    assert (missing.status_code, missing.json()) == (404, "record not found")


def test_missing_types_are_not_found(semaphore: Any) -> None:
    """GET and DELETE say it in other words than PATCH (C 2.3)."""
    for answer in (semaphore.get(f"{TYPES}/s1-a"), semaphore.delete(f"{TYPES}/s1-a")):
        assert (answer.status_code, answer.json()) == (404, "agent type not found")


def test_the_page_is_checked_and_ignored(semaphore: Any) -> None:
    """Everything is on every page (C 2.1)."""
    semaphore.post(TYPES, json=agent_type())
    assert len(semaphore.get(f"{TYPES}?page=7").json()["agent_types"]) == 1
    refused = semaphore.get(f"{TYPES}?page=x")
    sentence = "Invalid value of 'page' param: \"x\" - needs to be integer."
    assert (refused.status_code, refused.json()) == (400, sentence)


def test_the_feature_is_needed_to_create_only(make_semaphore: Any) -> None:
    """400 on creation, nothing elsewhere (C 2.3)."""
    semaphore = make_semaphore(self_hosted_agents=False)
    refused = semaphore.post(TYPES, json=agent_type(release_after=5))
    sentence = "self-hosted agents are not available for your organization"
    assert (refused.status_code, refused.json()) == (400, sentence)
    assert semaphore.get(TYPES).json() == {"agent_types": []}


def test_permissions_are_checked_first(make_semaphore: Any) -> None:
    """401 bare text, before any parameter (C 0)."""
    denied = frozenset(
        {"organization.self_hosted_agents.view", "organization.self_hosted_agents.manage"}
    )
    semaphore = make_semaphore(permissions_denied=denied)
    answers = (
        semaphore.get(f"{TYPES}?page=x"),
        semaphore.get(f"{TYPES}/s1-a"),
        semaphore.post(TYPES, json={}),
        semaphore.patch(f"{TYPES}/s1-a", json={}),
        semaphore.delete(f"{TYPES}/s1-a"),
        semaphore.post(f"{TYPES}/s1-a/disable_all"),
        semaphore.get("/api/v1alpha/agents"),
        semaphore.get("/api/v1alpha/agents/a"),
    )
    for answer in answers:
        assert (answer.status_code, answer.text) == (401, "Permission denied")


def test_a_type_with_agents_cannot_be_deleted_until_they_have_left(semaphore: Any) -> None:
    """disable_all stamps, agents leave later, then the type may go (C 2.3)."""
    semaphore.post(TYPES, json=agent_type())
    agents.register(semaphore.embedded.world, "idle", "s1-linux")
    refused = semaphore.delete(f"{TYPES}/s1-linux")
    sentence = "can't delete agent type with existing agents"
    assert (refused.status_code, refused.json()) == (400, sentence)
    assert semaphore.post(f"{TYPES}/s1-linux/disable_all").json() == {}
    counts = [
        semaphore.get(f"{TYPES}/s1-linux").json()["status"]["total_agent_count"] for _ in range(2)
    ]
    assert counts == [1, 0]
    assert semaphore.delete(f"{TYPES}/s1-linux").json() == {}
    assert semaphore.get(TYPES).json() == {"agent_types": []}


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ("TRUE", "Invalid 'only_idle': 'TRUE' is not a boolean."),
        (None, "Invalid 'only_idle': '' is not a boolean."),
        (1, "Invalid 'only_idle': '1' is not a boolean."),
    ],
)
def test_only_idle_is_a_strict_boolean(semaphore: Any, sent: Any, sentence: str) -> None:
    """Only true, false and those two words in lower case (C 2.3)."""
    refused = semaphore.post(f"{TYPES}/s1-a/disable_all", json={"only_idle": sent})
    assert (refused.status_code, refused.json()) == (400, sentence)


def test_disabling_spares_busy_agents_unless_told_otherwise(semaphore: Any) -> None:
    """`only_idle` defaults to true; unknown types are fine (C 2.3)."""
    assert semaphore.post(f"{TYPES}/s1-nobody/disable_all").json() == {}
    semaphore.post(TYPES, json=agent_type())
    agents.register(semaphore.embedded.world, "busy", "s1-linux", job_id="a-job")
    semaphore.post(f"{TYPES}/s1-linux/disable_all")
    assert "disabled_at" not in semaphore.get("/api/v1alpha/agents/busy").json()["metadata"]
    semaphore.post(f"{TYPES}/s1-linux/disable_all?only_idle=false")
    busy = semaphore.get("/api/v1alpha/agents/busy").json()
    assert isinstance(busy["metadata"]["disabled_at"], int)
    assert busy["status"] == {"state": "running_job"}


def test_types_survive_a_restart(make_semaphore: Callable[..., Any], tmp_path: Path) -> None:
    """The database file is the state, and it does not hold the token."""
    path = str(tmp_path / "semaphore.db")
    first = make_semaphore(path=path)
    token = first.post(TYPES, json=agent_type()).json()["status"]["registration_token"]
    first.embedded.close()
    assert token.encode() not in (tmp_path / "semaphore.db").read_bytes()
    assert make_semaphore(path=path).get(f"{TYPES}/s1-linux").status_code == 200
