"""What requests about deployment targets are refused, in which words and order (C 1)."""

from collections.abc import Callable
from typing import Any

import pytest

from reconciler.embedded import Edition
from tests.embedded.target_calls import NOBODY, TARGETS, Calls, refusal


@pytest.fixture
def calls(semaphore: Any) -> Calls:
    return Calls.of(semaphore)


@pytest.fixture
def usable(calls: Calls) -> str:
    return calls.usable()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"unique_token": "x", "project_id": ""}, "unique_token must be a valid UUID"),
        ({"project_id": ""}, "project_id must be present"),
        ({"project_id": 5}, "project_id must be present"),
        ({"project_id": "api"}, "project id must be a valid UUID"),
        ({"subject_rules": {}}, "subject_rules must be a list of proper objects"),
        ({"subject_rules": [{}]}, "subject_rules must be a list of proper objects"),
        ({"object_rules": [{"type": "PR"}]}, "object_rules must be a list of proper objects"),
    ],
)
def test_early_refusals_are_bare_text(calls: Calls, fields: dict[str, Any], sentence: str) -> None:
    """In the order of the plugs, each the first of its request (C 1.3, C 1.5, C 1.6)."""
    answer = calls.create(**fields)
    assert (answer.status_code, answer.text) == (400, sentence)


REQUIRED = "unique_token, name and project_id are required to create a deployment target"


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"unique_token": None}, 400, REQUIRED),
        ({"name": 5}, 400, REQUIRED),
        ({"name": ""}, 400, "name must be string with length between 1 and 255"),
        ({"name": "x" * 256}, 400, "name must be string with length between 1 and 255"),
        ({"name": "a b"}, 400, "Changeset error"),
        ({"url": None}, 500, "Internal error"),
        ({"description": 5}, 500, "Internal error"),
        ({"bookmark_parameter3": "x" * 256}, 500, "Internal error"),
        ({"description": "a\0"}, 500, "Internal error"),
        (
            {"object_rules": [{"type": "TAG", "match_mode": "REGEX", "pattern": "a" * 70_000}]},
            400,
            "Changeset error",
        ),
    ],
)
def test_late_refusals_are_json_strings(
    calls: Calls, fields: dict[str, Any], status: int, sentence: str
) -> None:
    """Null is an internal error, bad names a changeset error (C 1.3)."""
    assert refusal(calls.create(**fields)) == (status, sentence)


def test_names_are_unique_in_a_project_by_case(calls: Calls) -> None:
    """A changeset error without detail (C 1.3)."""
    calls.create("prod")
    assert refusal(calls.create("prod")) == (400, "Changeset error")
    renamed = calls.usable("Prod")
    assert refusal(calls.patch(renamed, name="prod")) == (400, "Changeset error")
    assert Calls.of(calls.semaphore, "other").create("prod").status_code == 200


def test_patch_and_delete_need_a_token(calls: Calls, usable: str) -> None:
    """Missing is a late 400, null a 500 (C 1.3)."""
    for method, verb in (("PATCH", "update"), ("DELETE", "delete")):
        missing = calls.semaphore.request(method, f"{TARGETS}/{usable}", json={})
        sentence = f"target_id and unique_token are required to {verb} a deployment target"
        assert refusal(missing) == (400, sentence)
        null = calls.semaphore.request(method, f"{TARGETS}/{usable}", json={"unique_token": None})
        assert refusal(null) == (500, "Internal error")


def test_the_ids_of_a_patch_are_checked_though_ignored(calls: Calls, usable: str) -> None:
    """The path's id wins; nulls pass the check and fail later (C 1.3)."""
    bad_id = calls.patch(usable, id="")
    assert (bad_id.status_code, bad_id.text) == (400, "target_id must be a valid UUID")
    bad_project = calls.patch(usable, project_id="")
    assert (bad_project.status_code, bad_project.text) == (400, "project id must be a valid UUID")
    assert calls.patch(usable, id=NOBODY, target_id=NOBODY).json()["id"] == usable
    assert refusal(calls.patch(usable, project_id=None)) == (500, "Internal error")
    for method in ("GET", "PATCH", "DELETE"):
        answer = calls.semaphore.request(method, f"{TARGETS}/prod")
        assert (answer.status_code, answer.text) == (400, "target_id must be a valid UUID")


