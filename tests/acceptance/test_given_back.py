"""``on_removal: forget``: what becomes of an object whose manifest is gone."""

import io
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import DASHBOARD, NOTIFICATION, PROJECT, SCHEDULE, SECRET, TARGET
from tests.reliability.world import world

ALERTS = NOTIFICATION.replace("[api]", "[]")
_FORGET = "reconciler: {on_removal: forget}\n"


@pytest.fixture
def tree(place: Path) -> Path:
    """A repository: where it is known which file declared what."""
    subprocess.run(["git", "init", "-q"], check=True)  # noqa: S607
    (place / "all.yml").unlink()
    found = place / "manifests"
    found.mkdir()
    (found / "project.yml").write_text(PROJECT)
    (found / "board.yml").write_text(DASHBOARD)
    return found


def test_it_stays_and_is_nobodys(local: Program, tree: Path) -> None:
    """With the next apply, also of one that does not prune; plan and drift say so before."""
    (tree / "secret.yml").write_text(f"{SECRET}{_FORGET}")
    applied(local, "manifests")
    (tree / "secret.yml").unlink()
    said = "(`on_removal: forget` or `mode: observe`): Secret/prod-db."
    for command in ("plan", "drift"):
        ran = local(command, "manifests")
        assert (ran.code, said in ran.out) == (0, True), ran
        found = document(local, command, "manifests")
        assert (found["released"], found["orphaned"]) == (["Secret/prod-db"], [])
    assert local("apply", "--auto-approve", "manifests").code == 0
    assert "remembered no longer: Secret/prod-db" in local("ledger", "show").out
    for options in ((), ("--prune",)):
        found = document(local, "plan", *options, "manifests")
        assert (found["released"], found["changes"]) == ([], [])
    listed = document(local, "list", "Secret/*")["objects"]
    assert [(one["live"], one["ours"]) for one in listed] == [(True, False)]


def test_a_project_stays_for_what_is_in_it(local: Program, tree: Path) -> None:
    """It is not pruned, for that would take what is to stay along; given back, it is let go."""
    (tree / "task.yml").write_text(f"{SCHEDULE}{_FORGET}")
    applied(local, "manifests")
    (tree / "task.yml").unlink()
    (tree / "board.yml").write_text(DASHBOARD.replace("filters: {project_id: api}", ""))
    (tree / "project.yml").unlink()
    why = "Project/api stays: Schedule/api/nightly in it is to stay, by `on_removal: forget`"
    for _ in range(2):
        ran = local("apply", "--prune", "--auto-approve", "manifests")
        assert (ran.code, why in ran.out) == (0, True), ran
    assert local("forget", "Project/api").code == 0
    ran = local("apply", "--prune", "--auto-approve", "manifests")
    assert "`mode: observe`): Schedule/api/nightly." in ran.out
    there = world(Path(".reconciler/embedded.db")).bodies()
    assert {("Project", "", "api"), ("Schedule", "api", "nightly")} <= there.keys()


def test_destroy_leaves_it(local: Program, tree: Path) -> None:
    """And what it is in."""
    (tree / "task.yml").write_text(f"{SCHEDULE}{_FORGET}")
    applied(local, "manifests")
    ran = local("destroy", "--auto-approve", "manifests")
    assert "Schedule/api/nightly stays: its manifest says `on_removal: forget`" in ran.out
    assert "Project/api stays: Schedule/api/nightly in it is to stay" in ran.out
    assert "Done: 1 of 1 change (1 deleted)." in ran.report


