"""Lists that leave out what there is: nothing is taken for gone by them alone."""

import json
from http import HTTPStatus
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program
from tests.acceptance.hosted import EACH, HOME, INSIDE, address, home, listed_at, manifest, run
from tests.embedded.servers import ADMIN, Server

EMPTY = {
    "Dashboard": '{"dashboards": []}',
    "DeploymentTarget": "[]",
    "Notification": '{"notifications": []}',
    "ProjectSecret": '{"secrets": []}',
    "Schedule": "[]",
    "Secret": '{"secrets": []}',
    "SelfHostedAgentType": '{"agent_types": []}',
}


def _hidden(reconciler: Program, acme: Server, place: Path, kind: str, rules: str = "") -> str:
    """Have something of ours which no list shows any more; return the path of the list."""
    (place / "m.yml").write_text(manifest(kind, rules))
    ran = run(reconciler, acme, "apply", "--auto-approve")
    assert ran.code == 0, ran
    path = listed_at(acme, kind)
    answer = {"action": "answer", "status": 200, "body": EMPTY[kind], "times": None}
    acme.fault("/acme", path=path, method="GET", **answer)
    return path


@pytest.mark.parametrize("kind", INSIDE)
@pytest.mark.parametrize("way", ["destroy", "absent"])
def test_what_is_protected_keeps_its_project(
    reconciler: Program, acme: Server, place: Path, kind: str, way: str
) -> None:
    """It is asked for by its id."""
    _hidden(reconciler, acme, place, kind, "reconciler: {protect: true}\n")
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: {str(way == 'absent').lower()}}}\n")
    command = ("destroy",) if way == "destroy" else ("apply", "--max-deletes", "9")
    ran = run(reconciler, acme, *command, "--auto-approve")
    assert ran.code == (0 if way == "destroy" else 4), ran
    assert f"{address(kind)} in it is protected" in ran.out
    assert home(acme).status_code == HTTPStatus.OK


@pytest.mark.parametrize("kind", INSIDE)
def test_what_is_ours_is_named(reconciler: Program, acme: Server, place: Path, kind: str) -> None:
    """It goes with its project, as the server shows it by its id."""
    _hidden(reconciler, acme, place, kind)
    (place / "m.yml").write_text(f"{HOME}reconciler: {{absent: true}}\n")
    ran = run(reconciler, acme, "plan")
    assert f"{kind}/home/x" in ran.out


@EACH
def test_what_is_declared_is_compared(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """It is not made a second time."""
    _hidden(reconciler, acme, place, kind)
    ran = run(reconciler, acme, "plan", "--detailed-exitcode")
    assert (ran.code, "2 objects are as declared" in ran.out) == (0, True), ran


@EACH
@pytest.mark.parametrize("way", ["pruned", "absent", "destroyed"])
def test_what_is_to_go_goes(
    reconciler: Program, acme: Server, place: Path, kind: str, way: str
) -> None:
    """It is planned, told by `drift`, and then it is gone."""
    _hidden(reconciler, acme, place, kind)
    text = {"pruned": HOME, "absent": manifest(kind, "reconciler: {absent: true}\n")}
    (place / "m.yml").write_text(text.get(way, manifest(kind)))
    options = ("--prune",) if way == "pruned" else ()
    if way != "destroyed":
        for command in ("drift",), ("plan", "--detailed-exitcode"):
            ran = run(reconciler, acme, *command, *options)
            assert (ran.code, address(kind) in ran.out) == (2, True), ran
    writing = ["destroy"] if way == "destroyed" else ["apply", "--max-deletes", "9"]
    ran = run(reconciler, acme, *writing, *options, "--auto-approve")
    assert (ran.code, address(kind) in ran.out) == (0, True), ran
    acme.request("DELETE", f"/acme{ADMIN}/faults")
    assert address(kind) not in reconciler("--org", f"{acme.url}/acme", "list").out


@EACH
def test_what_is_ours_is_listed(reconciler: Program, acme: Server, place: Path, kind: str) -> None:
    _hidden(reconciler, acme, place, kind)
    ran = run(reconciler, acme, "list", "--format", "json", "--manifests")
    (entry,) = (e for e in json.loads(ran.out)["objects"] if e["address"] == address(kind))
    assert (entry["live"], entry["ours"]) == (True, True)


@EACH
@pytest.mark.parametrize("declared", [True, False])
def test_nobody_knows_whether_it_is_there(
    reconciler: Program, acme: Server, place: Path, kind: str, declared: bool
) -> None:
    """Of what is declared that is an error; of what is not, as if its list could not be read."""
    path = _hidden(reconciler, acme, place, kind)
    broken = {"action": "answer", "status": 500, "body": "{}", "times": None}
    acme.fault("/acme", path=f"{path}/*", method="GET", **broken)
    (place / "m.yml").write_text(manifest(kind) if declared else HOME)
    ran = run(reconciler, acme, "drift", "--strict")
    if declared:
        assert ran.code == 1, ran
        assert "GET /api/" in ran.err
    else:
        assert ran.code == 2, ran
        assert "1 object of ours, declared no longer, not looked at" in ran.out


@EACH
def test_what_can_not_be_looked_at_is_not_called_missing(
    reconciler: Program, acme: Server, place: Path, kind: str
) -> None:
    """It is ours by the ledger, and whether it is there is not known."""
    path = _hidden(reconciler, acme, place, kind)
    broken = {"action": "answer", "status": 500, "body": "{}", "times": None}
    acme.fault("/acme", path=f"{path}/*", method="GET", **broken)
    asked = ("list", "--manifests", "m.yml")
    ran = reconciler("--org", f"{acme.url}/acme", *asked)
    assert (ran.code, "m.yml:6:1, not read" in ran.out) == (1, True), ran
    told = json.loads(reconciler("--org", f"{acme.url}/acme", *asked, "--format", "json").out)
    (entry,) = (e for e in told["objects"] if e["address"] == address(kind))
    assert (entry["live"], entry["ours"], entry["unmanaged"]) == (None, True, False)
