"""drift --absorb --patch: Git takes it, from wherever and by whatever path it was asked for."""

import json
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded

BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: a, title: ours}  # mine\n"
THEIRS = BOARD.replace("ours", "theirs")


@pytest.fixture
def drifted(local: Program, place: Path) -> Program:
    """A repository with a dashboard that others have changed."""
    (place / "all.yml").unlink()
    (place / "m").mkdir()
    (place / "deep/er").mkdir(parents=True)
    (place / "m/a b.yml").write_text(BOARD)
    applied(local, "m")
    seeded(local, place, THEIRS)
    subprocess.run(["git", "init", "-q", "."], check=True, cwd=place)  # noqa: S607 — as users call it
    return local


@pytest.mark.parametrize(
    ("here", "path"),
    [(".", "m"), (".", "{}/m"), (".", "./m/../m"), ("deep/er", "../../m"), ("deep", "{}/m")],
)
def test_git_applies_it(
    drifted: Program, place: Path, monkeypatch: pytest.MonkeyPatch, here: str, path: str
) -> None:
    """By the command that is told, where this one was called."""
    if here != ".":
        shutil.copytree(place / ".reconciler", place / here / ".reconciler")
    monkeypatch.chdir(place / here)
    asked = ("drift", path.format(place), "--absorb", "--patch", "p")
    ran = drifted(*asked, "--format", "json")
    assert ran.code == 0, ran
    command = json.loads(ran.out)["absorbed"]["next"]
    subprocess.run(shlex.split(command), check=True)  # noqa: S603 — as users call it
    assert (place / "m/a b.yml").read_text() == THEIRS
    ran = drifted(*asked[:-1], "q")
    assert (ran.code, Path("q").exists()) == (0, False)


def test_names_that_could_be_misread(drifted: Program, place: Path) -> None:
    """Git takes them as they are."""
    odd = place / 'm/"a  "b\\tü 2020.yml'
    (place / "m/a b.yml").rename(odd)
    ran = drifted("drift", "m", "--absorb", "--patch", "p")
    assert ran.code == 0, ran
    (said,) = (line for line in ran.out.splitlines() if line.startswith("To apply it: "))
    subprocess.run(shlex.split(said.partition(": ")[2]), check=True)  # noqa: S603 — as users call it
    assert odd.read_text() == THEIRS


def test_what_no_patch_leads_to(
    drifted: Program, place: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """It is refused before anything is read, and nothing is written."""
    (place / "apart").mkdir()
    monkeypatch.chdir(place / "apart")
    subprocess.run(["git", "init", "-q", "."], check=True)  # noqa: S607 — as users call it
    ran = drifted("drift", f"{tmp_path}/m", "--absorb", "--patch", "p")
    assert (ran.code, ran.out) == (1, ""), ran
    assert "outside of the repository of the current directory" in ran.err
    assert not Path("p").exists()
