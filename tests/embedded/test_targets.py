"""The life of deployment targets in the embedded Semaphore: states, tokens, times (C 1)."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.embedded.target_calls import TARGETS, Calls, refusal, token


@pytest.fixture
def calls(semaphore: Any) -> Calls:
    return Calls.of(semaphore)


@pytest.fixture
def usable(calls: Calls) -> str:
    return calls.usable()


def test_a_created_target_has_every_default(calls: Calls) -> None:
    """SYNCING, anybody, anything, empty texts; whole seconds; no content type (C 1.2, C 1.5)."""
    semaphore, project = calls.semaphore, calls.project
    answer = calls.create()
    shape = answer.json()
    assert answer.status_code == 200
    assert "content-type" not in answer.headers
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000000Z", shape.pop("created_at"))
    shape.pop("updated_at")
    shape.pop("id")
    assert shape == {
        "active": True,
        "bookmark_parameter1": "",
        "bookmark_parameter2": "",
        "bookmark_parameter3": "",
        "created_by": semaphore.embedded.world.user_id,
        "description": "",
        "last_deployment": None,
        "name": "prod",
        "object_rules": [
            {"type": "BRANCH", "match_mode": "ALL", "pattern": ""},
            {"type": "TAG", "match_mode": "ALL", "pattern": ""},
            {"type": "PR", "match_mode": "ALL", "pattern": ""},
        ],
        "organization_id": semaphore.embedded.world.org_id,
        "project_id": project,
        "state": "SYNCING",
        "state_message": "",
        "subject_rules": [{"type": "ANY", "subject_id": ""}],
        "updated_by": semaphore.embedded.world.user_id,
        "url": "",
    }


def test_unknown_fields_are_dropped(calls: Calls) -> None:
    """Among them the read-only ones which `sem` sends (C 1.3)."""
    shape = calls.create(state="USABLE", active=False, id="", organization_id="x").json()
    assert (shape["state"], shape["active"]) == ("SYNCING", True)


@pytest.mark.parametrize("query", ["", "&target_name=prod"])
def test_a_sync_takes_time_however_often_it_is_looked_at(
    make_semaphore: Callable[..., Any], query: str
) -> None:
    """It ends when it ends, and that is when the target was changed last (C 1.7)."""
    calls = Calls.of(make_semaphore(target_sync_seconds=2, clock=lambda: 1_000_000.5))
    calls.create()
    for seconds, state in (0, "SYNCING"), (1.5, "SYNCING"), (98.5, "USABLE"):
        calls.semaphore.pass_by(seconds)
        for _ in range(3):
            assert [shape["state"] for shape in calls.listed(query).json()] == [state]
    assert calls.listed().json()[0]["updated_at"] == "1970-01-12T13:46:42.000000Z"


def test_a_creation_answers_before_its_sync_ends(make_semaphore: Callable[..., Any]) -> None:
    """Even where a sync takes no time (C 1.7)."""
    calls = Calls.of(make_semaphore(target_sync_seconds=0))
    shape = calls.create().json()
    assert shape["state"] == "SYNCING"
    assert calls.read(shape["id"]).json()["state"] == "USABLE"


def test_a_syncing_target_refuses_every_write(calls: Calls) -> None:
    """PATCH, DELETE and both cordons (C 1.7)."""
    target = calls.create().json()["id"]
    for answer in (
        calls.patch(target, description="x"),
        calls.delete(target),
        calls.semaphore.patch(f"{TARGETS}/{target}/deactivate"),
        calls.semaphore.patch(f"{TARGETS}/{target}/activate"),
    ):
        assert refusal(answer) == (400, "Invalid state: SYNCING")


def test_a_patch_changes_what_it_mentions(calls: Calls, usable: str) -> None:
    """Omitted is kept, empty clears, the project stays (C 1.3)."""
    other = calls.semaphore.project("other")["metadata"]["id"]
    calls.patch(usable, description="d", url="u", bookmark_parameter1="b")
    answer = calls.patch(usable, name="new", url="", project_id=other)
    shape = answer.json()
    assert answer.status_code == 200
    assert (shape["name"], shape["description"], shape["url"]) == ("new", "d", "")
    assert (shape["bookmark_parameter1"], shape["project_id"]) == ("b", calls.project)
    assert shape["state"] == "USABLE"


def test_times_move_with_every_patch(make_semaphore: Callable[..., Any]) -> None:
    """Also with one which changes nothing, but not with an idle cordon (C 1.7)."""
    time = [1_000_000.5]
    semaphore = make_semaphore(clock=lambda: time[0])
    calls = Calls.of(semaphore)
    target = calls.usable()
    time[0] += 4
    semaphore.patch(f"{TARGETS}/{target}/activate")
    assert calls.read(target).json()["updated_at"] == "1970-01-12T13:46:40.000000Z"
    assert calls.patch(target).json()["updated_at"] == "1970-01-12T13:46:45.000000Z"
    time[0] += 5
    semaphore.patch(f"{TARGETS}/{target}/deactivate")
    shape = calls.read(target).json()
    assert shape["updated_at"] == "1970-01-12T13:46:50.000000Z"
    assert shape["created_at"] == "1970-01-12T13:46:40.000000Z"


def test_cordons_are_idempotent_and_survive_patches(calls: Calls, usable: str) -> None:
    """`active` is not settable, and CORDONED is a state of rest (C 1.7)."""
    for _ in range(2):
        answer = calls.semaphore.patch(f"{TARGETS}/{usable}/deactivate")
        assert answer.json() == {"target_id": usable, "cordoned": True}
    shape = calls.patch(usable, active=True, env_vars=[]).json()
    assert (shape["state"], shape["active"]) == ("SYNCING", False)
    calls.settle()
    assert calls.read(usable).json()["state"] == "CORDONED"
    answer = calls.semaphore.patch(f"{TARGETS}/{usable}/activate")
    assert answer.json() == {"target_id": usable, "cordoned": False}
    assert calls.read(usable).json()["state"] == "USABLE"


def test_a_deletion_syncs_and_then_the_target_is_gone(calls: Calls, usable: str) -> None:
    """Its name is taken until then (C 1.7, C 1.9)."""
    assert calls.delete(usable).json() == {"target_id": usable}
    assert refusal(calls.create()) == (400, "Changeset error")
    assert calls.read(usable).json()["state"] == "SYNCING"
    calls.settle()
    assert refusal(calls.read(usable)) == (404, "Not found")
    assert refusal(calls.delete(usable)) == (404, "Not found")
    assert calls.create().status_code == 200


def test_a_target_which_never_synced_is_deleted_at_once(calls: Calls) -> None:
    """There is no secret to delete first (C 1.7)."""
    target = calls.create(env_vars=[{"name": "1", "value": "x"}]).json()["id"]
    calls.settle()
    assert calls.delete(target).json() == {"target_id": target}
    assert calls.read(target).status_code == 404


def test_a_project_takes_its_targets_with_it(calls: Calls, usable: str) -> None:
    """In the background in the real server (C 1.7)."""
    assert calls.semaphore.delete("/api/v1alpha/projects/api").status_code == 200
    assert refusal(calls.read(usable)) == (404, "Not found")


def test_creating_with_a_held_token_answers_the_holder(calls: Calls, usable: str) -> None:
    """Whatever the body says, even about another project (C 1.8)."""
    other = Calls.of(calls.semaphore, "other")
    held = token()
    calls.patch(usable, unique_token=held)
    answer = other.create("else", unique_token=held, description="x")
    assert (answer.status_code, answer.json()["id"]) == (200, usable)
    assert answer.json() == calls.read(usable).json()
    assert other.listed().json() == []


def test_a_held_token_changes_and_deletes_nothing(calls: Calls, usable: str) -> None:
    """Neither of its holder nor of another target (C 1.8)."""
    held = token()
    other = calls.create("other", unique_token=held).json()["id"]
    calls.settle()
    assert calls.patch(usable, unique_token=held, description="x").json()["id"] == other
    assert calls.patch(other, unique_token=held, description="x").json()["description"] == ""
    assert calls.delete(usable, held).json() == {"target_id": other}
    assert calls.delete(other, held).json() == {"target_id": other}
    states = [calls.read(target).json()["state"] for target in (usable, other)]
    assert states == ["USABLE", "USABLE"]


def test_an_overwritten_token_is_new_again(calls: Calls) -> None:
    """Only the token of the latest operation is held (C 1.8)."""
    first = token()
    target = calls.create(unique_token=first).json()["id"]
    calls.settle()
    calls.patch(target)
    assert calls.patch(target, unique_token=first, url="u").json()["url"] == "u"


def test_retries_during_a_sync_are_no_refusals(calls: Calls, usable: str) -> None:
    """The token is looked up before the state (C 1.8)."""
    held = token()
    for _ in range(2):
        answer = calls.patch(usable, unique_token=held, env_vars=[])
        assert (answer.status_code, answer.json()["state"]) == (200, "SYNCING")
    calls.settle()
    held = token()
    for _ in range(2):
        answer = calls.delete(usable, held)
        assert refusal(answer) == (200, {"target_id": usable})


def test_targets_survive_a_restart(make_semaphore: Callable[..., Any], tmp_path: Path) -> None:
    """With their place in the sync."""
    path = str(tmp_path / "semaphore.db")
    calls = Calls.of(make_semaphore(path=path))
    target = calls.create().json()["id"]
    calls.semaphore.embedded.close()
    again = Calls(make_semaphore(path=path), calls.project)
    assert again.read(target).json()["state"] == "SYNCING"
    again.settle()
    assert again.read(target).json()["state"] == "USABLE"
