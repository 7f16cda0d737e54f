"""Environment variables and files of deployment targets in the embedded Semaphore (C 1.4)."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest

from tests.embedded.target_calls import Calls, refusal

CONTENT = base64.b64encode(b"key").decode()
EMPTY: dict[str, list[Any]] = {"env_vars": [], "files": []}
INVALID = '%{code: :FAILED_PRECONDITION, message: "invalid data"}'


def md5(value: str) -> str:
    return hashlib.md5(value.encode()).hexdigest()  # noqa: S324 - what the server shows


def env(**values: Any) -> list[dict[str, Any]]:
    return [{"name": name, "value": value} for name, value in values.items()]


def hashed(**values: str) -> list[dict[str, str]]:
    return env(**{name: md5(value) for name, value in values.items()})


def files(**contents: Any) -> list[dict[str, Any]]:
    return [{"path": path, "content": content} for path, content in contents.items()]


@pytest.fixture
def calls(semaphore: Any) -> Calls:
    return Calls.of(semaphore)


def test_values_are_only_shown_as_md5_and_only_when_asked(calls: Calls) -> None:
    """For a file the MD5 of its base64 text; never in lists (C 1.4)."""
    target = calls.usable(env_vars=env(A="secret-a"), files=files(f=CONTENT))
    shown = calls.read(target, "?include_secrets=YES").json()
    assert shown["env_vars"] == hashed(A="secret-a")
    assert shown["files"] == [{"path": "f", "content": md5(CONTENT)}]
    for answer in (
        calls.read(target),
        calls.read(target, "?include_secrets=1"),
        calls.listed("&include_secrets=true"),
        calls.listed("&target_name=prod&include_secrets=true"),
        calls.patch(target, env_vars=env(A="secret-b")),
    ):
        assert "env_vars" not in answer.text
        assert "secret" not in answer.text


def test_nothing_is_shown_before_the_first_sync_is_over(calls: Calls) -> None:
    """Empty lists, not an error; afterwards the old values until the new are in (C 1.4)."""
    target = calls.create(env_vars=env(A="1")).json()["id"]
    assert calls.secrets(target) == EMPTY
    calls.settle()
    assert calls.secrets(target)["env_vars"] == hashed(A="1")
    calls.patch(target, env_vars=env(A="2"))
    assert calls.secrets(target)["env_vars"] == hashed(A="1")
    calls.settle()
    assert calls.secrets(target)["env_vars"] == hashed(A="2")


def test_a_creation_keeps_order_and_duplicates(calls: Calls) -> None:
    """And an MD5 is text like any other (C 1.4)."""
    pairs = [*env(B="1"), *env(A=md5("1")), *env(B="2")]
    target = calls.usable(env_vars=pairs)
    shown = [*hashed(B="1"), *hashed(A=md5("1")), *hashed(B="2")]
    assert calls.secrets(target)["env_vars"] == shown


def test_an_update_sorts_and_the_last_of_equal_names_wins(calls: Calls) -> None:
    """Up to 32 items; more come in the order of hashes, the same each time (C 1.4)."""
    target = calls.usable()
    calls.patch(target, env_vars=[*env(B="1"), *env(A="2"), *env(B="3")])
    calls.settle()
    assert calls.secrets(target)["env_vars"] == hashed(A="2", B="3")
    many = {f"V{number:02}": "x" for number in range(33)}
    calls.patch(target, env_vars=env(**many))
    calls.settle()
    shown = calls.secrets(target)["env_vars"]
    assert shown != hashed(**many)
    assert sorted(shown, key=lambda pair: pair["name"]) == hashed(**many)


@pytest.mark.parametrize("fields", [{}, {"env_vars": None}, {"env_vars": None, "files": None}])
def test_an_update_without_secrets_leaves_them_alone(calls: Calls, fields: dict[str, Any]) -> None:
    """There is no SYNCING phase either (C 1.4)."""
    target = calls.usable(env_vars=env(A="1"), files=files(f=CONTENT))
    assert calls.patch(target, url="x", **fields).json()["state"] == "USABLE"
    assert calls.secrets(target)["env_vars"] == hashed(A="1")


@pytest.mark.parametrize(
    ("fields", "env_vars", "paths"),
    [
        ({"env_vars": env(B="2")}, hashed(B="2"), []),
        ({"env_vars": env(B="2"), "files": None}, hashed(B="2"), []),
        ({"files": files(g=CONTENT)}, [], ["g"]),
        ({"env_vars": []}, [], []),
        ({"env_vars": env(A=md5("1")), "files": files(f=md5(CONTENT))}, hashed(A="1"), ["f"]),
    ],
)
def test_one_of_the_two_lists_empties_the_other(
    calls: Calls, fields: dict[str, Any], env_vars: list[Any], paths: list[str]
) -> None:
    """They are one unit (C 1.4)."""
    target = calls.usable(env_vars=env(A="1"), files=files(f=CONTENT))
    assert calls.patch(target, **fields).json()["state"] == "SYNCING"
    calls.settle()
    shown = calls.secrets(target)
    assert shown["env_vars"] == env_vars
    assert [file["path"] for file in shown["files"]] == paths


def test_the_md5_of_the_current_value_keeps_it(calls: Calls) -> None:
    """In any case, but only under the same name (C 1.4)."""
    target = calls.usable(env_vars=env(A="1", B="2"))
    calls.patch(target, env_vars=env(A=md5("1").upper(), C=md5("2")))
    calls.settle()
    assert calls.secrets(target)["env_vars"] == hashed(A="1", C=md5("2"))


@pytest.mark.parametrize(
    "bad",
    [
        {"env_vars": env(A="")},
        {"env_vars": env(A=" \t")},
        {"env_vars": [{"name": "A"}]},
        {"env_vars": [{"name": "1A", "value": "x"}]},
        {"files": [{"path": " ", "content": CONTENT}]},
        {"files": [{"path": "f", "content": ""}]},
        {"files": [{"path": "f", "content": "x" * (6 * 1024 * 1024)}]},
    ],
)
def test_bad_secrets_end_unusable_after_the_answer(calls: Calls, bad: dict[str, Any]) -> None:
    """The request succeeds; the sync is tried for a long time, and fails (C 1.4, C 1.7)."""
    answer = calls.create(**bad)
    assert (answer.status_code, answer.json()["state"]) == (200, "SYNCING")
    target = answer.json()["id"]
    for seconds, state in (149, "SYNCING"), (2, "UNUSABLE"):
        calls.semaphore.pass_by(seconds)
        assert calls.read(target).json()["state"] == state
    assert calls.read(target).json()["state_message"] == INVALID
    assert calls.secrets(target) == EMPTY


def test_only_new_secrets_heal_an_unusable_target(calls: Calls) -> None:
    """Other updates leave state and message as they are, a cordon hides the state (C 1.7)."""
    target = calls.usable(env_vars=env(A="1"))
    calls.patch(target, env_vars=env(A=None))
    calls.settle()
    assert calls.patch(target, url="x").json()["state_message"] == INVALID
    calls.semaphore.patch(f"/api/v1alpha/deployment_targets/{target}/deactivate")
    shape = calls.read(target).json()
    assert (shape["state"], shape["state_message"]) == ("CORDONED", INVALID)
    calls.semaphore.patch(f"/api/v1alpha/deployment_targets/{target}/activate")
    assert calls.secrets(target)["env_vars"] == hashed(A="1")
    calls.patch(target, env_vars=env(A=md5("1")))
    calls.settle()
    shape = calls.read(target).json()
    assert (shape["state"], shape["state_message"]) == ("USABLE", "")


@pytest.mark.parametrize(
    "bad",
    [
        {"env_vars": env(A=5)},
        {"env_vars": env(A=None)},
        {"env_vars": ["A=5"]},
        {"files": {"path": "f"}},
    ],
)
def test_malformed_items_crash(calls: Calls, bad: dict[str, Any]) -> None:
    """Wrong types are never coerced (C 1.4)."""
    answer = calls.create(**bad)
    assert (answer.status_code, answer.text) == (500, "Something went wrong")
    assert calls.listed().json() == []


def test_the_shown_secrets_need_no_permission_to_manage(
    make_semaphore: Callable[..., Any], tmp_path: Any
) -> None:
    """Meant to, but the refusal is thrown away (C 1.4)."""
    path = str(tmp_path / "semaphore.db")
    calls = Calls.of(make_semaphore(path=path))
    target = calls.usable(env_vars=env(A="1"))
    calls.semaphore.embedded.close()
    denied = frozenset({"project.deployment_targets.manage"})
    viewer = Calls(make_semaphore(path=path, permissions_denied=denied), calls.project)
    viewer.settle()
    assert viewer.secrets(target)["env_vars"] == hashed(A="1")
    refused = viewer.patch(target)
    assert (refused.status_code, refused.text) == (401, "Permission denied")


def test_no_value_reaches_the_journal(calls: Calls) -> None:
    """Not even one given in a body that is refused."""
    assert refusal(calls.create("a b", env_vars=env(A="canary"))) == (400, "Changeset error")
    assert "canary" not in repr(calls.semaphore.embedded.journal.entries())
