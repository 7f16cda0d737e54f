"""A retention policy that nobody declares goes on deleting artifacts: it is told as all else."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import DASHBOARD, PROJECT, RETENTION, WEB

POLICY = "ArtifactsRetentionPolicy/api"
LASTS = (
    "Ours and declared no longer, there as long as its project, for Semaphore's API can't delete "
    f"it: {POLICY}.\n"
)


@pytest.fixture
def theirs(local: Program, place: Path) -> Program:
    """Two projects, of which one has a policy; we know of neither."""
    (place / "seed.yml").write_text(f"{PROJECT}---\n{WEB}---\n{RETENTION}")
    assert local("apply", "--auto-approve", "--ledger", "none", "seed.yml").code == 0
    (place / "seed.yml").unlink()
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}")
    return local


def _reads(place: Path, before: int = 0) -> list[str]:
    """The policies that were asked for after some request."""
    with sqlite3.connect(place / ".reconciler/embedded.db") as database:
        found = database.execute(
            "SELECT path FROM journal WHERE number > ? AND path LIKE '%retention%'", (before,)
        )
        return [path for (path,) in found]


def _last(place: Path) -> int:
    with sqlite3.connect(place / ".reconciler/embedded.db") as database:
        return int(database.execute("SELECT max(number) FROM journal").fetchone()[0])


@pytest.mark.parametrize("rules", ["{}", "{job_level_retention_policies: []}"])
def test_the_empty_one_of_a_new_project(local: Program, place: Path, rules: str) -> None:
    """It is as declared from the project's beginning: there is nothing to make ours."""
    empty = f"{RETENTION.partition('spec:')[0]}spec: {rules}\n"
    (place / "m.yml").write_text(f"{PROJECT}---\n{empty}")
    assert document(local, "plan", "m.yml")["unchanged"] == [POLICY]
    applied(local, "m.yml")
    for command in ("plan", "apply"):
        told = document(local, command, "m.yml")
        told = told.get("plan", told)
        assert (told["adopted"], told["changes"], told["unchanged"]) == (
            [],
            [],
            [POLICY, "Project/api"],
        )
    assert "Not ours" not in local("plan", "m.yml").out
    (place / "m.yml").write_text(PROJECT)
    looked = document(local, "drift", "m.yml")
    assert (looked["orphaned"], looked["unmanaged"]) == ([], [])


