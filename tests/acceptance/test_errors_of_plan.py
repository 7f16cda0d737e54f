"""Every way in which reading can fail: one message that says where, what and what next."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import FAULTS, Program, applied
from tests.embedded.servers import Server, served

TARGETS = "/api/v1alpha/deployment_targets"
NOTIFICATIONS = "/api/v1alpha/notifications"
Broken = Callable[..., None]

SHAPES = {
    '{"message": "spec is wrong"}': (400, "400 spec is wrong"),
    '"quoted words"': (400, "400 quoted words"),
    "bare words": (400, "400 bare words"),
    '{"code": 3, "message": "grpc words", "details": []}': (400, "400 grpc words"),
    '{"error": "an error"}': (422, "422 an error"),
    "<!doctype html><title>Page not found</title>": (404, "404 Page not found"),
    "Something went wrong": (413, "413 Something went wrong"),
    '{"code": 6, "message": "exists", "details": []}': (409, "409 exists"),
    '"Internal error"': (500, "500 Internal error (a fault of the server; try again later; if"),
    "": (502, "502 Bad Gateway (a fault of the server; try again later)"),
    "no healthy upstream": (503, "503 no healthy upstream (a fault of the server"),
    "slow down": (429, "429 slow down (the server asks to slow down; try again later"),
}


@pytest.mark.parametrize("body", SHAPES)
@pytest.mark.parametrize("command", ["plan", "apply"])
def test_every_shape_of_an_error(local: Program, broken: Broken, body: str, command: str) -> None:
    """The server's words come through, whatever they are wrapped in; nothing was changed."""
    status, words = SHAPES[body]
    broken(action="answer", status=status, body=body, path=NOTIFICATIONS, retry_after="0")
    code, out, err = local(command, "all.yml")
    assert (code, out) == (1, "")
    assert err.startswith(f"error: Notification: GET {NOTIFICATIONS}: {words}")
    assert err.endswith("Nothing was changed.\n") == (command == "apply")
    assert len(err.splitlines()) == (2 if command == "apply" else 1)


DENIED = {
    "/api/v1alpha/projects/*": ("Project/api", "401 Unauthorized", "project.view"),
    "/api/v1beta/secrets*": (
        "Secret",
        "403 Can't list secrets in organization",
        "organization.secrets.manage",
    ),
    "/api/v1/projects/*": (
        "ProjectSecret/api",
        "403 User is not authorized to perform this operation",
        "project.secrets.manage",
    ),
    "/api/v1alpha/self_hosted*": (
        "SelfHostedAgentType",
        "401 Permission denied",
        "organization.self_hosted_agents.view",
    ),
    "/api/v1alpha/deployment_targets*": (
        "DeploymentTarget/api",
        "401 Permission denied",
        "project.deployment_targets.view",
    ),
    "/api/v1alpha/schedules*": ("Schedule/api", "404 Not Found", "project.scheduler.view"),
    "/api/v1alpha/notifications*": (
        "Notification",
        "403 Can't list notifications in organization",
        "organization.notifications.view",
    ),
    "/api/v1alpha/artifacts_retention_policies*": (
        "ArtifactsRetentionPolicy/api",
        "401 Permission denied",
        "project.general_settings.view",
    ),
}


@pytest.mark.parametrize("path", DENIED)
def test_missing_permissions(local: Program, broken: Broken, path: str) -> None:
    """They look different on every server (D 2), and are told in the same way."""
    applied(local, "all.yml")
    about, words, permission = DENIED[path]
    hidden = "/api/v1alpha/projects*" if "projects/*" in path and "v1alpha" in path else path
    broken(action="deny", path=hidden)
    code, out, err = local("plan", "all.yml")
    assert (code, out) == (1, "")
    assert err.startswith(f"error: {about}: GET /api/")
    assert f": {words} (" in err
    assert f" {permission}" in err.splitlines()[0]


