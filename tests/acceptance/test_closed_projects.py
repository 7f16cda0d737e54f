"""A project of ours that the owner of the token can't see any more: it is there, and is said."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, Ran
from tests.acceptance.hosted import HOME, INSIDE, run
from tests.acceptance.renaming import PROJECT
from tests.embedded.servers import PROJECTS, Server

INSIDES = "".join(
    f"---\n{text.replace('NAME', 'x').partition('reconciler:')[0]}" for text in INSIDE.values()
)
OTHER = PROJECT.replace("NAME", "other").replace("api.git", "other.git")


@pytest.fixture
def closed(
    reconciler: Program, acme: Server, place: Path, monkeypatch: pytest.MonkeyPatch
) -> Server:
    """One project, with something of each kind in it, and beside it one that shows."""
    monkeypatch.setenv("T", "one")
    (place / "m.yml").write_text(f"{HOME}{INSIDES}---\n{OTHER}")
    assert run(reconciler, acme, "apply", "--auto-approve").code == 0
    shown = [p for p in acme.get(f"/acme{PROJECTS}").json() if p["metadata"]["name"] != "home"]
    listing = {"action": "answer", "status": 200, "body": json.dumps(shown), "times": None}
    acme.fault("/acme", path=PROJECTS, method="GET", **listing)
    acme.fault("/acme", path=f"{PROJECTS}/home*", action="deny", times=None)
    return acme


def test_it_is_declared_no_longer(reconciler: Program, closed: Server, place: Path) -> None:
    """Plan and drift name it with all of ours in it; with --strict that is no success."""
    (place / "m.yml").write_text(OTHER)
    for command in (
        ("plan", "--prune"),
        ("drift", "--prune"),
        ("apply", "--prune", "--auto-approve"),
    ):
        ran = run(reconciler, closed, *command)  # what is ours can't be told from what is not
        assert (ran.code, "the owner of the token can't see it" in ran.err) == (1, True), ran
        left = run(
            reconciler, closed, *command, "--exclude", "Project/home", "--exclude", "*/home*"
        )
        assert left.code == 0, left
    for look in (["plan", "--detailed-exitcode"], ["drift"]):
        ran = run(reconciler, closed, *look)
        assert (ran.code, "Not looked into:" in ran.out) == (0, True), ran
        assert "  Project/home: the project exists, and the owner of the token" in ran.out
        assert all(f"  {kind} in Project/home: " in ran.out for kind in INSIDE)
        strict = run(reconciler, closed, *look, "--strict")
        assert (strict.code, "4 objects of ours, declared no longer" in strict.out) == (2, True)
    assert run(reconciler, closed, "drift", "--unmanaged", "fail").code == 2
    told = _told(run(reconciler, closed, "plan", "--format", "json"))
    assert {(part["kind"], part["project"]) for part in told["unread"]} >= {("Project", "home")}


@pytest.mark.parametrize("declared", [True, False])
def test_it_is_listed(reconciler: Program, closed: Server, place: Path, declared: bool) -> None:
    """As what could not be read, and not as what is not there."""
    if not declared:
        (place / "m.yml").write_text(OTHER)
    listed = ("list", "--format", "json", "--manifests")
    ran = run(reconciler, closed, *listed)
    told = _told(ran)
    assert (ran.code, told["coverage"]["percent"]) == (1, None)
    assert ("Project", "home") in {(part["kind"], part["project"]) for part in told["unread"]}
    if declared:
        live = {each["address"]: (each["live"], each["ours"]) for each in told["objects"]}
        assert live["Project/home"] == (None, True)
        assert live["ProjectSecret/home/x"] == (None, True)


def test_it_is_left_out(reconciler: Program, closed: Server) -> None:
    """As the error says: all else is planned, watched and applied."""
    for command in (("plan",), ("drift",), ("apply", "--auto-approve")):
        stopped = run(reconciler, closed, *command)
        assert (stopped.code, "leave it out by --exclude '*/home'" in stopped.err) == (1, True)
        out = ("--exclude", "*/home", "--exclude", "*/home/*")
        for chosen in (out, ("--target", "Project/other")):
            ran = run(reconciler, closed, *command, *chosen)
            assert (ran.code, "as declared" in ran.out) == (0, True), ran


def test_what_was_not_asked_for_is_not_missing(reconciler: Program, closed: Server) -> None:
    """A list of something else is whole without it."""
    for chosen in (("Project/other",), ("--exclude", "*home*"), ("--exclude", "*/home*")):
        ran = run(reconciler, closed, "list", *chosen, "--manifests")
        assert (ran.code, "1 of 1 object" in ran.out) == (0, True), ran
    forgotten = reconciler("--org", f"{closed.url}/acme", "forget", "Project/home")
    assert forgotten.code == 0, forgotten
    told = _told(run(reconciler, closed, "list", "*/home/*", "--format", "json", "--manifests"))
    assert {part["kind"] for part in told["unread"]} >= set(INSIDE)


def _told(ran: Ran) -> Any:
    return json.loads(ran.out)
