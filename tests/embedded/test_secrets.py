"""Organization secrets of the embedded Semaphore (B 2)."""

from pathlib import Path
from typing import Any

import pytest

from reconciler.embedded import Edition
from reconciler.embedded.secrets import storage
from tests.embedded.refusals import refusal
from tests.embedded.run_calls import Clock

SECRETS = "/api/v1beta/secrets"
UUID = "6c7d1f52-0a1b-4b0e-9c7a-0123456789ab"
DATA = {
    "env_vars": [{"name": "B", "value": " 2 "}, {"name": "A", "value": "1"}],
    "files": [{"path": "/etc/x", "content": "not base64!"}],
}
MASKED = {
    "env_vars": [{"name": "B", "value": ""}, {"name": "A", "value": ""}],
    "files": [{"path": "/etc/x", "content": ""}],
}
OPEN_POLICY = {
    "projects_access": "ALL",
    "project_ids": [],
    "debug_access": "JOB_DEBUG_YES",
    "attach_access": "JOB_ATTACH_YES",
}


def secret(name: str = "db", data: Any = None, **parts: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "data": DATA if data is None else data, **parts}


CRASH = (500, 2, "Internal Server Error")


def test_values_are_hidden_in_every_answer(make_semaphore: Any) -> None:
    """Masks are empty strings, in the answer to create, too (B 2.1)."""
    semaphore = make_semaphore(clock=Clock(1_690_000_000.25))
    created = semaphore.post(SECRETS, json=secret())
    assert created.status_code == 200
    shown = created.json()
    assert list(shown) == ["metadata", "data", "org_config"]
    identifier = shown["metadata"].pop("id")
    assert shown == {
        "metadata": {
            "name": "db",
            "create_time": "1690000000",
            "update_time": "1690000000",
            "checkout_at": "0",
            "content_included": False,
        },
        "data": MASKED,
        "org_config": OPEN_POLICY,
    }
    described = semaphore.get(f"{SECRETS}/db").json()
    assert described == created.json()
    assert semaphore.get(f"{SECRETS}/{identifier}").json() == described
    assert semaphore.get(SECRETS).json()["secrets"] == [described]


def test_exposed_values_come_back_as_they_were_sent(make_semaphore: Any) -> None:
    """Raw, in their order, duplicates and all; files are never decoded (B 2.2)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    data = {**DATA, "env_vars": [*DATA["env_vars"], {"name": "A", "value": "again"}]}
    created = semaphore.post(SECRETS, json=secret(data=data)).json()
    assert created["data"] == data
    assert created["metadata"]["content_included"] is True


def test_an_empty_secret_is_valid(semaphore: Any) -> None:
    """`sem create secret NAME` sends nulls (E 2.6)."""
    created = semaphore.post(SECRETS, json=secret(data={"env_vars": None, "files": None}))
    assert created.json()["data"] == {"env_vars": [], "files": []}


def test_camel_case_and_typing_errors_of_the_reference(make_semaphore: Any) -> None:
    """Misspelt policies leave the secret open to everyone (B 9)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    body = {
        "metadata": {"name": "x"},
        "data": {"envVars": [{"name": "A", "value": "1"}]},
        "orgConfig": {"projectsAccess": "FOO", "project_access": "NONE", "debug_access": 2},
    }
    created = semaphore.post(SECRETS, json=body).json()
    assert created["data"]["env_vars"] == [{"name": "A", "value": "1"}]
    assert created["org_config"] == {**OPEN_POLICY, "debug_access": "JOB_DEBUG_NO"}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (None, {}),
        ({}, {}),
        ({"debug_access": "JOB_DEBUG_NO"}, {"debug_access": "JOB_DEBUG_NO"}),
        ({"projects_access": "ALLOWED"}, {"projects_access": "NONE"}),
        ({"projects_access": "NONE", "project_ids": ["a"]}, {"projects_access": "NONE"}),
        ({"project_ids": ["b", "a", "b"]}, {"project_ids": ["b", "a", "b"]}),
        (
            {"projects_access": "ALLOWED", "project_ids": ["b", "a"]},
            {"projects_access": "ALLOWED", "project_ids": ["b", "a"]},
        ),
    ],
)
def test_policies_are_bent_into_shape(semaphore: Any, sent: Any, stored: dict[str, Any]) -> None:
    """ALLOWED without projects is NONE, NONE forgets its projects, ALL keeps them (B 2.5)."""
    created = semaphore.post(SECRETS, json=secret(org_config=sent)).json()
    assert created["org_config"] == OPEN_POLICY | stored
    assert semaphore.get(f"{SECRETS}/db").json()["org_config"] == OPEN_POLICY | stored


