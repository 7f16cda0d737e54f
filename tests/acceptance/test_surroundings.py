"""Terminals, pipes, paths and files that are not as one would like."""

import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from reconciler.kinds import KINDS
from tests.acceptance.conftest import Program
from tests.acceptance.manifests import EVERYTHING, PROJECT, SECRET

ROOT = Path(__file__).parents[2]


def _child(
    place: Path, *arguments: str, stdin: bytes = b"", stdout: int = subprocess.PIPE
) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(  # noqa: S603 — the program under test
        [sys.executable, "-m", "reconciler", "--org", "embedded:", *arguments],
        cwd=place,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error"},
        input=stdin,
        stdout=stdout,
        stderr=subprocess.PIPE,
        check=False,
    )


def test_a_reader_that_goes_away(place: Path) -> None:
    """A closed pipe ends the output, not the meaning of the exit code."""
    reading, writing = os.pipe()
    os.close(reading)
    ran = _child(place, "-q", "plan", "--detailed-exitcode", "all.yml", stdout=writing)
    os.close(writing)
    assert (ran.returncode, ran.stderr) == (2, b"")


def test_a_full_disk(place: Path) -> None:
    """A plan nobody could read is an error."""
    with Path("/dev/full").open("w") as full:
        ran = _child(place, "-q", "plan", "all.yml", stdout=full.fileno())
    assert ran.returncode == 1
    assert ran.stderr == b"error: can't write to standard output: No space left on device\n"


def test_no_color_and_no_terminal(place: Path) -> None:
    """Nothing but text goes into a pipe."""
    ran = _child(place, "plan", "all.yml")
    assert b"\x1b" not in ran.stdout + ran.stderr
    assert b"\x1b" in _child(place, "--color", "always", "plan", "all.yml").stdout


def test_paths(local: Program, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative, absolute, several roots, one file by many names, another directory."""
    (place / "a").mkdir()
    (place / "b/c").mkdir(parents=True)
    (place / "a/project.yml").write_text(PROJECT)
    (place / "b/c/secret.yaml").write_text(SECRET)
    assert "Summary: 2 to create." in local("plan", "a", "b").out
    assert "Summary: 1 to create." in local("plan", "a", "./a/../a/project.yml").out
    out = local("plan", str(place / "b")).out
    assert f"{place}/b/c/secret.yaml:1:1\n" in out
    monkeypatch.chdir(place / "a")
    assert "../b/c/secret.yaml:1:1\n" in local("plan", "../b").out


def test_standard_input(place: Path) -> None:
    """Manifests may come from a pipe; none there is an error."""
    ran = _child(place, "-q", "plan", "-")
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"<stdin>: error: there is no manifest in it, and nothing is")
    ran = _child(place, "-q", "plan", "-", stdin=EVERYTHING.encode())
    assert ran.returncode == 0
    assert b"Summary: 9 to create." in ran.stdout


@pytest.mark.parametrize("content", [b"", b"x" * 4096])
def test_unusable_databases(reconciler: Program, place: Path, content: bytes) -> None:
    """A file in the place of the local Semaphore, or its directory, is told as such."""
    if content:
        (place / "x.db").write_bytes(content)
        address, why = "embedded:x.db", "x.db: file is not a database"
    else:
        (place / "file").write_bytes(b"")
        address, why = "embedded:file/x.db", "file/x.db: "
    code, _, err = reconciler("--org", address, "--ledger", "none", "-q", "plan", "all.yml")
    assert code == 1
    assert err.startswith(f"error: the local Semaphore can't be opened: {why}")


def test_a_database_whose_folders_are_not_there(reconciler: Program, place: Path) -> None:
    """Both are made, and what is done is kept in it."""
    there = ("--org", "embedded:a/b/c.db", "-q")
    assert reconciler(*there, "apply", "--auto-approve", "all.yml").code == 0
    assert (place / "a/b/c.db").stat().st_mode & 0o777 == 0o600
    assert reconciler(*there, "plan", "--detailed-exitcode", "all.yml").code == 0


def test_two_thousand_objects(local: Program, place: Path) -> None:
    """A huge plan begins and ends with its sum, and each object has its line."""
    each = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: d-%04d}\n"
    (place / "all.yml").write_text("---\n".join(each % n for n in range(2000)))
    lines = local("plan", "all.yml").out.splitlines()
    assert lines[3].split() == ["Dashboard", "2000", "–", "–", "–", "–"]
    assert "Summary: 2000 to create." in lines[-6:]
    assert sum(line.startswith("  +   Dashboard/d-") for line in lines) == 2000
    assert max(map(len, lines)) <= 100


def test_a_long_list_is_cut(local: Program, place: Path) -> None:
    """A value of a thousand lines does not bury the plan; JSON has it whole."""
    projects = ", ".join(f"project-{n}" for n in range(1000))
    text = EVERYTHING.replace("projects: [api], results", f"projects: [{projects}], results")
    (place / "all.yml").write_text(text)
    out = local("plan", "all.yml").out
    assert len(out.splitlines()) < 160
    assert "more lines, all of them in --format json\n" in out
    assert "project-999" in local("plan", "--format", "json", "all.yml").out


def test_schema_and_graph(local: Program) -> None:
    """The schema takes what is right and refuses what is not; both drawings name every object."""
    schema = json.loads(local("schema").out)
    check = jsonschema.validators.validator_for(schema)
    check.check_schema(schema)
    documents = list(yaml.safe_load_all(EVERYTHING))
    examples = [ROOT / "examples" / "kinds" / f"{kind}.yml" for kind in KINDS]
    documents += [d for e in examples for d in yaml.safe_load_all(e.read_text()) if d]
    for document in documents:
        assert list(check(schema).iter_errors(document)) == []
        wrong = document | {"metadta": {}}
        assert list(check(schema).iter_errors(wrong)) != []
    for kind in KINDS:
        check.check_schema(json.loads(local("schema", kind).out))
    mermaid = local("graph", "all.yml").out
    assert mermaid.startswith("flowchart LR\n")
    assert mermaid.count(" --> ") == 5
    dot = local("graph", "--format", "dot", "all.yml").out
    assert dot.startswith("digraph reconciler {\n")
    assert dot.count(' -> "Project/api"\n') == 5
    assert local("schema", "Secrt").err.endswith(
        "There is no kind 'Secrt'; did you mean 'Secret'?\n"
    )
