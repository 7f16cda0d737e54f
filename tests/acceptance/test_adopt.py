"""adopt: what is as declared becomes ours, and nothing else happens."""

import json
from pathlib import Path

import pytest

from reconciler.embedded import Embedded
from tests.acceptance.conftest import Program, document, seeded
from tests.acceptance.manifests import AGENT_TYPE, DASHBOARD, EVERYTHING, SECRET

_MORE = "adopt writes nothing to Semaphore, and this"
_OPTIONS = {"adopt": ("--auto-approve",), "plan": ("--detailed-exitcode",)}
_RENAMED = f"{SECRET.replace('prod-db', 'b')}reconciler: {{renamed_from: prod-db}}\n"


@pytest.fixture
def theirs(local: Program, place: Path) -> Program:
    """An organization with one object of every kind, and manifests that say what is there."""
    seeded(local, place, EVERYTHING)
    assert local("export", "--out", "manifests").code == 0
    return local


def _ours(theirs: Program) -> set[str]:
    return {one["address"] for one in document(theirs, "list")["objects"] if one["ours"]}


def _writes(after: int = 0) -> list[str]:
    with Embedded(".reconciler/embedded.db") as embedded:
        entries = embedded.journal.entries(after)
        return [f"{entry.method} {entry.path}" for entry in entries if entry.method != "GET"]


def test_all_that_is_as_declared_becomes_ours(theirs: Program) -> None:
    """No write is sent; the ledger tells it as a run of its own, and a prune may delete it."""
    before = _writes()
    ran = theirs("adopt", "--auto-approve", "manifests")

    assert ran.code == 0
    assert ran.out.endswith("\nAdopted: 9 objects.\n")
    assert _writes() == before
    assert len(_ours(theirs)) == 9
    (run,) = document(theirs, "ledger", "show")["runs"]
    assert run["command"] == "adopt"
    assert len(run["adopted"]) == 9
    again = theirs("adopt", "--auto-approve", "manifests")
    assert (again.code, "Adopted" in again.out) == (0, False)
    assert len(document(theirs, "ledger", "show")["runs"]) == 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (AGENT_TYPE.replace("s1-linux", "s1-new"), f"{_MORE} is to create (new)"),
        (DASHBOARD.replace("{name: W", "{name: V"), f"{_MORE} is to update ("),
        (f"{DASHBOARD}reconciler: {{absent: true}}\n", f"{_MORE} is to delete ("),
        (_RENAMED, "may be another's; apply it by that name first, which adopts it"),
    ],
    ids=["create", "update", "delete", "rename"],
)
def test_anything_more_is_refused_with_the_list(theirs: Program, text: str, words: str) -> None:
    """Then nothing becomes ours, not even what is as declared."""
    Path("more.yml").write_text(f"{text}---\n{AGENT_TYPE}")
    ran = theirs("adopt", "--auto-approve", "more.yml")

    assert ran.code == 4
    assert words in ran.out
    assert _ours(theirs) == set()
    found = theirs("adopt", "--auto-approve", "--format", "json", "more.yml")
    assert found.code == 4
    assert len(json.loads(found.out)["plan"]["refusals"]) >= 1


@pytest.mark.parametrize("command", ["adopt", "apply"])
def test_nothing_becomes_ours_unasked(theirs: Program, command: str) -> None:
    """Without a terminal there is nobody to ask; also where there is nothing else to do."""
    ran = theirs(command, "manifests")

    assert ran.code == 4
    assert "nothing was changed: there is no terminal to ask on" in ran.err
    assert _ours(theirs) == set()


def test_a_part_of_it_by_target(theirs: Program) -> None:
    """Project by project, say."""
    assert theirs("adopt", "--auto-approve", "--target", "*/api*", "manifests").code == 0

    assert _ours(theirs) == {
        *("ArtifactsRetentionPolicy/api", "DeploymentTarget/api/production", "Project/api"),
        *("ProjectSecret/api/db", "Schedule/api/nightly"),
    }
    forgotten = theirs("forget", "*/api*")
    assert forgotten.code == 0
    assert _ours(theirs) == set()


def test_without_a_ledger_there_is_nothing_to_adopt_into(theirs: Program) -> None:
    """It would be forgotten at once."""
    ran = theirs("--ledger", "none", "adopt", "--auto-approve", "manifests")

    assert (ran.code, ran.out) == (1, "")
    assert "adopt writes into the ledger what is ours" in ran.err


def test_settings_that_prune_do_not_count(theirs: Program) -> None:
    """What is ours and declared no longer is another command's."""
    assert theirs("adopt", "--auto-approve", "manifests").code == 0
    Path("reconciler.toml").write_text('prune = true\npaths = ["manifests"]\n')
    Path("manifests/organization/dashboards/main.yml").unlink()
    before = _writes()
    ran = theirs("adopt", "--auto-approve")

    assert ran.code == 0
    assert _writes() == before


def test_what_an_adoption_leaves_unknown(theirs: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --strict it is exit code 2: not what is at hand and assumed from now on."""
    for file in Path("manifests/organization/secrets").glob("*.yml"):
        file.write_text(file.read_text().replace("{live: keep}", "{env: GIVEN}"))
    monkeypatch.setenv("GIVEN", "nightjar-1")
    for command in ("adopt", "plan"):
        assert theirs(command, *_OPTIONS[command], "--strict", "manifests").code == 0
    for file in Path("manifests/projects").glob("*/secrets/*.yml"):
        file.write_text(file.read_text().replace("{live: keep}", "{env: GIVEN}"))
    for command in ("adopt", "plan"):
        ran = theirs(command, *_OPTIONS[command], "--strict", "manifests")
        assert (ran.code, "Not enough for --strict: 1 value not known" in ran.out) == (2, True), ran
        told = theirs(command, *_OPTIONS[command], "--strict", "--format", "json", "manifests")
        assert (told.code, "--strict: 1 value not known" in told.out) == (2, True)
