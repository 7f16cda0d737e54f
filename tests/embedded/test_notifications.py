"""Notifications of the embedded Semaphore (B 4)."""

from pathlib import Path
from typing import Any

import pytest

from tests.embedded.refusals import refusal
from tests.embedded.run_calls import Clock

NOTIFICATIONS = "/api/v1alpha/notifications"
UUID = "6C7D1F52-0a1b-4b0e-9c7a-0123456789ab"
CRASH = (500, 2, "Internal Server Error")
NOTIFY = {"slack": {"endpoint": "https://hooks.test/x"}, "email": {}, "webhook": {}}
NO_PATTERNS: dict[str, list[str]] = {
    name: []
    for name in ("projects", "branches", "pipelines", "blocks", "states", "results", "tags")
}


def rule(notify: Any = NOTIFY, name: str = "", **filters: Any) -> dict[str, Any]:
    return {"name": name, "filter": filters, "notify": notify}


def notification(name: str = "ops", *rules: Any) -> dict[str, Any]:
    return {"metadata": {"name": name}, "spec": {"rules": list(rules)}}


def test_everything_unset_comes_back_as_zero(make_semaphore: Any) -> None:
    """Spec as sent, filled with zero values; nothing is defaulted (B 4.1)."""
    semaphore = make_semaphore(clock=Clock(1_690_000_000.5))
    notify = {"slack": {"endpoint": "e"}, "webhook": {"status": "INACTIVE", "timeout": "5"}}
    created = semaphore.post(
        NOTIFICATIONS, json=notification("ops", rule(notify, projects=["/.*/"], results=["failed"]))
    )
    assert created.status_code == 200
    shown = created.json()
    assert list(shown["metadata"]) == ["name", "id", "create_time", "update_time", "creator_id"]
    assert shown["metadata"]["creator_id"] == semaphore.embedded.world.user_id
    assert shown["metadata"]["create_time"] == "1690000000"
    assert shown["status"] == {"failures": []}
    assert shown["spec"]["rules"] == [
        {
            "name": "",
            "filter": {**NO_PATTERNS, "projects": ["/.*/"], "results": ["failed"]},
            "notify": {
                "slack": {"endpoint": "e", "channels": [], "message": "", "status": "ACTIVE"},
                "email": {"subject": "", "cc": [], "bcc": [], "content": "", "status": "ACTIVE"},
                "webhook": {
                    "endpoint": "",
                    "timeout": 5,
                    "action": "",
                    "retries": 0,
                    "status": "INACTIVE",
                    "secret": "",
                },
            },
        }
    ]
    for key in ("ops", shown["metadata"]["id"], shown["metadata"]["id"].upper()):
        assert semaphore.get(f"{NOTIFICATIONS}/{key}").json() == shown
    assert semaphore.get(NOTIFICATIONS).json() == {"notifications": [shown], "next_page_token": ""}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (
            notification("n", rule(projects=["/*/"])),
            (400, 3, "Pattern /*/ is not a valid regex statement"),
        ),
        (
            notification("n", rule(None, tags=["/*/"], results=["no"]), rule(blocks=["/+a/"])),
            (400, 3, "Patterns [/*/, /+a/] are not valid regex statements"),
        ),
        (
            notification("n", rule(None, results=["/pass.*/", "Passed", "failed"])),
            (
                400,
                3,
                (
                    "Value Passed is not a valid result entry."
                    " Valid values are: passed, failed, canceled, stopped."
                ),
            ),
        ),
        (
            notification("n", rule(), rule(None)),
            (400, 3, "A notification rule must have a notify field."),
        ),
        (
            notification("n", rule({"slack": {"endpoint": ""}, "email": {"bcc": ["a"]}})),
            (400, 3, "A notification rule must have at least one notification target configured."),
        ),
        (notification("n", rule(results=["a", "b"])), CRASH),
        (notification("n", rule(states=["FINISHED"])), CRASH),
        (notification("n", rule(states=[0])), CRASH),
        (notification("n", rule({**NOTIFY, "email": {"status": 7}})), CRASH),
        (notification("n", {"notify": NOTIFY}), CRASH),
        (notification("n", rule(branches=["b" * 256])), CRASH),
        (notification("n", rule(name="r" * 256)), CRASH),
        (notification("n" * 256), CRASH),
        (notification(""), CRASH),
        (notification(UUID), CRASH),
        ({"metadata": {"name": "n"}}, CRASH),
        ({"spec": {}}, CRASH),
        ({}, CRASH),
    ],
)
def test_what_creation_and_update_refuse(
    semaphore: Any, body: dict[str, Any], expected: tuple[int, int, str]
) -> None:
    """Regexes, results, targets, in this order; much is a crash and writes nothing (B 4.2)."""
    assert refusal(semaphore.post(NOTIFICATIONS, json=body)) == expected
    assert semaphore.get(NOTIFICATIONS).json()["notifications"] == []
    before = semaphore.post(NOTIFICATIONS, json=notification("ops", rule())).json()
    assert refusal(semaphore.patch(f"{NOTIFICATIONS}/ops", json=body)) == expected
    assert semaphore.get(NOTIFICATIONS).json()["notifications"] == [before]