def test_a_wrong_token(
    reconciler: Program, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told which server refused it, and where it came from."""
    monkeypatch.setenv("SEMAPHORE_API_TOKEN", "wrong-nightjar")
    url = f"{server.url}/acme"
    code, out, err = reconciler("--org", url, "-q", "plan", "all.yml")
    assert (code, out) == (1, "")
    assert err == (
        f"error: GET {url}/api/v1alpha/projects: 401 Unauthorized (the token from "
        "SEMAPHORE_API_TOKEN is not accepted: it is wrong, revoked, or another organization's)\n"
    )


def test_an_unknown_organization(reconciler: Program, server: Server) -> None:
    """It is told at which address there is none, and where that came from."""
    url = f"{server.url}/nobody"
    code, _, err = reconciler("--org", url, "-q", "plan", "all.yml")
    assert code == 1
    assert err == (
        f"error: GET {url}/api/v1alpha/projects: 404 Not Found "
        "(no organization answers at the address from --org)\n"
    )


def test_connection_refused(reconciler: Program) -> None:
    """Nobody listens: the address is named."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        code, _, err = reconciler("--org", url, "-q", "apply", "all.yml", "--auto-approve")
    assert code == 1
    assert err == (
        f"error: GET {url}/api/v1alpha/projects: connection refused (the address is from --org)\n"
        "Nothing was changed.\n"
    )


def test_tls(reconciler: Program, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that is not trusted, the same once it is, and no TLS at all."""
    with served(place, "--tls", "--db", ":memory:") as secure:
        code, _, err = reconciler("--org", secure.url, "-q", "plan", "all.yml")
        assert code == 1
        assert f"GET {secure.url}/api/v1alpha/projects: certificate verify failed" in err
        assert "(set SSL_CERT_FILE to the certificate of the authority that signed it)" in err
        monkeypatch.setenv("SSL_CERT_FILE", str(secure.certificate))
        assert reconciler("--org", secure.url, "-q", "plan", "all.yml").code == 0


def test_no_tls(reconciler: Program, server: Server) -> None:
    """A port that speaks plain HTTP is not called a wrong version number."""
    url = server.url.replace("http://", "https://")
    code, _, err = reconciler("--org", url, "-q", "plan", "all.yml")
    assert code == 1
    assert err == (
        f"error: GET {url}/api/v1alpha/projects: TLS failed: what answers there does not speak "
        "TLS (the address is from --org)\n"
    )


def test_a_limit_for_the_whole_run(reconciler: Program, server: Server) -> None:
    """It is told that it was the run's own limit that ended it."""
    server.fault("/beta", action="hang", path="*")
    url = f"{server.url}/beta"
    code, _, err = reconciler("--org", url, "-q", "plan", "--timeout", "2", "all.yml")
    assert code == 1
    assert f"error: GET {url}/api/v1alpha/projects: no complete answer within " in err
    assert "(the limit for the whole run was 2 s)" in err


def test_a_lost_connection(reconciler: Program, server: Server) -> None:
    """A connection that breaks is tried again, and named if it keeps breaking."""
    server.fault("/acme", action="reset", path=NOTIFICATIONS, times=4)
    url = f"{server.url}/acme"
    code, _, err = reconciler("--org", url, "-q", "plan", "all.yml")
    assert code == 1
    assert err == (
        f"error: Notification: GET {url}{NOTIFICATIONS}: "
        "the connection was lost before the answer was complete\n"
    )


def test_unreadable_faults_are_a_wrong_setting(
    local: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The environment is the user's, and so is the mistake."""
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", "[{")
    code, out, err = local("plan", "all.yml")
    assert (code, out) == (1, "")
    assert err == "error: RECONCILER_EMBEDDED_FAULTS: faults are a list in JSON\n"


def test_a_project_that_is_closed_by_now(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is only remembered stops nobody, and is not called gone; a declared one does."""
    applied(local, "all.yml")
    (place / "m.yml").write_text("apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: other}\n")
    listing = {"method": "GET", "path": "^/api/v1alpha/projects(\\?.*)?$", "times": None}
    unlisted = {**listing, "action": "answer", "status": 200, "body": "[]"}
    closed = {"action": "deny", "path": "*/projects/api*", "times": None}
    monkeypatch.setenv(FAULTS, json.dumps([unlisted, closed]))
    for command in ("plan", "drift"):
        ran = local(command, "m.yml")
        assert (ran.code != 1, "ours no longer" in ran.out) == (True, False), ran
    ran = local("plan", "all.yml")
    assert (ran.code, "if it was just created, try again" in ran.err) == (1, True), ran