def test_a_patch_replaces_data_and_policy_but_keeps_an_absent_policy(make_semaphore: Any) -> None:
    """Omitted lists become empty; `org_config: {}` resets all four fields (B 2.5)."""
    clock = Clock(1_690_000_000.25)
    semaphore = make_semaphore(secrets_exposed_content=True, clock=clock)
    policy = {"projects_access": "NONE", "attach_access": "JOB_ATTACH_NO"}
    created = semaphore.post(SECRETS, json=secret(org_config=policy)).json()
    clock.now += 60
    kept = semaphore.patch(f"{SECRETS}/db", json=secret(data={"files": DATA["files"]})).json()
    assert kept["data"] == {"env_vars": [], "files": DATA["files"]}
    assert kept["org_config"] == created["org_config"]
    assert kept["metadata"] == {**created["metadata"], "update_time": "1690000060"}
    reset = semaphore.patch(f"{SECRETS}/db", json=secret("new-name", org_config={})).json()
    assert reset["org_config"] == OPEN_POLICY
    assert reset["metadata"]["name"] == "new-name"
    assert semaphore.get(f"{SECRETS}/db").status_code == 404


def test_each_patch_moves_the_update_time(make_semaphore: Any) -> None:
    """The cipher text differs even if the values don't (B 2.2)."""
    clock = Clock(1_690_000_000.25)
    semaphore = make_semaphore(secrets_exposed_content=True, clock=clock)
    semaphore.post(SECRETS, json=secret())
    clock.now += 5
    patched = semaphore.patch(f"{SECRETS}/db", json=secret()).json()
    assert patched["metadata"]["update_time"] == "1690000005"