def test_missing_targets_are_not_found(calls: Calls) -> None:
    """A JSON string by id, an empty list by name (C 1.9)."""
    for method, path in (
        ("GET", ""),
        ("PATCH", ""),
        ("DELETE", ""),
        ("PATCH", "/activate"),
        ("PATCH", "/deactivate"),
        ("GET", "/history"),
    ):
        answer = calls.semaphore.request(method, f"{TARGETS}/{NOBODY}{path}")
        assert refusal(answer) == (404, "Not found")
    listing = f"{TARGETS}?project_id={calls.project}&target_name=nobody"
    assert refusal(calls.semaphore.get(listing)) == (200, [])
    put = calls.semaphore.request("PUT", f"{TARGETS}/{NOBODY}")
    assert (put.status_code, put.text) == (404, "oops")


def test_lists_are_ordered_by_id(calls: Calls) -> None:
    """Whatever the names (C 1.10)."""
    for name in "abcdef":
        calls.create(name)
    listed = [shape["id"] for shape in calls.listed().json()]
    assert (len(listed), listed) == (6, sorted(listed))


@pytest.mark.parametrize(
    ("query", "status", "sentence"),
    [
        ("", 404, "Project not found"),
        ("target_name=x", 404, "Project not found"),
        (f"project_id={NOBODY}", 404, "Not found"),
        ("project_id=api", 400, "project id must be a valid UUID"),
        (
            "project_id=api&target_name=",
            400,
            "target_name must be string with length between 1 and 255",
        ),
    ],
)
def test_bad_listings_are_refused(semaphore: Any, query: str, status: int, sentence: str) -> None:
    """The name is checked before the project (C 1.9)."""
    answer = semaphore.get(f"{TARGETS}?{query}")
    assert (answer.status_code, answer.text) == (status, sentence)


def test_the_community_edition_has_no_targets(make_semaphore: Callable[..., Any]) -> None:
    """403 in plain text, after the parameters and before anything is looked up (C 1.5)."""
    semaphore = make_semaphore(edition=Edition.CE)
    answer = semaphore.get(f"{TARGETS}?project_id={NOBODY}")
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.text == (
        "The deployment targets feature is not enabled for your organization. "
        "See more details here: https://semaphoreci.com/pricing"
    )
    assert semaphore.get(f"{TARGETS}/x").status_code == 400


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        (None, 200),
        ([{"type": "ANY"}], 200),
        ([], 403),
        ([{"type": "any"}], 403),
        ([{"type": "ANY"}] * 2, 403),
    ],
)
def test_other_subjects_than_anybody_are_an_advanced_feature(
    make_semaphore: Callable[..., Any], rules: Any, status: int
) -> None:
    """Literally one rule of literally `ANY` (C 1.5)."""
    semaphore = make_semaphore(advanced_deployment_targets=False)
    calls = Calls.of(semaphore)
    answer = calls.create(subject_rules=rules)
    assert answer.status_code == status
    assert status == 200 or answer.text.startswith("The advanced deployment targets feature")


def test_permissions(make_semaphore: Callable[..., Any]) -> None:
    """401, after the look-up (C 0, C 1.1)."""
    denied = frozenset({"project.deployment_targets.manage"})
    semaphore = make_semaphore(permissions_denied=denied)
    calls = Calls.of(semaphore)
    answer = calls.create(name=5)
    assert (answer.status_code, answer.text) == (401, "Permission denied")
    assert refusal(calls.patch(NOBODY)) == (404, "Not found")
    assert semaphore.get(f"{TARGETS}?project_id={calls.project}").json() == []


def test_the_history_is_an_empty_page(calls: Calls, usable: str) -> None:
    """Cursors are 0 when there is none (C 1.10)."""
    query = "cursor_type=after&cursor_value=12x&git_ref_type=branch&parameter1=*"
    answer = calls.semaphore.get(f"{TARGETS}/{usable}/history?{query}")
    assert answer.json() == {"deployments": [], "cursor_before": 0, "cursor_after": 0}


@pytest.mark.parametrize(
    ("query", "status", "body"),
    [
        ("cursor_type=nonsense&cursor_value=x", 500, "Something went wrong"),
        ("cursor_type=TAG", 500, '"Internal error"'),
        ("cursor_type=7", 500, '"Internal error"'),
        (
            "cursor_value=abc",
            400,
            '"Invalid value of \'cursor_value\' param: \\"abc\\" - needs to be integer."',
        ),
        ("project_id=x", 400, "project id must be a valid UUID"),
        ("id=x", 400, "target id must be a valid UUID"),
    ],
)
def test_the_parameters_of_the_history_are_checked(
    calls: Calls, usable: str, query: str, status: int, body: str
) -> None:
    """The cursor's type before its value (C 1.10)."""
    answer = calls.semaphore.get(f"{TARGETS}/{usable}/history?{query}")
    assert (answer.status_code, answer.text) == (status, body)