@pytest.mark.parametrize(
    "accepted",
    [
        rule(),
        rule({"slack": {}, "webhook": {"endpoint": "e"}}),
        rule({"slack": {}, "webhook": {}, "email": {"cc": ["a@b"]}}),
        rule(states=["DONE"]),
        rule(states=[]),
        rule(results=["/.*/", "passed", "failed", "stopped", "canceled"]),
        rule(branches=["/" + "b" * 255 + "/", "/", "*", r"/^\p{L}(?<x>a)$/"]),
        rule({**NOTIFY, "webhook": {"timeout": -1, "retries": 1000, "action": "LAUNCH"}}),
    ],
)
def test_what_is_accepted(semaphore: Any, accepted: dict[str, Any]) -> None:
    """No ranges are checked, an unknown state is dropped, regexes are Perl's (B 4.1)."""
    assert semaphore.post(NOTIFICATIONS, json=notification("n", accepted)).status_code == 200


def test_no_rules_and_equal_rules(semaphore: Any) -> None:
    """Neither a minimum nor a maximum, names of rules may repeat (B 4.1)."""
    assert semaphore.post(NOTIFICATIONS, json=notification("none")).json()["spec"] == {"rules": []}
    many = [rule(name="same")] * 21
    created = semaphore.post(NOTIFICATIONS, json=notification("many", *many)).json()
    assert len(created["spec"]["rules"]) == 21


@pytest.mark.parametrize("absent", ["slack", "webhook"])
def test_the_poison_pill(make_semaphore: Any, tmp_path: Path, absent: str) -> None:
    """Committed, then unreadable for everyone until it is deleted or patched (B 4.1)."""
    path = str(tmp_path / "db")
    semaphore = make_semaphore(path=path)
    semaphore.post(NOTIFICATIONS, json=notification("healthy", rule()))
    notify = {"slack": {"endpoint": "e"}, "webhook": {"endpoint": "e"}, absent: None}
    pill = notification("pill", rule(notify))
    assert refusal(semaphore.post(NOTIFICATIONS, json=pill)) == CRASH
    again = make_semaphore(path=path)
    assert refusal(again.get(f"{NOTIFICATIONS}/pill")) == CRASH
    assert refusal(again.get(NOTIFICATIONS)) == CRASH
    assert again.get(f"{NOTIFICATIONS}/healthy").status_code == 200
    assert again.get(f"{NOTIFICATIONS}?page_size=1").status_code == 200
    taken = (400, 9, "name 'pill' has already been taken")
    assert refusal(again.post(NOTIFICATIONS, json=pill)) == taken
    cured = again.patch(f"{NOTIFICATIONS}/pill", json=notification("pill", rule()))
    assert cured.status_code == 200
    assert len(again.get(NOTIFICATIONS).json()["notifications"]) == 2
    assert refusal(again.patch(f"{NOTIFICATIONS}/pill", json=pill)) == CRASH
    assert refusal(again.get(NOTIFICATIONS)) == CRASH
    assert again.delete(f"{NOTIFICATIONS}/pill").json() == {}
    assert len(again.get(NOTIFICATIONS).json()["notifications"]) == 1


