"""What was not read is not gone: fewer paths than before, hidden and empty places, dropped keys."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: %s}\n"
PROJECT = """\
apiVersion: v1alpha
kind: Project
metadata: {name: shop}
spec:
  visibility: public
  repository: {url: git@github.com:acme/shop.git, run_on: [branches]}
"""


@pytest.fixture
def configured(local: Program, place: Path) -> Program:
    """Two paths that are always read, with pruning; all in them is applied."""
    (place / "reconciler.toml").write_text('paths = ["a", "b"]\nprune = true\n')
    for name in ("a/one.yml", "a/two.yml", "b/three.yml"):
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(DASHBOARD % Path(name).stem)
    assert local("apply", "--auto-approve").code == 0
    return local


def _there(local: Program) -> bool:
    """Whether nothing of what was applied is missing."""
    return local("plan", "--detailed-exitcode", "--no-prune").code == 0


def test_fewer_paths_than_configured(configured: Program) -> None:
    """Nothing is pruned, and that is no success; without pruning it is none of it."""
    for path in ("a/one.yml", "a", "b"):
        ran = configured("apply", "--auto-approve", path)
        assert ran.code == 4, ran
        assert "is still there and was not read" in ran.out
    shown = json.loads(configured("plan", "--format", "json", "a/one.yml").out)
    assert [refusal["address"] for refusal in shown["refusals"]] == [
        *("Dashboard/three", "Dashboard/two")
    ]
    assert shown["changes"] == []
    for command in ("plan", "drift"):
        assert configured(command, "a/one.yml").code == 4
        assert configured(command, "--no-prune", "--format", "json", "a/one.yml").code == 0
    assert configured("apply", "--auto-approve", "--no-prune", "a/one.yml").code == 0
    for paths in (("b", "a"), ("a", "b", "a/one.yml"), ("./b/.", str(Path("a").resolve()))):
        assert configured("apply", "--auto-approve", *paths).code == 0
    assert _there(configured)


@pytest.mark.parametrize("prune", [True, False])
def test_a_project_does_not_take_what_was_not_read(
    local: Program, place: Path, prune: bool
) -> None:
    """What a file declares that this run did not read is in it, and would go with it."""
    target = "apiVersion: v1alpha\nkind: DeploymentTarget\n"
    board = f"---\n{DASHBOARD % 'keep'}"
    (place / "shop.yml").write_text(f"{PROJECT}{board}")
    (place / "target.yml").write_text(f"{target}metadata: {{name: t, project_id_or_name: shop}}\n")
    assert local("apply", "--auto-approve", "shop.yml", "target.yml").code == 0
    (place / "shop.yml").write_text(f"{PROJECT}reconciler: {{absent: true}}\n{board}")
    options = ["--prune"] if prune else []
    ran = local("apply", "--auto-approve", "--max-deletes", "9", *options, "shop.yml")
    assert ran.code == 4, ran
    assert "DeploymentTarget/shop/t in it would go with it, and " in ran.out
    assert "target.yml declared it, is still there and was not read; read it, too" in ran.out
    there = local("list", "--format", "json")
    assert "DeploymentTarget/shop/t" in there.out


def test_what_was_deleted_outside_and_not_read_is_remembered(
    configured: Program, place: Path
) -> None:
    """The file that declares it is there, so it is created again by whoever reads that."""
    (place / "gone.yml").write_text(f"{DASHBOARD % 'three'}reconciler: {{absent: true}}\n")
    absent = ("apply", "--auto-approve", "--no-prune", "--ledger", "none", "gone.yml")
    assert configured(*absent).code == 0
    (place / "gone.yml").unlink()
    assert configured("apply", "--auto-approve", "--no-prune", "a").code == 0
    (change,) = json.loads(configured("plan", "--format", "json").out)["changes"]
    assert (change["address"], change["reason"]) == ("Dashboard/three", "deleted outside")


def test_configured_paths_that_were_not_given(configured: Program, place: Path) -> None:
    """Although the file that declared it is gone, too: another may have taken it over."""
    (place / "b/three.yml").rename(place / "b/moved.yml")
    ran = configured("apply", "--auto-approve", "a")
    assert ran.code == 4
    assert (
        "b: it is among `paths` of reconciler.toml and was not given, so what is declared there "
        "can't be told from what is gone; see to that, or give --no-prune\n"
    ) in ran.out
    (place / "all.yml").unlink()
    assert configured("apply", "--auto-approve", ".").code == 0
    assert _there(configured)
    (place / "b/moved.yml").write_text(DASHBOARD % "other")
    ran = configured("apply", "--auto-approve")
    assert "Done: 2 of 2 changes (1 created, 1 deleted).\n" in ran.report


def test_a_hidden_manifest_is_not_pruned(local: Program, place: Path) -> None:
    """It lies in the tree that is named, be it beside pipelines."""
    (place / "all.yml").unlink()
    for name, text in {
        ".semaphore/project.yml": PROJECT,
        ".semaphore/semaphore.yml": "version: v1.0\nblocks: []\n",
        "team/board.YML": DASHBOARD % "d",
    }.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text(text)
    applied(local, ".semaphore/project.yml", "team")
    ran = local("apply", "--auto-approve", "--prune", ".")
    assert (ran.code, ran.err) == (0, "")
    assert "Nothing to do: 2 objects are as declared.\n" in ran.out


def test_an_empty_folder_refuses_pruning(local: Program, place: Path) -> None:
    """A submodule that was not fetched looks like that."""
    (place / "m/sub").mkdir(parents=True)
    (place / "m/a.yml").write_text(DASHBOARD % "a")
    (place / "m/sub/b.yml").write_text(DASHBOARD % "b")
    applied(local, "m")
    (place / "m/sub/b.yml").unlink()
    ran = local("apply", "--auto-approve", "--prune", "m")
    assert ran.code == 4
    assert (
        "m/sub: it is empty, like a submodule that was not fetched, so what is declared there "
        "can't be told from what is gone; see to that, or give --no-prune\n"
    ) in ran.out
    (refusal,) = json.loads(local("plan", "--format", "json", "--prune", "m").out)["refusals"]
    assert (refusal["address"], refusal["place"]["file"]) == (None, "m/sub")
    drift = local("drift", "m")
    assert (drift.code, drift.err) == (0, "")
    assert "that was not fetched, so what is declared there can't be told from" in drift.out
    (place / "m/sub").rmdir()
    assert "1 deleted" in local("apply", "--auto-approve", "--prune", "m").out


def _committed(place: Path, *paths: str) -> None:
    (place / ".gitignore").write_text(".reconciler\n")
    known = ("-c", "user.name=t", "-c", "user.email=t@example.com")
    for said in (("init",), ("add", *paths), (*known, "commit", "-m", "all")):
        subprocess.run(["git", *said], check=True, capture_output=True)  # noqa: S603, S607


def _only_two(place: Path, *paths: str) -> None:
    """Have two files, one in a folder of the other's, and commit those of these paths."""
    (place / "all.yml").unlink()
    for name in ("m/a.yml", "m/sub/b.yml"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(DASHBOARD % Path(name).stem)
    _committed(place, *paths)


@pytest.mark.parametrize("word", ["plan", "drift", "apply"])
def test_what_a_sparse_checkout_leaves_out_of_a_folder(
    local: Program, place: Path, word: str
) -> None:
    """It is neither pruned nor passed over, unless only other files are named."""
    _only_two(place, "m")
    applied(local, "m")
    sparse = ("git", "sparse-checkout", "set", "--no-cone", "/m/a.yml")
    subprocess.run(sparse, check=True, capture_output=True)  # noqa: S603
    arguments = (word, *(["--auto-approve"] if word == "apply" else []))
    missing = (
        "m/sub/b.yml declared it, is in Git, but a sparse checkout leaves it out here, and it was "
        "not read; "
    )
    for pruning in ("--prune", "--no-prune"):
        ran = local(*arguments, "m", pruning)
        assert ran.code == 4
        assert f"m/sub/b.yml: Dashboard/b: {missing}see to that" in ran.out
        shown = json.loads(local(*arguments, "m", pruning, "--format", "json").out)
        plan = shown.get("plan", shown)
        assert [each["address"] for each in plan["refusals"]] == ["Dashboard/b"]
    assert local(*arguments, "m", "--exclude", "Dashboard/b").code == 0
    ran = local(*arguments, "m/a.yml", "--prune")
    assert ran.code == 4
    assert f"{missing}read it, too, or give --no-prune\n" in ran.out
    assert local(*arguments, "m/a.yml", "--no-prune").code == 0
    subprocess.run(["git", "sparse-checkout", "disable"], check=True)  # noqa: S607
    (place / "m/sub/b.yml").unlink()
    (place / "m/sub").rmdir()
    assert local(*arguments, "m", "--prune").code == (2 if word == "drift" else 0)


def test_a_submodule_that_was_not_fetched(local: Program, place: Path) -> None:
    """What it declared is no less declared; a file that is deleted in one that was fetched is."""
    _only_two(place, "m/a.yml")
    applied(local, "m")
    commit = ("--cacheinfo", f"160000,{'1' * 40},m/sub")
    subprocess.run(["git", "update-index", "--add", *commit], check=True)  # noqa: S603, S607
    assert local("drift", "m").code == 0
    (place / "m/sub/b.yml").unlink()
    for word in ("plan", "drift"):
        ran = local(word, "m")
        assert ran.code == 4
        assert (
            "m/sub/b.yml: Dashboard/b: m/sub/b.yml declared it, was in a submodule that is not "
            "fetched here, and it was not read; see to that"
        ) in ran.out
    (place / "m/sub/c.yml").write_text(DASHBOARD % "c")
    assert "Ours and declared no longer, --prune deletes: Dashboard/b." in local("plan", "m").out


def test_a_key_that_is_dropped(local: Program, place: Path) -> None:
    """What it said stays, with a note until the next apply."""
    manifest = place / "m.yml"
    manifest.write_text(PROJECT)
    applied(local, "m.yml")
    manifest.write_text(PROJECT.replace(", run_on: [branches]", "").replace("visibility", "#"))
    told = [
        f"Project/shop: spec.{field} is declared no longer, and keeps its live value {value}"
        for field, value in (("repository.run_on", '["branches"]'), ("visibility", '"public"'))
    ]
    for command in ("plan", "drift"):
        ran = local(command, "m.yml")
        assert ran.code == 0
        assert [text in ran.out for text in told] == [True, True]
        shown = json.loads(local(command, "--format", "json", "m.yml").out)
        assert [note["text"] for note in shown["notes"]] == told
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, told[0] in ran.out) == (0, True)
    for command in ("plan", "drift"):
        assert "declared no longer" not in local(command, "m.yml").out
