"""Artifact retention policies of the embedded Semaphore (C 4)."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded.retention import storage
from reconciler.embedded.retention.rules import LEVELS, Rule

POLICIES = "/api/v1alpha/artifacts_retention_policies"
PROJECT, WORKFLOW, JOB = LEVELS
EMPTY: dict[str, list[Any]] = {PROJECT: [], WORKFLOW: [], JOB: []}
NOBODY = "00000000-0000-4000-8000-000000000000"
AGE_EXAMPLES = "valid examples: 5 days, 1 week, 2 weeks, 3 months, 4 years"
NO_AGE = f"the 'age' fields must be a string, {AGE_EXAMPLES}"
NO_SELECTOR = "the 'selector' filed must be a non-empty string"


def rule(age: Any = "1 week", selector: Any = "/**/*") -> dict[str, Any]:
    return {"selector": selector, "age": age}


@pytest.fixture
def ready(make_semaphore: Callable[..., Any]) -> tuple[Any, str]:
    """An organization and the id of a project whose artifact store exists."""
    semaphore = make_semaphore(project_ready_seconds=0)
    return semaphore, semaphore.project()["metadata"]["id"]


def test_a_project_without_policy_answers_empty_lists(ready: tuple[Any, str]) -> None:
    """Not 404, and no content type (C 4.2)."""
    semaphore, project = ready
    answer = semaphore.get(f"{POLICIES}/{project}")
    assert (answer.status_code, answer.json()) == (200, EMPTY)
    assert "content-type" not in answer.headers


def test_a_post_replaces_every_level(ready: tuple[Any, str]) -> None:
    """Omitted and null levels become empty; order and duplicates stay (C 4.2)."""
    semaphore, project = ready
    first = {"project_id": project, PROJECT: [rule()], JOB: [rule(), rule("2 days", "x"), rule()]}
    answer = semaphore.post(POLICIES, json=first)
    assert answer.json() == {PROJECT: [rule()], WORKFLOW: [], JOB: first[JOB]}
    second = {"project_id": project, PROJECT: None, WORKFLOW: [rule("3 years")]}
    semaphore.post(POLICIES, json=second)
    kept = semaphore.get(f"{POLICIES}/{project}").json()
    assert kept == {PROJECT: [], WORKFLOW: [rule("3 years")], JOB: []}


def test_unknown_keys_are_dropped(ready: tuple[Any, str]) -> None:
    """Of the body and of rules alike (C 4.4)."""
    semaphore, project = ready
    body = {"project_id": project, "what": 1, JOB: [{**rule(), "more": True}]}
    assert semaphore.post(POLICIES, json=body).json() == {**EMPTY, JOB: [rule()]}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("7 days", "1 week"),
        ("1 weeks", "1 week"),
        ("2 week", "2 weeks"),
        ("12 months", "12 months"),
        ("1 day", "1 day"),
        ("12 years", "12 years"),
        ("1 year", "1 year"),
    ],
)
def test_ages_are_shown_in_the_largest_unit(ready: tuple[Any, str], sent: str, kept: str) -> None:
    """The plural is corrected and seven days are a week, nothing else changes (C 4.3)."""
    semaphore, project = ready
    answer = semaphore.post(POLICIES, json={"project_id": project, JOB: [rule(sent)]})
    assert answer.json()[JOB] == [rule(kept)]


@pytest.mark.parametrize("age", ["45 days", "24 months"])
def test_ages_written_elsewhere_may_not_be_postable(ready: tuple[Any, str], age: str) -> None:
    """The web interface can leave ages which the API shows but refuses (C 4.3)."""
    semaphore, project = ready
    number, unit = age.split()
    seconds = int(number) * {"days": 86_400, "months": 30 * 86_400}[unit]
    levels = {PROJECT: [Rule("/**/*", seconds)], WORKFLOW: [], JOB: []}
    storage.replace(semaphore.embedded.world, project, levels)
    shown = semaphore.get(f"{POLICIES}/{project}").json()
    assert shown[PROJECT] == [rule(age)]
    refused = semaphore.post(POLICIES, json={"project_id": project, **shown})
    assert refused.text == f"invalid 'age' value: '{age}' - {AGE_EXAMPLES}"


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({PROJECT: [rule()]}, "project_id must be present"),
        ({"project_id": 5, PROJECT: [rule()]}, "project_id must be present"),
        ({"project_id": "api", PROJECT: [rule("?")]}, "project id must be a valid UUID"),
        ({PROJECT: []}, "at least one retention policy configuration must be defined"),
        ({PROJECT: [rule(selector="")]}, NO_SELECTOR),
        ({PROJECT: [None]}, NO_SELECTOR),
        ({PROJECT: [{"selector": "x"}]}, NO_AGE),
        ({PROJECT: [rule(5)]}, NO_AGE),
        ({PROJECT: [rule("123")]}, f"invalid 'age' value: '123' - {AGE_EXAMPLES}"),
        ({PROJECT: [rule("2  weeks")]}, f"invalid 'age' value: '2  weeks' - {AGE_EXAMPLES}"),
        ({PROJECT: [rule("13 days")]}, f"invalid 'age' value: '13 days' - {AGE_EXAMPLES}"),
        ({PROJECT: [rule("1\tday")]}, "the 'age' lowest value is 1 day"),
        ({JOB: [rule("0 days")], WORKFLOW: [rule(selector=1)]}, NO_SELECTOR),
    ],
)
def test_bad_policies_are_refused_as_bare_text(
    semaphore: Any, body: dict[str, Any], sentence: str
) -> None:
    """Before the project is looked up, levels in their order (C 4.4)."""
    whose = {} if sentence == "project_id must be present" else {"project_id": NOBODY}
    answer = semaphore.post(POLICIES, json={**whose, **body})
    assert (answer.status_code, answer.text) == (400, sentence)


@pytest.mark.parametrize(
    "levels",
    [
        {PROJECT: "x", JOB: [rule()]},
        {JOB: ["x"]},
        {JOB: [rule(selector=""), rule(age={})]},
        {JOB: [rule("one week")]},
    ],
)
def test_malformed_rules_crash(semaphore: Any, levels: dict[str, Any]) -> None:
    """A level which is no list, a rule which is no object, an age without a number (C 4.4)."""
    answer = semaphore.post(POLICIES, json={"project_id": NOBODY, **levels})
    assert (answer.status_code, answer.text) == (500, "Something went wrong")


def test_limits_are_late_refusals(ready: tuple[Any, str]) -> None:
    """Ten rules and a hundred bytes are allowed, one more is not; JSON strings (C 4.4)."""
    semaphore, project = ready
    fine = {"project_id": project, JOB: [rule(selector="é" * 50)] * 10}
    assert semaphore.post(POLICIES, json=fine).status_code == 200
    for level, sentence in (
        ([rule()] * 11, "retention policy must have less than 10 rules"),
        ([rule(selector="é" * 51)], "retention policy selector length must be less than 100 long"),
    ):
        answer = semaphore.post(POLICIES, json={"project_id": project, JOB: level})
        assert (answer.status_code, answer.json()) == (400, sentence)


def test_unknown_projects_are_not_found(semaphore: Any) -> None:
    """Bare text, for both calls (C 4.4)."""
    for answer in (
        semaphore.get(f"{POLICIES}/{NOBODY}"),
        semaphore.post(POLICIES, json={"project_id": NOBODY, JOB: [rule()]}),
    ):
        assert (answer.status_code, answer.text) == (404, "Not found")
    malformed = semaphore.get(f"{POLICIES}/api")
    assert (malformed.status_code, malformed.text) == (400, "project id must be a valid UUID")


def test_there_is_no_way_to_delete(ready: tuple[Any, str]) -> None:
    """Neither DELETE nor PATCH nor PUT is routed (C 4.1)."""
    semaphore, project = ready
    for method in ("DELETE", "PATCH", "PUT"):
        answer = semaphore.request(method, f"{POLICIES}/{project}")
        assert (answer.status_code, answer.text) == (404, "oops")


@pytest.mark.parametrize(
    ("permission", "view", "manage"),
    [("project.general_settings.view", 401, 200), ("project.general_settings.manage", 200, 401)],
)
def test_permissions(
    make_semaphore: Callable[..., Any], permission: str, view: int, manage: int
) -> None:
    """401 for what the caller may not do (C 0)."""
    semaphore = make_semaphore(permissions_denied=frozenset({permission}), project_ready_seconds=0)
    project = semaphore.project()["metadata"]["id"]
    assert semaphore.get(f"{POLICIES}/{project}").status_code == view
    body = {"project_id": project, JOB: [rule()]}
    assert semaphore.post(POLICIES, json=body).status_code == manage


def test_a_fresh_project_has_no_store_yet(make_semaphore: Callable[..., Any]) -> None:
    """GET and POST say so for a while (C 4.4)."""
    semaphore = make_semaphore(project_ready_seconds=2)
    project = semaphore.project()["metadata"]["id"]
    body = {"project_id": project, JOB: [rule()] * 11}
    for answer in (semaphore.get(f"{POLICIES}/{project}"), semaphore.post(POLICIES, json=body)):
        assert (answer.status_code, answer.json()) == (400, "artifact bucket ID is malformed")
    semaphore.pass_by(2)
    assert semaphore.get(f"{POLICIES}/{project}").json() == EMPTY


def test_policies_survive_a_restart(make_semaphore: Callable[..., Any], tmp_path: Path) -> None:
    """The database file is the state."""
    path = str(tmp_path / "semaphore.db")
    first = make_semaphore(path=path, project_ready_seconds=0)
    project = first.project()["metadata"]["id"]
    first.post(POLICIES, json={"project_id": project, JOB: [rule()]})
    again = make_semaphore(path=path)
    assert again.get(f"{POLICIES}/{project}").json() == {**EMPTY, JOB: [rule()]}
