"""What fails in the middle of an apply: the rest goes on, dependents say why they don't."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.acceptance.conftest import Program, applied

Broken = Callable[..., None]


@pytest.fixture
def impatient(broken: Broken, monkeypatch: pytest.MonkeyPatch) -> Broken:
    """Have Semaphore misbehave, where nobody waits for what is late to show."""
    monkeypatch.setattr("reconciler.remote.reading.LAG", 0.1)
    return broken


PROJECTS = "/api/v1alpha/projects"
SKIPPED = (
    "ArtifactsRetentionPolicy/api",
    "Dashboard/main",
    "DeploymentTarget/api/production",
    "ProjectSecret/api/db",
    "Schedule/api/nightly",
)


def test_dependents_of_a_failure_are_skipped(local: Program, broken: Broken) -> None:
    """What needs the project waits for the next run, which does it all; the others are done."""
    words = "repository is not reachable"
    answer = {"status": 422, "body": f'{{"message": "{words}"}}', "path": PROJECTS}
    broken(action="answer", method="POST", **answer)
    ran = local("apply", "all.yml", "--auto-approve")
    assert ran.code == 3
    assert (
        f"        POST {PROJECTS}: 422 {words}\n        state: nothing was created\n" in ran.report
    )
    lines = ran.report.splitlines()
    for address in SKIPPED:
        assert [line for line in lines if address in line and line.endswith("skipped")]
    assert "5 were skipped: Project/api failed, and this needs it" in lines
    assert "Done: 3 of 9 changes (3 created). Failed: 1. Skipped: 5.\n" in ran.report
    assert "Remove the cause of what failed; the same command does the rest.\n" in ran.report

    broken()
    assert "Done: 6 of 6 changes (6 created).\n" in local("apply", "all.yml", "--auto-approve").out
    assert local("plan", "all.yml", "--detailed-exitcode").code == 0


LACKS = "the token is valid, but its owner lacks the permission for this"
FAILURES: dict[str, tuple[dict[str, Any], str, str]] = {
    "Secret/prod-db": (
        {"action": "answer", "status": 500, "body": '"Internal error"', "method": "POST"},
        "/api/v1beta/secrets",
        "500 Internal error (a fault of the server; try again later)",
    ),
    "DeploymentTarget/api/production": (
        {"action": "deny"},
        "/api/v1alpha/deployment_targets",
        f"401 Permission denied ({LACKS}: project.deployment_targets.manage)",
    ),
    "ArtifactsRetentionPolicy/api": (
        {"action": "deny", "method": "POST"},
        "/api/v1alpha/artifacts_retention_policies",
        f"401 Permission denied ({LACKS}: project.general_settings.manage)",
    ),
    "Notification/ops": (
        {"action": "answer", "status": 400, "body": '{"code": 3, "message": "bad rule"}'}
        | {"method": "POST"},
        "/api/v1alpha/notifications",
        "400 bad rule",
    ),
}


@pytest.mark.parametrize("address", FAILURES)
def test_others_go_on(local: Program, broken: Broken, address: str) -> None:
    """One object fails, eight are made, and the address is said once."""
    fault, path, words = FAILURES[address]
    broken(path=f"{path}*", **fault)
    ran = local("apply", "all.yml", "--auto-approve")
    assert ran.code == 3
    assert f"        POST {path}: {words}\n        state: nothing was created\n" in ran.report
    assert ran.report.count(address) == 1
    assert "Done: 8 of 9 changes (8 created). Failed: 1.\n" in ran.report
    broken()
    assert local("apply", "all.yml", "--auto-approve").code == 0
    assert local("plan", "all.yml", "--detailed-exitcode").code == 0


def test_what_was_done_without_an_answer_is_done_once(local: Program, broken: Broken) -> None:
    """The server did it and said 502: it is found by name and not made again."""
    broken(action="answer", when="after", status=502, method="POST", path="/api/v1alpha/schedules")
    ran = local("apply", "all.yml", "--auto-approve")
    assert ran.code == 0
    assert "Done: 9 of 9 changes (9 created).\n" in ran.report
    broken()
    assert local("plan", "all.yml", "--detailed-exitcode").code == 0


@pytest.mark.parametrize(
    ("one", "body", "permission"),
    [
        ("Notification/ops", '{"code": 5, "message": "no"}', "organization.notifications.manage"),
        ("Schedule/api/nightly", "Not Found", "project.scheduler.manage"),
        ("Secret/prod-db", '{"code": 5, "message": "no"}', "organization.secrets.manage"),
    ],
)
def test_a_delete_that_is_hidden_rather_than_refused(
    local: Program, impatient: Broken, one: str, body: str, permission: str
) -> None:
    """Some kinds answer 404 to who may not write them: nothing was accepted, and that is told."""
    applied(local, "all.yml")
    impatient(action="answer", status=404, body=body, method="DELETE", path="/api/*")
    ran = local("destroy", "--auto-approve", "--target", one, "all.yml")
    assert ran.code == 3, ran
    assert f" (or the owner of the token lacks {permission}" in ran.out
    assert ("accepted" in ran.out, "state: it still exists" in ran.out) == (False, True)
    impatient()
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0


@pytest.mark.parametrize(
    ("one", "path"),
    [
        ("Secret/prod-db", "/api/v1beta/secrets/*"),
        ("ProjectSecret/api/db", "/api/v1/projects/*/secrets/*"),
        ("Dashboard/main", "/api/v1alpha/dashboards/*"),
        ("Project/api", "/api/v1alpha/projects/api"),
    ],
)
def test_a_delete_of_what_is_listed_and_not_found(
    local: Program, broken: Broken, one: str, path: str
) -> None:
    """It is there, whatever a single read says: nothing is called deleted, or forgotten."""
    applied(local, "all.yml")
    broken(action="answer", status=404, body="not found", method="GET", path=path)
    ran = local("destroy", "--auto-approve", "--target", one, "all.yml")
    assert ran.code == 3, ran
    assert "not found, though the list shows it; perhaps it was just deleted, or may" in ran.out
    broken()
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0


def test_a_target_that_is_listed_and_not_found(local: Program, broken: Broken) -> None:
    """Its values are told by a single read alone, without which nothing is planned."""
    applied(local, "all.yml")
    path = "/api/v1alpha/deployment_targets/*"
    broken(action="answer", status=404, body="not found", method="GET", path=path)
    ran = local("destroy", "--auto-approve", "--target", "DeploymentTarget/*", "all.yml")
    assert (ran.code, ran.out) == (1, ""), ran
    assert "not found, though the list shows it; perhaps it was just deleted, or may" in ran.err
    broken()
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0