def test_tasks_go_with_their_project(local: Program, tree: Path) -> None:
    """Given back with it; one that is taken out of a list that stays is deleted as ever."""
    task = "    - {name: %s, pipeline_file: x.yml, branch: main, scheduled: false}\n"
    text = f"{PROJECT}  tasks:\n{task % 'one'}{task % 'two'}"
    (tree / "project.yml").write_text(text + _FORGET)
    applied(local, "manifests")
    (tree / "project.yml").write_text(text.replace(task % "two", "") + _FORGET)
    ran = local("apply", "--auto-approve", "manifests")
    assert "Done: 1 of 1 change (1 deleted)." in ran.report
    (tree / "project.yml").unlink()
    (tree / "board.yml").write_text(DASHBOARD.replace("filters: {project_id: api}", ""))
    found = document(local, "plan", "--prune", "manifests")
    assert found["released"] == ["Project/api", "Schedule/api/one"]


def test_without_the_line_it_is_pruned(local: Program, tree: Path) -> None:
    """What counts is what was applied last."""
    (tree / "secret.yml").write_text(f"{SECRET}{_FORGET}")
    applied(local, "manifests")
    (tree / "secret.yml").write_text(SECRET)
    assert local("apply", "--auto-approve", "manifests").code == 0
    (tree / "secret.yml").unlink()
    found = document(local, "plan", "--prune", "manifests")
    assert [one["address"] for one in found["changes"]] == ["Secret/prod-db"]


def test_where_no_file_is_known_only_pruning_gives_back(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else other manifests would do so that were applied beside what came on standard input."""
    content = io.BytesIO(f"{SECRET}{_FORGET}".encode())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content))
    assert local("apply", "--auto-approve", "-").code == 0
    (place / "d.yml").write_text(DASHBOARD.replace("filters: {project_id: api}", ""))
    ran = local("apply", "--auto-approve", "d.yml")
    assert "Secret/prod-db is given back with --prune: which file declared it is not" in ran.out
    found = document(local, "plan", "--prune", "d.yml")
    assert (found["released"], found["changes"]) == (["Secret/prod-db"], [])


def test_what_was_renamed_in_a_project_of_ours_is_given_back(local: Program, tree: Path) -> None:
    """The record goes by the new name with its project, and is forgotten by that."""
    (tree / "target.yml").write_text(f"{TARGET}{_FORGET}")
    applied(local, "manifests")
    renamed = TARGET.replace("name: production", "name: y")
    text = f"{renamed}reconciler: {{renamed_from: production}}\n"
    seeded(local, tree.parent, text)
    (tree / "target.yml").unlink()
    assert document(local, "plan", "manifests")["released"] == ["DeploymentTarget/api/y"]
    applied(local, "manifests")
    (one,) = document(local, "list", "DeploymentTarget/api/y")["objects"]
    assert (one["ours"], one["unmanaged"]) == (False, True)


@pytest.mark.parametrize("kind", ["Dashboard", "Notification", "Project"])
def test_what_was_renamed_outside_is_given_back(local: Program, tree: Path, kind: str) -> None:
    """The ledger has it by the old name, and nothing goes on with it: it is forgotten by that."""
    board = DASHBOARD.replace("filters: {project_id: api}", "")
    text = {"Dashboard": board, "Notification": ALERTS, "Project": PROJECT}[kind]
    (tree / "board.yml").write_text(board.replace("name: main", "name: kept"))
    (tree / "project.yml").write_text(f"{text}{_FORGET}")
    applied(local, "manifests")
    name = {"Dashboard": "main", "Notification": "ops", "Project": "api"}[kind]
    renamed = text.replace(f"name: {name}", "name: y")
    seeded(local, tree.parent, f"{renamed}reconciler: {{renamed_from: {name}}}\n")
    (tree / "project.yml").unlink()
    assert document(local, "plan", "manifests")["released"] == [f"{kind}/y"]
    applied(local, "manifests")
    assert document(local, "plan", "manifests")["released"] == []
    (one,) = document(local, "list", f"{kind}/y")["objects"]
    assert (one["ours"], one["unmanaged"]) == (False, True)
    (tree / "again.yml").write_text(text)
    (change,) = document(local, "plan", "manifests")["changes"]
    assert (change["action"], change["address"]) == ("create", f"{kind}/{name}")
