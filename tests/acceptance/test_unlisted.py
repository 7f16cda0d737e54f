"""Lists that leave out what there is: nothing is taken for gone by them alone."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import httpx
import pytest

from reconciler.kinds import KINDS
from reconciler.remote import routes
from tests.acceptance.conftest import TOKEN, Program, Ran
from tests.acceptance.renaming import BOARD, NOTE, PROJECT, SCHEDULE, SECRET, TARGET
from tests.embedded.servers import ADMIN, PROJECTS, Server, served

ORGANIZATION = {
    "Dashboard": BOARD,
    "Notification": NOTE.replace("[x]", "[]"),
    "Secret": """apiVersion: v1beta
kind: Secret
metadata: {name: NAME}
data: {env_vars: [{name: T, value_from: {env: T}}]}
""",
}
INSIDE = {"DeploymentTarget": TARGET, "ProjectSecret": SECRET, "Schedule": SCHEDULE}
HOME = PROJECT.replace("NAME", "home")
EMPTY = {
    "Dashboard": '{"dashboards": []}',
    "DeploymentTarget": "[]",
    "Notification": '{"notifications": []}',
    "ProjectSecret": '{"secrets": []}',
    "Schedule": "[]",
    "Secret": '{"secrets": []}',
}
EACH = pytest.mark.parametrize("kind", EMPTY)


@pytest.fixture
def server(place: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("T", "nightjar-1")
    with served(place, "--organization", "acme", "--token", TOKEN, "--db", ":memory:") as found:
        yield found


def _run(reconciler: Program, server: Server, *arguments: str) -> Ran:
    return reconciler("--org", f"{server.url}/acme", *arguments, "m.yml")


def _home(server: Server) -> httpx.Response:
    return server.get(f"/acme{PROJECTS}/home", token=TOKEN)


def _manifest(kind: str, rules: str = "") -> str:
    text = (INSIDE | ORGANIZATION)[kind].replace("NAME", "x").partition("reconciler:")[0]
    return f"{HOME}---\n{text}{rules}"


def _hidden(reconciler: Program, server: Server, place: Path, kind: str, rules: str = "") -> str:
    """Have something of ours which no list shows any more; return the path of the list."""
    (place / "m.yml").write_text(_manifest(kind, rules))
    ran = _run(reconciler, server, "apply", "--auto-approve")
    assert ran.code == 0, ran
    home = _home(server).json()["metadata"]["id"] if kind in INSIDE else ""
    path, _ = routes.collection(KINDS[kind], home)
    answer = {"action": "answer", "status": 200, "body": EMPTY[kind], "times": None}
    server.fault("/acme", path=path, method="GET", **answer)
    return path


def _address(kind: str) -> str:
    return f"{kind}/home/x" if kind in INSIDE else f"{kind}/x"


@pytest.mark.parametrize("kind", INSIDE)
@pytest.mark.parametrize("way", ["destroy", "absent"])
def test_what_is_protected_keeps_its_project(
    reconciler: Program, server: Server, place: Path, kind: str, way: str
) -> None:
    """It is asked for by its id."""
    _hidden(reconciler, server, place, kind, "reconciler: {protect: true}\n")
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: {str(way == 'absent').lower()}}}\n")
    command = ("destroy",) if way == "destroy" else ("apply", "--max-deletes", "9")
    ran = _run(reconciler, server, *command, "--auto-approve")
    assert ran.code == (0 if way == "destroy" else 4), ran
    assert f"{_address(kind)} in it is protected" in ran.out
    assert _home(server).status_code == HTTPStatus.OK


@pytest.mark.parametrize("kind", INSIDE)
def test_what_is_ours_is_named(reconciler: Program, server: Server, place: Path, kind: str) -> None:
    """It goes with its project, as the server shows it by its id."""
    _hidden(reconciler, server, place, kind)
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: true}}\n")
    ran = _run(reconciler, server, "plan")
    assert f"{kind}/home/x" in ran.out


@EACH
def test_what_is_declared_is_compared(
    reconciler: Program, server: Server, place: Path, kind: str
) -> None:
    """It is not made a second time."""
    _hidden(reconciler, server, place, kind)
    ran = _run(reconciler, server, "plan", "--detailed-exitcode")
    assert (ran.code, "2 objects are as declared" in ran.out) == (0, True), ran


@EACH
@pytest.mark.parametrize("way", ["pruned", "absent", "destroyed"])
def test_what_is_to_go_goes(
    reconciler: Program, server: Server, place: Path, kind: str, way: str
) -> None:
    """It is planned, told by `drift`, and then it is gone."""
    _hidden(reconciler, server, place, kind)
    text = {"pruned": HOME, "absent": _manifest(kind, "reconciler: {absent: true}\n")}
    (place / "m.yml").write_text(text.get(way, _manifest(kind)))
    options = ("--prune",) if way == "pruned" else ()
    if way != "destroyed":
        for command in ("drift",), ("plan", "--detailed-exitcode"):
            ran = _run(reconciler, server, *command, *options)
            assert (ran.code, _address(kind) in ran.out) == (2, True), ran
    writing = ["destroy"] if way == "destroyed" else ["apply", "--max-deletes", "9"]
    ran = _run(reconciler, server, *writing, *options, "--auto-approve")
    assert (ran.code, _address(kind) in ran.out) == (0, True), ran
    server.request("DELETE", f"/acme{ADMIN}/faults")
    assert _address(kind) not in reconciler("--org", f"{server.url}/acme", "list").out


@EACH
def test_what_is_ours_is_listed(
    reconciler: Program, server: Server, place: Path, kind: str
) -> None:
    _hidden(reconciler, server, place, kind)
    ran = _run(reconciler, server, "list", "--format", "json", "--manifests")
    (entry,) = (e for e in json.loads(ran.out)["objects"] if e["address"] == _address(kind))
    assert (entry["live"], entry["ours"]) == (True, True)


@EACH
@pytest.mark.parametrize("declared", [True, False])
def test_nobody_knows_whether_it_is_there(
    reconciler: Program, server: Server, place: Path, kind: str, declared: bool
) -> None:
    """Of what is declared that is an error; of what is not, as if its list could not be read."""
    path = _hidden(reconciler, server, place, kind)
    broken = {"action": "answer", "status": 500, "body": "{}", "times": None}
    server.fault("/acme", path=f"{path}/*", method="GET", **broken)
    (place / "m.yml").write_text(_manifest(kind) if declared else HOME)
    ran = _run(reconciler, server, "drift", "--strict")
    if declared:
        assert ran.code == 1, ran
        assert "GET /api/" in ran.err
    else:
        assert ran.code == 2, ran
        assert "1 object of ours, declared no longer, not looked at" in ran.out