def test_a_taken_name_is_code_9(semaphore: Any) -> None:
    """Unlike that of the other kinds; nothing of the change is kept (B 4.2)."""
    semaphore.post(NOTIFICATIONS, json=notification("a", rule()))
    before = semaphore.post(NOTIFICATIONS, json=notification("b", rule())).json()
    taken = (400, 9, "name 'a' has already been taken")
    assert refusal(semaphore.post(NOTIFICATIONS, json=notification("a"))) == taken
    assert refusal(semaphore.patch(f"{NOTIFICATIONS}/b", json=notification("a"))) == taken
    assert semaphore.get(f"{NOTIFICATIONS}/b").json() == before


def test_an_update_is_a_replacement(make_semaphore: Any) -> None:
    """`spec: {}` wipes all rules; equal content does not move the update time (B 4.2)."""
    clock = Clock(1_690_000_000.5)
    semaphore = make_semaphore(clock=clock)
    created = semaphore.post(NOTIFICATIONS, json=notification("a", rule())).json()
    clock.now += 60
    same = semaphore.patch(f"{NOTIFICATIONS}/a", json=notification("a", rule()))
    assert same.json() == created
    wiped = semaphore.patch(f"{NOTIFICATIONS}/a", json={"metadata": {"name": "b"}, "spec": {}})
    assert wiped.json()["spec"] == {"rules": []}
    assert wiped.json()["metadata"] == {
        **created["metadata"],
        "name": "b",
        "update_time": "1690000060",
    }


def test_a_patch_makes_the_caller_the_owner(make_semaphore: Any) -> None:
    """That alone moves the update time (B 4.1)."""
    clock = Clock(1_690_000_000.5)
    semaphore = make_semaphore(clock=clock)
    semaphore.post(NOTIFICATIONS, json=notification("a", rule()))
    world = semaphore.embedded.world
    world.user_id = world.uuid()
    clock.now += 60
    patched = semaphore.patch(f"{NOTIFICATIONS}/a", json=notification("a", rule())).json()
    assert patched["metadata"]["creator_id"] == world.user_id
    assert patched["metadata"]["update_time"] == "1690000060"
    world.user_id = "somebody"
    expected = (400, 3, "Invalid user_id: expected a valid UUID")
    assert refusal(semaphore.post(NOTIFICATIONS, json=notification("b", rule()))) == expected


def test_missing_notifications(semaphore: Any) -> None:
    """404 with the name, but an invalid body is refused before the look-up (B 4.2)."""
    for method in ("GET", "PATCH", "DELETE"):
        for name in ("x", UUID, f"x-{UUID}"):
            response = semaphore.request(method, f"{NOTIFICATIONS}/{name}", json=notification())
            assert refusal(response) == (404, 5, f"Notification {name} not found")
    invalid = notification("x", rule(None))
    assert semaphore.patch(f"{NOTIFICATIONS}/x", json=invalid).status_code == 400
    assert semaphore.patch(f"{NOTIFICATIONS}/x", json={"spec": {}}).status_code == 404


def test_without_permission(make_semaphore: Any) -> None:
    """Listing and creating say so, the rest pretends that there is nothing (B 1.6)."""
    denied = make_semaphore(
        permissions_denied=frozenset(
            {"organization.notifications.view", "organization.notifications.manage"}
        )
    )
    assert refusal(denied.get(NOTIFICATIONS)) == (
        403,
        7,
        "Can't list notifications in organization",
    )
    assert refusal(denied.post(NOTIFICATIONS, json=notification("n", rule(None)))) == (
        403,
        7,
        "You are not authorized to create notifications",
    )
    for method in ("GET", "PATCH", "DELETE"):
        response = denied.request(method, f"{NOTIFICATIONS}/x", json=notification("n", rule(None)))
        assert refusal(response) == (404, 5, "Notification x not found")
    assert denied.get(f"{NOTIFICATIONS}?page_size=301").status_code == 400


def test_viewing_and_managing_are_two_permissions(make_semaphore: Any) -> None:
    """A reader can read (B 1.6)."""
    denied = frozenset({"organization.notifications.manage"})
    semaphore = make_semaphore(permissions_denied=denied)
    assert semaphore.get(NOTIFICATIONS).status_code == 200
    assert semaphore.post(NOTIFICATIONS, json=notification()).status_code == 403
