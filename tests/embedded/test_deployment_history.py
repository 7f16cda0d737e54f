"""The history of deployment targets: items, cursors and filters (C 1.2, C 1.10)."""

from typing import Any

import pytest

from reconciler.embedded.targets import deployments, storage
from reconciler.embedded.targets.deployments import Deployment
from tests.embedded.target_calls import TARGETS, Calls

START = 1_700_000_000_000_000
STEP = 1_500_000


@pytest.fixture
def calls(semaphore: Any) -> Calls:
    return Calls.of(semaphore)


def deployed(calls: Calls, target: str, count: int = 1, **fields: Any) -> None:
    """So many deployments of the target, one and a half seconds apart."""
    world = calls.semaphore.embedded.world
    row = storage.find(world, target)
    assert row is not None
    done = len(deployments.of_target(world, target))
    for number in range(done, done + count):
        known: dict[str, Any] = {
            "promotion": f"Deploy {number}",
            "switch_id": "switch",
            "prev_pipeline_id": "previous",
            "pipeline_id": f"pipeline {number}",
            "triggered_by": world.user_id,
            "triggered_at": START + number * STEP,
            "git_ref_type": "branch",
            "git_ref_label": "main",
            "env_vars": {},
        }
        deployments.record(world, row, Deployment(**known | fields))


def history(calls: Calls, target: str, **query: Any) -> Any:
    answer = calls.semaphore.get(f"{TARGETS}/{target}/history", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(page: dict[str, Any]) -> list[int]:
    return [int(item["target_name"].split()[1]) for item in page["deployments"]]


def test_an_item_has_every_field(calls: Calls) -> None:
    """Whole seconds, and nobody who could rerun (C 1.2)."""
    target = calls.usable()
    deployed(calls, target, env_vars={"VERSION": "1"})
    page = history(calls, target)
    assert page["deployments"][0].pop("id")
    assert page == {
        "cursor_after": 0,
        "cursor_before": 0,
        "deployments": [
            {
                "can_requester_rerun": False,
                "env_vars": [{"name": "VERSION", "value": "1"}],
                "pipeline_id": "pipeline 0",
                "prev_pipeline_id": "previous",
                "state": "STARTED",
                "state_message": "",
                "switch_id": "switch",
                "target_id": target,
                "target_name": "Deploy 0",
                "triggered_at": "2023-11-14T22:13:20.000000Z",
                "triggered_by": calls.semaphore.embedded.world.user_id,
            }
        ],
    }


def test_only_the_plain_list_shows_the_last_deployment(calls: Calls) -> None:
    """The look-up by name and the description answer null (C 1.2)."""
    target = calls.usable()
    assert calls.listed().json()[0]["last_deployment"] is None
    deployed(calls, target, 2)
    last = calls.listed().json()[0]["last_deployment"]
    assert (last["target_name"], last["state"]) == ("Deploy 1", "STARTED")
    assert calls.listed("&target_name=prod").json()[0]["last_deployment"] is None
    assert calls.read(target).json()["last_deployment"] is None


def test_what_was_not_let_through_has_failed(calls: Calls) -> None:
    """There is no pipeline, but a reason."""
    target = calls.usable()
    deployed(calls, target, pipeline_id="", state_message="banned_subject")
    item = history(calls, target)["deployments"][0]
    assert (item["state"], item["state_message"]) == ("FAILED", "banned_subject")


def test_pages_lead_back_and_forth(calls: Calls) -> None:
    """Ten items each, newest first; a cursor is the time of an item at the edge."""
    target = calls.usable()
    deployed(calls, target, 25)
    first = history(calls, target)
    assert names(first) == list(range(24, 14, -1))
    assert (first["cursor_after"], first["cursor_before"]) == (0, START + 15 * STEP)
    second = history(calls, target, cursor_type="BEFORE", cursor_value=first["cursor_before"])
    assert names(second) == list(range(14, 4, -1))
    assert (second["cursor_after"], second["cursor_before"]) == (
        START + 14 * STEP,
        START + 5 * STEP,
    )
    third = history(calls, target, cursor_type="before", cursor_value=second["cursor_before"])
    assert names(third) == [4, 3, 2, 1, 0]
    assert third["cursor_before"] == 0
    back = history(calls, target, cursor_type="AFTER", cursor_value=third["cursor_after"])
    assert names(back) == list(range(14, 4, -1))
    assert (back["cursor_after"], back["cursor_before"]) == (START + 14 * STEP, START + 5 * STEP)
    front = history(calls, target, cursor_type="1", cursor_value=back["cursor_after"])
    assert names(front) == list(range(24, 14, -1))


def test_after_the_beginning_of_time_comes_the_oldest_page(calls: Calls) -> None:
    """With nothing before it there is nothing to lead back to."""
    target = calls.usable()
    deployed(calls, target, 25)
    page = history(calls, target, cursor_type="AFTER", cursor_value=1)
    assert names(page) == list(range(9, -1, -1))
    assert (page["cursor_after"], page["cursor_before"]) == (START + 9 * STEP, 0)


@pytest.mark.parametrize("cursor", [("AFTER", START), ("BEFORE", START * 2)])
def test_cursors_near_the_newest_mean_the_first_page(calls: Calls, cursor: tuple[str, int]) -> None:
    """At most eleven newer ones, or nothing newer at all."""
    target = calls.usable()
    deployed(calls, target, 11)
    page = history(calls, target, cursor_type=cursor[0], cursor_value=cursor[1])
    assert names(page) == list(range(10, 0, -1))
    assert (page["cursor_after"], page["cursor_before"]) == (0, START + STEP)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"git_ref_type": "tag"}, [1]),
        ({"git_ref_type": "TAG"}, []),
        ({"git_ref_label": "main"}, [2, 0]),
        ({"triggered_by": "someone"}, [2]),
        ({"git_ref_type": " "}, [2, 1, 0]),
        ({"git_ref_type": "branch", "git_ref_label": "v1"}, []),
    ],
)
def test_filters_are_exact(calls: Calls, query: dict[str, str], found: list[int]) -> None:
    """Reference types in lower case; blank filters are none."""
    target = calls.usable()
    deployed(calls, target)
    deployed(calls, target, git_ref_type="tag", git_ref_label="v1")
    deployed(calls, target, triggered_by="someone")
    assert names(history(calls, target, **query)) == found


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("1.2.3", [0]),
        ("1.2*", []),
        ("staging", [1]),
        ("stag*", [1]),
        ("%g", [1]),
        ("stag", []),
        ("1\\.\\d.*", [0]),
        ("(s+)+taging", []),
        ("[", []),
        ("x" * 101, []),
    ],
)
def test_bookmarked_parameters_are_filtered_by_pattern(
    calls: Calls, pattern: str, found: list[int]
) -> None:
    """Exact or by wildcard; with a dot it is an anchored expression, unless long or slow."""
    target = calls.usable(bookmark_parameter1="VERSION")
    deployed(calls, target, env_vars={"VERSION": "1.2.3"})
    deployed(calls, target, env_vars={"VERSION": "staging", "OTHER": "1.2.3"})
    deployed(calls, target)
    assert names(history(calls, target, parameter1=pattern)) == found
    assert names(history(calls, target, parameter2=pattern)) == []


def test_the_history_goes_with_its_target(calls: Calls) -> None:
    """As does everything else of it."""
    target = calls.usable()
    deployed(calls, target)
    calls.delete(target)
    calls.settle()
    calls.listed()
    world = calls.semaphore.embedded.world
    assert storage.find(world, target) is None
    assert deployments.of_target(world, target) == []
