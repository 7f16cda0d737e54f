"""``plan --changed-since REV``: what files declare that a branch has changed, and nothing else."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document
from tests.acceptance.manifests import DASHBOARD, PROJECT, SCHEDULE, SECRET

_BOARD = DASHBOARD.replace(", filters: {project_id: api}", "")


def _git(*arguments: str) -> None:
    who = ("-c", "user.name=ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)  # noqa: S603, S607


@pytest.fixture
def tree(place: Path, local: Program) -> Path:
    """A branch of a repository whose main branch was applied, and went on since."""
    (place / "all.yml").unlink()
    found = place / "manifests"
    found.mkdir()
    for name, text in (("api", PROJECT), ("board", _BOARD), ("secret", SECRET), ("task", SCHEDULE)):
        (found / f"{name}.yml").write_text(text)
    (place / ".gitignore").write_text(".reconciler\n")
    _git("init", "-q", "-b", "main")
    _git("add", ".")
    _git("commit", "-q", "-m", "one")
    applied(local, "manifests")
    _git("checkout", "-q", "-b", "work")
    _git("checkout", "-q", "main")
    (found / "board.yml").write_text(_BOARD.replace("name: W", "name: V"))
    _git("commit", "-q", "-a", "-m", "two")
    _git("checkout", "-q", "work")
    return found


def _addresses(local: Program, *options: str) -> list[str]:
    found = document(local, "plan", "--changed-since", "main", *options, "manifests")
    return [change["address"] for change in found["changes"]]


def test_only_what_changed_here_is_planned(local: Program, tree: Path) -> None:
    """Committed or not, new to Git or not; not what changed on the main branch meanwhile."""
    (tree / "task.yml").write_text(SCHEDULE.replace("0 3", "0 4"))
    _git("commit", "-q", "-a", "-m", "three")
    (tree / "api.yml").write_text(PROJECT.replace("[branches]", "[branches, tags]"))
    (tree / "new.yml").write_text(_BOARD.replace("name: main", "name: new"))
    (tree.parent / ".git/info/exclude").write_text("manifests/new.yml\n")
    assert _addresses(local) == ["Dashboard/new", "Project/api", "Schedule/api/nightly"]
    ran = local("plan", "--changed-since", "main", "manifests")
    assert "--changed-since main: warning: only what 3 changed files may declare is" in ran.out
    assert "3 of 5 objects" in ran.out
    assert "Left out of this run: 2 objects." in ran.out


def test_a_project_that_is_named_by_its_id(local: Program, tree: Path) -> None:
    """What is in it is found by the address that its manifest gives it, in any option."""
    elsewhere = "9246a1a3-93b5-4f9c-b4d5-6b1f7a3c2d10"
    (tree / "api.yml").write_text(PROJECT.replace("name: api", f"name: api, id: {elsewhere}", 1))
    _git("commit", "-q", "-a", "-m", "three")
    _git("branch", "-q", "-f", "main")
    by_id = SCHEDULE.replace("project: api", f"project: {elsewhere}").replace("0 3", "0 4")
    assert elsewhere in by_id
    (tree / "task.yml").write_text(by_id)
    assert _addresses(local) == ["Schedule/api/nightly"]
    asked = ("plan", "--target", f"Schedule/{elsewhere}/nightly", "manifests")
    assert [c["address"] for c in document(local, *asked)["changes"]] == ["Schedule/api/nightly"]
    asked = ("plan", "--exclude", f"Schedule/{elsewhere}/nightly", "manifests")
    assert document(local, *asked)["changes"] == []


def test_what_differs_elsewhere_is_not_read(
    reconciler: Program, local: Program, tree: Path
) -> None:
    """Nor pruned, whatever the settings say."""
    (tree / "secret.yml").unlink()
    (tree / "task.yml").write_text(SCHEDULE.replace("0 3", "0 4"))
    (tree.parent / "reconciler.toml").write_text("prune = true\n")
    assert _addresses(local) == ["Schedule/api/nightly"]
    ran = reconciler("--org", "embedded:", "-vv", "plan", "--changed-since", "main", "manifests")
    assert "/dashboards" not in ran.err
    assert "/schedules" in ran.err


def test_where_nothing_changed_there_is_nothing_to_do(local: Program, tree: Path) -> None:
    """And not all of it."""
    assert _addresses(local) == []
    ran = local("plan", "--detailed-exitcode", "--changed-since", "main", str(tree))
    assert (ran.code, "Nothing to do: all is left out of this run.\n" in ran.out) == (0, True), ran


def test_a_saved_plan_is_about_no_more(local: Program, tree: Path) -> None:
    """What was reviewed is applied, and nothing beside it."""
    (tree / "task.yml").write_text(SCHEDULE.replace("0 3", "0 4"))
    (tree / "board.yml").write_text(_BOARD.replace("name: W", "name: U"))
    _git("add", ".")
    saved = local("plan", "--changed-since", "HEAD", "--out", "plan.json", "manifests")
    assert saved.code == 0
    options = json.loads(Path("plan.json").read_text())["options"]
    assert options["target"] == ["Dashboard/main", "Schedule/api/nightly"]
    ran = local("apply", "--auto-approve", "plan.json")
    assert "Done: 2 of 2 changes (2 updated)." in ran.report


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--changed-since", "nowhere"), 1, "error: --changed-since nowhere: fatal: "),
        (("--changed-since=--output=x",), 1, "--changed-since --output=x: is no revision"),
        (("--changed-since", "main", "--target", "Secret/*"), 64, "does not go with --target."),
        (("--changed-since", "main", "--prune"), 64, "does not go with --prune."),
    ],
)
@pytest.mark.usefixtures("tree")
def test_what_can_not_be_asked(
    local: Program, arguments: tuple[str, ...], code: int, words: str
) -> None:
    """A revision that Git does not know, or what would mean two things at once."""
    ran = local("plan", *arguments, "manifests")
    assert (ran.code, words in ran.err) == (code, True), ran
    assert not Path("x").exists()
