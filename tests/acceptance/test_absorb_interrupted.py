"""drift --absorb that is interrupted, or meets a file of others, while it writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, seeded

_ROOT = Path(__file__).parents[2]
DASHBOARD = """\
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: {}, title: ours}}
spec: {{widgets: []}}
"""
ABSORB = ("drift", "m", "--absorb", "--auto-approve")
NAMES = ("a", "b", "c", "d")
SIGNALLED = """\
import os, signal, sys
from pathlib import Path
from reconciler.cli.program import run
real = {what}
def then(*arguments, **options):
    done = real(*arguments, **options)
    os.kill(os.getpid(), signal.{number})
    return done
{what} = then
sys.exit(run(sys.argv[1:]))
"""
"""The program, which gets a signal each time that it has done something."""


@pytest.fixture
def tree(local: Program, place: Path) -> Program:
    """Four dashboards in a file each; others have changed all of them."""
    (place / "all.yml").unlink(missing_ok=True)
    Path("m").mkdir()
    for name in NAMES:
        Path(f"m/{name}.yml").write_text(DASHBOARD.format(name))
    applied(local, "m")
    texts = [DASHBOARD.format(name).replace("ours", "theirs") for name in NAMES]
    seeded(local, place, "---\n".join(texts))
    (place / "seed.yml").unlink()
    return local


def ended(place: Path, what: str, number: str, *options: str) -> "subprocess.CompletedProcess[str]":
    return ran_until(place, what, number, *ABSORB, *options)


def ran_until(
    place: Path, what: str, number: str, *arguments: str
) -> "subprocess.CompletedProcess[str]":
    program = [sys.executable, "-c", SIGNALLED.format(what=what, number=number)]
    return subprocess.run(  # noqa: S603 — the program under test
        [*program, "--org", "embedded:", *arguments],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def changed() -> list[str]:
    return sorted(p.name for p in Path("m").glob("*.yml") if "theirs" in p.read_text())


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT", "SIGHUP"])
def test_before_the_first_is_written(tree: Program, place: Path, number: str) -> None:
    """Nothing is, nothing is left over, and the exit code is that of an interruption."""
    del tree
    ran = ended(place, "os.fsync", number)

    assert ran.returncode == 130, ran
    assert ran.stderr.endswith("Interrupted.\n")
    assert "Not written:\n  m/a.yml\n  m/b.yml\n  m/c.yml\n  m/d.yml\n" in ran.stdout
    assert changed() == []
    assert len(list(Path("m").iterdir())) == 4


def test_killed_while_it_writes(tree: Program, place: Path) -> None:
    """What is left has no part in anything, and the next run takes it away."""
    ran = ended(place, "os.fsync", "SIGKILL")

    assert (ran.returncode, changed()) == (-9, [])
    (left,) = Path("m").glob(".*")
    assert tree("validate", "m").code == 0
    assert tree(*ABSORB).code == 0
    assert changed() == ["a.yml", "b.yml", "c.yml", "d.yml"]
    assert not left.exists()


def test_killed_while_it_exports(tree: Program, place: Path) -> None:
    """Nothing looks like a tree of manifests, is read as one, or stays."""
    ran = ran_until(place, "os.fdopen", "SIGKILL", "export", "--out", "m/new")
    assert (ran.returncode, Path("m/new").exists()) == (-9, False), ran
    (left,) = Path("m").glob(".*")
    assert any(left.rglob("*.yml"))
    assert tree("validate", "m").code == 0
    assert tree("export", "--out", "m/new").code == 0
    assert not left.exists()


def test_between_two_files(tree: Program, place: Path) -> None:
    """What was written by then is told, and the same command does the rest."""
    ran = ended(place, "Path.replace", "SIGTERM")

    assert ran.returncode == 130, ran
    assert "Written:\n  m/a.yml\nNot written:\n  m/b.yml\n  m/c.yml\n  m/d.yml\n" in ran.stdout
    assert changed() == ["a.yml"]
    assert len(list(Path("m").iterdir())) == 4
    ran = ended(place, "Path.replace", "SIGTERM", "--format", "json")
    assert ran.returncode == 130, ran
    said = json.loads(ran.stdout)["absorbed"]
    assert (said["written"], said["unwritten"]) == (True, ["m/c.yml", "m/d.yml"])
    assert tree(*ABSORB).code == 0
    assert changed() == ["a.yml", "b.yml", "c.yml", "d.yml"]