def test_what_is_adopted_and_never_pruned(theirs: Program, place: Path) -> None:
    """Of a policy nothing is said that pruning does not do."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    out = theirs("plan", "m.yml").out
    pruned = "--prune may delete them once undeclared: Project/api.\n"
    assert f"Not ours so far; apply adopts them, and {pruned}" in out
    lasts = f"Not ours so far; apply adopts what is there as long as its project: {POLICY}.\n"
    assert lasts in out


@pytest.mark.parametrize("command", ["plan", "drift"])
def test_what_is_ours_is_counted_once(local: Program, place: Path, command: str) -> None:
    """And what is declared no longer is not told beside what others made, in text and JSON."""
    board = DASHBOARD.replace("project_id: api", "")
    kept = board.replace("main", "kept") + "reconciler: {protect: true}\n"
    both = f"{board}---\n{kept}---\n{board.replace('main', 'mine')}"
    (place / "m.yml").write_text(both)
    applied(local, "m.yml")
    seeded(local, place, board.replace("main", "theirs"))
    (place / "m.yml").write_text(board)
    told = document(local, command, "m.yml")
    assert told["orphaned"] == ["Dashboard/mine"]
    out = local(command, "m.yml").out
    words = {"plan": "Live and declared nowhere, left alone: 1 object.\n", "drift": ": 1\n"}
    assert words[command] in out
    assert (out.count("Dashboard/mine"), out.count("Dashboard/kept")) == (1, 1)
    for looked in (told, document(local, command, "--prune", "m.yml")):
        assert looked["staying"] == ["Dashboard/kept"]
        assert looked["unmanaged"] == ["Dashboard/theirs"]
    if command == "drift":
        ran = local("drift", "--unmanaged", "fail", "m.yml")
        assert (ran.code, "fail: 3 objects declared nowhere" in ran.out) == (2, True)


def test_one_that_was_never_declared(theirs: Program, place: Path) -> None:
    """Drift names it; the empty one of the other project is nothing to tell."""
    assert document(theirs, "drift", "m.yml")["unmanaged"] == [POLICY]
    ran = theirs("drift", "m.yml")
    assert (ran.code, f"  ArtifactsRetentionPolicy: 1\n      {POLICY}\n" in ran.out) == (0, True)
    ran = theirs("drift", "--unmanaged", "fail", "m.yml")
    assert (ran.code, "Not enough for --unmanaged fail: 1 object declared" in ran.out) == (2, True)
    ran = theirs("drift", "--unmanaged", "fail", "--target", "Project/web", "m.yml")
    assert (ran.code, "does not go with --target" in ran.err) == (64, True)
    both = ("--unmanaged", "fail", "--target", "Project/web", "m.yml", "--absorb")
    ran = theirs("drift", *both)
    assert (ran.code, "does not go with --target" in ran.err) == (64, True)
    ran = theirs("drift", "--auto-approve", "m.yml")
    assert (ran.code, "--auto-approve needs --absorb" in ran.err) == (64, True)
    (place / "reconciler.toml").write_text('unmanaged = "fail"\n')
    ran = theirs("drift", "--target", "Project/web", "m.yml")
    assert (ran.code, "warning: only what --target names was looked at" in ran.out) == (0, True)
    (place / "reconciler.toml").unlink()
    (place / "m.yml").write_text(WEB)
    assert document(theirs, "drift", "m.yml")["unmanaged"] == ["Project/api"]
    everywhere = document(theirs, "drift", "--unmanaged", "all", "m.yml")["unmanaged"]
    assert everywhere == [POLICY, "Project/api"]
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}---\n{RETENTION}")
    assert document(theirs, "drift", "m.yml")["unmanaged"] == []


def test_one_that_may_not_be_seen(theirs: Program, broken: Callable[..., None]) -> None:
    """It is told that nobody looked."""
    broken(action="deny", path="/api/v1alpha/artifacts_retention_policies/*")
    looked = document(theirs, "drift", "m.yml")
    assert [(part["kind"], part["project"]) for part in looked["unread"]] == [
        ("ArtifactsRetentionPolicy", "api"),
        ("ArtifactsRetentionPolicy", "web"),
    ]


def test_one_of_a_project_that_is_too_new(
    theirs: Program, place: Path, broken: Callable[..., None]
) -> None:
    """Where artifacts are yet to come there is no policy; nothing is declared to wait for."""
    words = "artifact bucket ID is malformed"
    broken(action="answer", status=400, body=words, path="/api/v1alpha/artifacts_retention*")
    before = _last(place)
    looked = document(theirs, "drift", "m.yml")
    assert (looked["unmanaged"], looked["unread"]) == ([], [])
    assert len(_reads(place, before)) == 2


@pytest.mark.parametrize("command", ["plan", "drift", "apply"])
def test_one_that_is_ours_and_declared_no_longer(local: Program, place: Path, command: str) -> None:
    """It is named, and pruning leaves it and says so."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    applied(local, "m.yml")
    (place / "m.yml").write_text(PROJECT)
    approve = ["--auto-approve"] if command == "apply" else []
    for prune in ([], ["--prune"]):
        ran = local(command, *approve, *prune, "m.yml")
        assert ran.code == 0
        assert POLICY in ran.out if command == "drift" else LASTS in ran.out, ran
        looked = document(local, command, *approve, *prune, "m.yml")
        looked = looked.get("plan", looked)
        assert looked["orphaned"] == [POLICY]
        assert (looked.get("changes", []), looked["refusals"]) == ([], [])
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    assert document(local, "plan", "m.yml")["orphaned"] == []


def test_nothing_else_keeps_pruning_from_its_work(local: Program, place: Path) -> None:
    """A board goes; of a project that goes the policy goes with it, and is named there."""
    board = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: d}\n"
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}---\n{RETENTION}---\n{board}")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}")
    ran = local("apply", "--auto-approve", "--prune", "m.yml")
    assert (ran.code, "(1 deleted)" in ran.report, LASTS in ran.out) == (0, True, True)
    (place / "m.yml").write_text(WEB)
    planned = document(local, "plan", "--prune", "m.yml")
    (change,) = planned["changes"]
    assert (change["name"], change["takes"]) == ("api", [POLICY])
    assert planned["orphaned"] == []
    assert local("apply", "--auto-approve", "--prune", "m.yml").code == 0


def test_one_that_would_be_lost_with_a_replaced_project(theirs: Program, place: Path) -> None:
    """The new project has none, so it is named with what goes."""
    text = PROJECT.replace("{url", "{integration_type: github_app, url")
    (place / "m.yml").write_text(f"{text}reconciler: {{replace: allow}}\n")
    (change,) = document(theirs, "plan", "m.yml")["changes"]
    assert (change["action"], change["takes"]) == ("replace", [POLICY])