def test_hidden_values_refuse_every_patch_before_any_look(make_semaphore: Any) -> None:
    """Even of a missing secret and without permission, but not without metadata (B 2.5)."""
    semaphore = make_semaphore(permissions_denied=frozenset({"organization.secrets.manage"}))
    expected = (400, 9, "Secret can not be updated with API")
    assert refusal(semaphore.patch(f"{SECRETS}/none", json=secret())) == expected
    assert refusal(semaphore.patch(f"{SECRETS}/none", json={"data": {}})) == CRASH


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"data": {}}, CRASH),
        ({"metadata": {"name": "x"}}, CRASH),
        ({"metadata": {"name": "x"}, "data": None}, CRASH),
        (secret(""), (500, 2, "Unknown error")),
        (secret("  "), (500, 2, "Unknown error")),
        (secret("x" * 256), CRASH),
        (secret(UUID), (400, 3, "name should not be in uuid format")),
        (secret(f"the/{UUID}"), (400, 3, "name should not be in uuid format")),
        *(
            (
                secret(name),
                (
                    400,
                    3,
                    "name can only include alpha-numeric characters, dashes, underscores and dots",
                ),
            )
            for name in ("a/b", "é", "a;b", "[a]")
        ),
        (
            secret(data={"env_vars": [{"name": "A", "value": ""}]}),
            (400, 3, "env_vars value can't be blank"),
        ),
        (
            secret(data={"env_vars": [{"name": "A", "value": "1"}, {"name": "B", "value": " \n"}]}),
            (400, 3, "env_vars , env_vars value can't be blank"),
        ),
        (
            secret(data={"env_vars": [{"name": "1A", "value": "1"}]}),
            (400, 3, "env_vars name of enviorment variable is invalid"),
        ),
        (
            secret(data={"files": [{}]}),
            (400, 3, "files content can't be blankpath can't be blank"),
        ),
        (
            secret("", data={"env_vars": [{"name": "A"}], "files": [{"path": "p"}]}),
            (400, 3, "env_vars value can't be blank, files content can't be blank"),
        ),
        (
            secret(data={"files": [{"path": "p", "content": "x" * (6 * 1024 * 1024 + 1)}]}),
            (400, 3, "size content is too big"),
        ),
    ],
)
def test_what_creation_and_update_refuse(
    make_semaphore: Any, body: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    """The server's words, glued fragments included; content is checked before the name (B 2.5)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    assert refusal(semaphore.post(SECRETS, json=body)) == expected
    assert semaphore.get(SECRETS).json()["secrets"] == []
    before = semaphore.post(SECRETS, json=secret()).json()
    assert refusal(semaphore.patch(f"{SECRETS}/db", json=body)) == expected
    assert semaphore.get(f"{SECRETS}/db").json() == before


@pytest.mark.parametrize("name", ["a b", "x!\"#$%&'()*+,-.", "@:_", UUID.upper(), "a\n", "x" * 255])
def test_names_are_wider_than_their_error_text_says(semaphore: Any, name: str) -> None:
    """` -.` is a range and a trailing newline slips through (B 2.3)."""
    created = semaphore.post(SECRETS, json=secret(name))
    assert created.status_code == 200
    assert created.json()["metadata"]["name"] == name


def test_six_mebibytes_are_accepted(semaphore: Any) -> None:
    """The limit itself is legal (B 2.2)."""
    data = {"files": [{"path": "p", "content": "x" * (6 * 1024 * 1024)}]}
    assert semaphore.post(SECRETS, json=secret(data=data)).status_code == 200


def test_names_are_unique(make_semaphore: Any) -> None:
    """400 with code 3, on creation and on renaming (B 2.5)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    taken = (400, 3, "name has already been taken")
    semaphore.post(SECRETS, json=secret("a"))
    semaphore.post(SECRETS, json=secret("b"))
    assert refusal(semaphore.post(SECRETS, json=secret("a"))) == taken
    assert refusal(semaphore.patch(f"{SECRETS}/b", json=secret("a"))) == taken
    assert semaphore.get(f"{SECRETS}/b").status_code == 200


def test_missing_secrets(make_semaphore: Any) -> None:
    """404 with the name, unless it contains a UUID without being one (B 2.4)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    for method in ("GET", "PATCH", "DELETE"):
        for name in ("x", UUID, UUID.upper()):
            expected = (404, 5, f"Secret {name} not found")
            assert (
                refusal(semaphore.request(method, f"{SECRETS}/{name}", json=secret())) == expected
            )
        assert refusal(semaphore.request(method, f"{SECRETS}/x-{UUID}", json=secret())) == CRASH


def test_delete_answers_with_an_empty_object(semaphore: Any) -> None:
    """200 and `{}` (B 1.1)."""
    semaphore.post(SECRETS, json=secret())
    deleted = semaphore.delete(f"{SECRETS}/db")
    assert (deleted.status_code, deleted.json()) == (200, {})
    assert semaphore.get(SECRETS).json()["secrets"] == []


def test_without_permission(make_semaphore: Any, tmp_path: Path) -> None:
    """Listing and creating say so, the rest pretends that there is nothing (B 1.6)."""
    path = str(tmp_path / "db")
    make_semaphore(path=path).post(SECRETS, json=secret())
    denied = make_semaphore(
        path=path,
        secrets_exposed_content=True,
        permissions_denied=frozenset({"organization.secrets.manage"}),
    )
    assert refusal(denied.get(SECRETS)) == (403, 7, "Can't list secrets in organization")
    assert refusal(denied.post(SECRETS, json=secret())) == (
        403,
        7,
        "You are not authorized to create secrets",
    )
    for method in ("GET", "PATCH", "DELETE"):
        response = denied.request(method, f"{SECRETS}/db", json=secret())
        assert refusal(response) == (404, 5, "Secret db not found")
    assert denied.get(f"{SECRETS}?page_size=101").status_code == 400


def test_without_the_policy_permission_policies_are_ignored(make_semaphore: Any) -> None:
    """Creation stores the defaults, PATCH keeps the old policy, neither complains (B 2.5)."""
    semaphore = make_semaphore(
        secrets_exposed_content=True,
        permissions_denied=frozenset({"organization.secrets_policy_settings.manage"}),
    )
    policy = {"projects_access": "NONE"}
    assert (
        semaphore.post(SECRETS, json=secret(org_config=policy)).json()["org_config"] == OPEN_POLICY
    )
    patched = semaphore.patch(f"{SECRETS}/db", json=secret(org_config=policy))
    assert patched.json()["org_config"] == OPEN_POLICY


def test_without_the_policy_flag_policies_are_neither_stored_nor_shown(
    make_semaphore: Any, tmp_path: Path
) -> None:
    """`org_config` is null in every answer (B 2.1)."""
    path = str(tmp_path / "db")
    semaphore = make_semaphore(path=path, edition=Edition.EE)
    policy = {"projects_access": "NONE", "debug_access": 1}
    assert semaphore.post(SECRETS, json=secret(org_config=policy)).json()["org_config"] is None
    assert semaphore.get(SECRETS).json()["secrets"][0]["org_config"] is None
    assert make_semaphore(path=path).get(f"{SECRETS}/db").json()["org_config"] == OPEN_POLICY


def test_an_undefined_access_number_is_stored_and_crashes_every_answer(make_semaphore: Any) -> None:
    """The gateway lets it pass, the service can't name it (B 2.2)."""
    semaphore = make_semaphore(secrets_exposed_content=True)
    body = secret(org_config={"debug_access": 1})
    assert refusal(semaphore.post(SECRETS, json=body)) == CRASH
    assert refusal(semaphore.get(f"{SECRETS}/db")) == CRASH
    assert refusal(semaphore.get(SECRETS)) == CRASH
    assert semaphore.patch(f"{SECRETS}/db", json=secret(org_config={})).status_code == 200
    assert semaphore.get(SECRETS).status_code == 200


def test_creation_order_is_the_other_order(make_semaphore: Any) -> None:
    """By creation time with microseconds (B 1.5)."""
    clock = Clock(1_690_000_000.25)
    semaphore = make_semaphore(clock=clock)
    for name in ("c", "a", "b"):
        semaphore.post(SECRETS, json=secret(name))
        clock.now += 0.001
    query = {"order": "BY_CREATE_TIME_ASC", "page_size": 2}
    first = semaphore.get(SECRETS, params=query).json()
    assert [s["metadata"]["name"] for s in first["secrets"]] == ["c", "a"]
    query["page_token"] = first["next_page_token"]
    second = semaphore.get(SECRETS, params=query).json()
    assert [s["metadata"]["name"] for s in second["secrets"]] == ["b"]


def test_secrets_survive_a_restart_and_stay_out_of_sight(
    make_semaphore: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The values are in the database alone: in no journal, log, repr or refusal."""
    path = str(tmp_path / "db")
    semaphore = make_semaphore(path=path)
    canary = "canary-b7d1"
    data = {
        "env_vars": [{"name": "A", "value": canary}],
        "files": [{"path": "p", "content": canary}],
    }
    answers = [semaphore.post(SECRETS, json=secret(data=data)) for _ in range(2)]
    answers += [semaphore.post(SECRETS, json=secret("", data=data))]
    answers += [semaphore.post(SECRETS, json={"metadata": None, "data": data})]
    answers += [semaphore.patch(f"{SECRETS}/db", json=secret(data=data))]
    stored = storage.find_by_name(semaphore.embedded.world, "db")
    assert stored is not None
    assert stored.content.env_vars[0].value == canary
    exposed = make_semaphore(path=path, secrets_exposed_content=True)
    assert exposed.get(f"{SECRETS}/db").json()["data"] == data
    journal = repr(semaphore.embedded.journal.entries())
    seen = [repr(stored), journal, caplog.text, *(answer.text for answer in answers)]
    assert not [text for text in seen if canary in text]
