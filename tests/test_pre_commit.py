"""The hook for pre-commit, as who reads its page uses it: installed from a clone, at a commit."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "editors.md").read_text()
CONFIG = re.findall(r"^```yaml\n(repos:\n.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
GOOD = "{apiVersion: v1beta, kind: Secret, metadata: {name: a}}\n"
pytestmark = pytest.mark.timeout(600)  # it is installed, with all it needs


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of nobody's settings, and with the versions of other packages that are tried."""
    for name in [name for name in os.environ if name.startswith(("GIT_", "PRE_COMMIT"))]:
        monkeypatch.delenv(name)
    constraints = str(ROOT / "constraints" / "pinned.txt")
    for name in ("PIP_CONSTRAINT", "PIP_BUILD_CONSTRAINT"):
        monkeypatch.setenv(name, constraints)
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "somebody")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "somebody@example.com")


def run(place: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(  # noqa: S603 — git, and pre-commit
        command, cwd=place, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def done(place: Path, *command: str) -> str:
    ran = run(place, *command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def committed(place: Path) -> str:
    """Commit all there is in a new repository, and return the commit."""
    done(place, "git", "init", "-q")
    done(place, "git", "add", "--all")
    done(place, "git", "commit", "-q", "-m", "all")
    return done(place, "git", "rev-parse", "HEAD").strip()


@pytest.fixture
def ours(tmp_path: Path, git: None) -> tuple[Path, str]:  # noqa: ARG001 — without settings
    """This checkout as it is, committed or not, as a repository."""
    place = tmp_path / "ours"
    listed = done(ROOT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, place / name)
    return place, committed(place)


def test_no_commit_with_a_mistake(tmp_path: Path, ours: tuple[Path, str]) -> None:
    """What the page says is installed, and looks at what is about to be committed."""
    (config,) = CONFIG
    clone, commit = ours
    config = re.sub(r"(?<=repo: )\S+", str(clone), re.sub(r"(?<=rev: )\S+", commit, config))
    theirs = tmp_path / "theirs"
    (theirs / "manifests").mkdir(parents=True)
    (theirs / ".pre-commit-config.yaml").write_text(config)
    (theirs / "manifests" / "a.yml").write_text(GOOD)
    committed(theirs)
    done(theirs, sys.executable, "-m", "pre_commit", "install")

    (theirs / "manifests" / "b.yml").write_text(GOOD)
    done(theirs, "git", "add", "--all")
    refused = run(theirs, "git", "commit", "-m", "twice")
    assert refused.returncode == 1
    assert "reconciler validate" in refused.stderr
    assert "manifests/b.yml:1:1: error: Secret/a is declared twice" in refused.stderr

    (theirs / "manifests" / "b.yml").write_text(GOOD.replace("name: a", "name: b"))
    done(theirs, "git", "add", "--all")
    done(theirs, "git", "commit", "-m", "another")
    (theirs / "notes.txt").write_text("no manifest\n")
    done(theirs, "git", "add", "--all")
    assert "Skipped" in run(theirs, "git", "commit", "-m", "notes").stderr