def test_one_that_is_made_again_with_its_project_is_ours(local: Program, place: Path) -> None:
    """Its create is answered: that the old project had one, without an id either, is no doubt."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    applied(local, "m.yml")
    text = PROJECT.replace("{url", "{integration_type: github_app, url")
    (place / "m.yml").write_text(f"{text}reconciler: {{replace: allow}}\n---\n{RETENTION}")
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, "no answer told" in ran.out) == (0, False), ran
    told = {one["address"]: one["ours"] for one in document(local, "list")["objects"]}
    assert told == {POLICY: True, "Project/api": True}


def test_the_policy_of_a_namesake_is_not_ours(theirs: Program, place: Path) -> None:
    """A project that was created again by others has a policy of its own."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}---\n{RETENTION}")
    applied(theirs, "m.yml")
    (place / "gone.yml").write_text(f"{PROJECT}reconciler: {{absent: true}}\n")
    (place / "back.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    for name in ("gone.yml", "back.yml"):
        assert theirs("apply", "--auto-approve", "--ledger", "none", name).code == 0
    (place / "m.yml").write_text(WEB)
    looked = document(theirs, "drift", "--unmanaged", "all", "m.yml")
    assert (looked["orphaned"], looked["unmanaged"]) == ([], [POLICY, "Project/api"])


def test_a_protected_one_of_a_namesake_is_not_ours(theirs: Program, place: Path) -> None:
    """It stays remembered, and is not the one that is there, whose project is declared anew."""
    dear = f"{RETENTION}reconciler: {{protect: true}}\n"
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}---\n{dear}")
    applied(theirs, "m.yml")
    (place / "gone.yml").write_text(f"{PROJECT}reconciler: {{absent: true}}\n")
    (place / "back.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    for name in ("gone.yml", "back.yml"):
        assert theirs("apply", "--auto-approve", "--ledger", "none", name).code == 0
    (place / "m.yml").write_text(f"{PROJECT}---\n{WEB}")
    looked = document(theirs, "plan", "--prune", "m.yml")
    assert (looked["orphaned"], looked["staying"], looked["changes"]) == ([], [], [])
    applied(theirs, "m.yml")
    for command in ("plan", "drift"):
        told = document(theirs, command, "m.yml")
        assert (told["orphaned"], told["staying"]) == ([], [])
    assert document(theirs, "drift", "m.yml")["unmanaged"] == [POLICY]
    (one,) = (o for o in document(theirs, "list")["objects"] if o["address"] == POLICY)
    assert (one["ours"], one["unmanaged"]) == (False, True)


def test_it_costs_a_request_only_where_it_is_needed(theirs: Program, place: Path) -> None:
    """A drift looks into each declared project; a plan where a policy is declared, or was."""
    before = _last(place)
    theirs("plan", "m.yml")
    assert _reads(place, before) == []
    theirs("drift", "--unmanaged", "hide", "m.yml")
    assert _reads(place, before) == []
    theirs("drift", "m.yml")
    assert len(_reads(place, before)) == 2


def test_one_of_a_project_that_is_none_of_ours(local: Program, place: Path) -> None:
    """It has no id of its own: whose it is is told by its project's, which others created again."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}")
    applied(local, "m.yml")
    seeded(local, place, f"{PROJECT}reconciler: {{absent: true}}\n")
    seeded(local, place, f"{PROJECT}---\n{RETENTION.replace('1 year', '5 years')}")
    looked = document(local, "plan", "m.yml")
    assert looked["adopted"] == [POLICY, "Project/api"]
    listed = document(local, "list")["objects"]
    assert [(o["address"], o["ours"]) for o in listed] == [(POLICY, False), ("Project/api", False)]
    assert {field["cause"] for change in looked["changes"] for field in change["fields"]} == {""}
    (place / "p.yml").write_text(RETENTION)
    for options in (("p.yml",), ("--target", POLICY, "m.yml")):
        ran = local("apply", "--auto-approve", *options)
        assert (ran.code, "it is about Project/api, which is gone" in ran.out) == (4, True), ran


def test_one_that_others_emptied_protects_nothing(local: Program, place: Path) -> None:
    """There is nothing left of it, and its project may go."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{RETENTION}reconciler: {{protect: true}}\n")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{PROJECT}reconciler: {{absent: true}}\n")
    assert "ArtifactsRetentionPolicy/api in it is protected" in local("plan", "m.yml").out
    with sqlite3.connect(place / ".reconciler/embedded.db") as database:
        database.execute("DELETE FROM retention_policies")
    ran = local("plan", "m.yml")
    assert (ran.code, "is protected" in ran.out) == (0, False), ran
