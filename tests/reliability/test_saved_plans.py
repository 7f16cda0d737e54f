"""A saved plan does what was reviewed, or nothing: every way in which it can be out of date."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import reconciler
from reconciler.distribution import UNKNOWN
from reconciler.planning import saved
from tests.reliability import scenery
from tests.reliability.program import ORGANIZATION, Ran
from tests.reliability.world import journal, world, writes

MANIFEST = f"""\
apiVersion: v1alpha
kind: Dashboard
metadata: {{name: main}}
spec: {{widgets: [{{name: w, type: list_workflows, filters: {{branch: BRANCH}}}}]}}
---
apiVersion: v1beta
kind: Secret
metadata: {{name: db}}
data:
  env_vars:
    - {{name: A, value: {scenery.CANARY}}}
    - {{name: B, value_from: {{env: DB_PASSWORD}}}}
"""
AGAIN = MANIFEST.replace("BRANCH", "two").replace("{name: B", "{name: C")


Program = Callable[..., Ran]


@pytest.fixture
def place(alone: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with manifests that were applied, and then changed."""
    monkeypatch.setenv("DB_PASSWORD", f"{scenery.CANARY}-one")
    (alone / "m.yml").write_text(MANIFEST.replace("BRANCH", "one"))
    return alone


@pytest.fixture
def call(place: Path, called: Program) -> Program:
    """The program on the organization of the place; it never says a secret."""

    def run(*arguments: str, **options: str) -> Ran:
        ran = called(*arguments, **options)
        assert scenery.CANARY not in ran.out + ran.err
        return ran

    assert run("apply", "m.yml", "--auto-approve").code == 0
    (place / "m.yml").write_text(AGAIN)
    return run


@pytest.fixture
def plan(place: Path, call: Program) -> Path:
    """The plan of the change, as a file."""
    made = call("plan", "m.yml", "--allow-replace", "--out", "plan.json")
    assert made.code == 0, made
    file = place / "plan.json"
    assert file.stat().st_mode & 0o777 == 0o600
    assert scenery.CANARY not in file.read_text()
    return file


planned = pytest.mark.usefixtures("plan")


def apply(call: Program, *more: str, **options: str) -> Ran:
    return call("apply", "plan.json", "--auto-approve", *more, **options)


def edited(plan: Path, *, sealed: bool, **changes: Any) -> None:
    """Change the file, by hand or as a program would that can seal it."""
    found = json.loads(plan.read_text()) | changes
    if sealed:
        body = {key: value for key, value in found.items() if key != "seal"}
        found["seal"] = saved._digest(body)
    plan.write_text(json.dumps(found))


@planned
def test_as_reviewed(call: Program, place: Path) -> None:
    """It needs no other argument, and once it is done it is spent."""
    done = apply(call)
    assert done.code == 0, done
    assert "1 updated, 1 replaced" in done.out
    number = writes(place / ORGANIZATION)
    again = apply(call)
    assert (again.code, writes(place / ORGANIZATION)) == (4, number)
    assert "a saved plan is applied once; nothing was changed; plan again" in again.err
    assert "Nothing to do" in call("plan", "m.yml").out


@pytest.mark.parametrize("command", ["plan", "drift", "validate"])
def test_who_only_looks_sends_only_reads(command: str, call: Program, place: Path) -> None:
    """All commands that look: each request is a GET, and nothing is different afterwards."""
    before, number = world(place / ORGANIZATION), len(journal(place / ORGANIZATION))
    call(command, "m.yml")
    asked = journal(place / ORGANIZATION)[number:]
    assert {method for method, *_ in asked} <= {"GET"}
    assert bool(asked) is (command != "validate")
    assert world(place / ORGANIZATION) == before


def refused(call: Program, place: Path, *words: str, more: tuple[str, ...] = (), **org: str) -> str:
    """Apply, and see that nothing was written; return what was said."""
    before, number = world(place / ORGANIZATION), writes(place / ORGANIZATION)
    said = apply(call, *more, **org)
    assert said.code == 4, said
    assert (world(place / ORGANIZATION), writes(place / ORGANIZATION)) == (before, number)
    for one in words:
        assert one in said.err
    return said.err


@planned
def test_stale_because_somebody_changed_it(call: Program, place: Path) -> None:
    """A three-way view: what was reviewed, what it was then, what it is now."""
    (place / "m.yml").write_text(MANIFEST.replace("BRANCH", "theirs"))
    elsewhere = ("--ledger", "none", "--target", "Dashboard/*")
    assert call("apply", "m.yml", "--auto-approve", *elsewhere).code == 0
    (place / "m.yml").write_text(AGAIN)
    said = refused(call, place, "the plan is stale, nothing was changed")
    assert "Dashboard/main: the live object changed since the review" in said
    assert re.search(r'you reviewed +spec\.widgets\.w\.filters\.branch: "one" → "two"', said)
    assert re.search(r'it was +spec\.widgets: .*"one"', said)
    assert re.search(r'it is now +spec\.widgets: .*"theirs"', said)


@planned
def test_stale_because_somebody_deleted_it(call: Program, place: Path) -> None:
    """An update of what is gone would be a create that nobody reviewed."""
    (place / "gone.yml").write_text(
        "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: main}\nreconciler: {absent: true}\n"
    )
    gone = call("apply", "gone.yml", "--auto-approve", "--ledger", "none")
    assert gone.code == 0, gone
    said = refused(call, place, "Dashboard/main: ")
    assert "(not there)" in said


@planned
def test_stale_because_a_value_was_written(call: Program, place: Path) -> None:
    """A hidden value shows by its time of writing alone."""
    (place / "gone.yml").write_text(
        "apiVersion: v1beta\nkind: Secret\nmetadata: {name: db}\nreconciler: {absent: true}\n"
    )
    first = MANIFEST.replace("BRANCH", "one")
    assert call("apply", "gone.yml", "--auto-approve", "--ledger", "none").code == 0
    (place / "m.yml").write_text(first)
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    (place / "m.yml").write_text(AGAIN)
    refused(call, place, "Secret/db: the live object was written or created again since the review")


@planned
def test_source_value_changed(call: Program, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be written is another secret than when it was reviewed; neither is said."""
    monkeypatch.setenv("DB_PASSWORD", f"{scenery.CANARY}-two")
    refused(call, place, "Secret/db: a secret source gives another value than when it was reviewed")


@pytest.mark.parametrize("apart", [False, True])
def test_values_are_told_by_the_key_of_the_ledger(
    call: Program, plan: Path, place: Path, *, apart: bool
) -> None:
    """Which is not in the file: who has only that can't try guesses. Without it nothing is told."""
    found = json.loads(plan.read_text())
    assert found["hashed_under"]
    assert [len(step["values"]) for step in found["steps"]] == [0, 2]
    more = ("--ledger", "other.db") if apart else ()
    if apart:  # of another key
        assert call("apply", "m.yml", "--auto-approve", "--target", "Dashboard/*", *more).code == 0
        (place / "m.yml").write_text(MANIFEST.replace("BRANCH", "one"))
        assert call("apply", "m.yml", "--auto-approve", "--target", "Dashboard/*", *more).code == 0
        (place / "m.yml").write_text(AGAIN)
        said = refused(call, place, "Secret/db: nothing tells whether a secret value", more=more)
        assert "apply with the --ledger of the plan, or plan again" in said
    assert apply(call).code == 0


def test_without_a_key_hashes_are_slow(call: Program, place: Path) -> None:
    """A plan that no ledger was at hand for is applied with one, and without."""
    made = call("plan", "m.yml", "--allow-replace", "--out", "plan.json", "--ledger", "none")
    assert made.code == 0, made
    found = json.loads((place / "plan.json").read_text())
    assert found["hashed_under"] == ""
    values = found["steps"][1]["values"].values()
    assert {len(hashed) for hashed in values} == {128}
    assert apply(call).code == 0


@planned
def test_expired(call: Program, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A day later it is no longer applied."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 24 * 3600 + 1)
    refused(call, place, "the plan expired at ", "plan again")


@planned
def test_other_organization(call: Program, place: Path) -> None:
    """The same manifests, another organization."""
    said = refused(call, place, "the plan is for embedded:semaphore.db", org="other.db")
    assert "not for embedded:other.db" in said


@planned
def test_the_same_organization_called_otherwise(call: Program, place: Path) -> None:
    """It was planned for that file, whatever leads there; so it was remembered."""
    assert apply(call, org=f"{place}/./{ORGANIZATION}?edition=cloud").code == 0
    shown = json.loads(call("ledger", "show", "--format", "json").out)
    assert len(shown["runs"]) == 2


@planned
def test_other_manifests(call: Program, place: Path) -> None:
    """A comment does not count, a value does."""
    (place / "m.yml").write_text("# a comment\n" + AGAIN.replace("two", "three"))
    refused(call, place, "the manifests are not those the plan was made from; plan again")
    (place / "m.yml").write_text("# a comment\n" + AGAIN)
    assert apply(call).code == 0


def test_other_tool_version(call: Program, plan: Path, place: Path) -> None:
    """What another version meant is not guessed at."""
    edited(plan, sealed=True, tool_version="0.0.1")
    refused(call, place, f"made by version 0.0.1, this is {reconciler.__version__}")


def test_a_version_that_tells_nothing(
    call: Program, plan: Path, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a build without its repository: two of them have the same version and other code."""
    edited(plan, sealed=True, tool_version=UNKNOWN)
    monkeypatch.setattr("reconciler.commands.saving.__version__", UNKNOWN)
    refused(call, place, "nothing tells whether it is the one that made the plan")


def test_other_format(call: Program, plan: Path, place: Path) -> None:
    """A file of a format to come."""
    edited(plan, sealed=True, format_version=99)
    refused(call, place, "plan.json has format 99, this program reads 1 to 4; plan again")


@pytest.mark.parametrize(
    "changes",
    [{"expires": 9e12}, {"organization": "embedded:other.db"}, {"steps": []}, {"options": {}}],
)
def test_edited_by_hand(call: Program, plan: Path, place: Path, changes: dict[str, Any]) -> None:
    """Whatever it is that was changed."""
    edited(plan, sealed=False, **changes)
    refused(call, place, "plan.json was edited after it was written; plan again")


def test_expected_fingerprint(call: Program, place: Path) -> None:
    """No file travels: the name of the plan is enough, and another one is refused."""
    shown = call("plan", "m.yml", "--allow-replace")
    name = re.search(r"Fingerprint ([0-9a-f]{16})", shown.out)
    assert name is not None
    arguments = ("apply", "m.yml", "--auto-approve", "--allow-replace", "--expect")
    number = writes(place / ORGANIZATION)
    other = call(*arguments, "0123456789abcdef")
    assert (other.code, writes(place / ORGANIZATION)) == (4, number)
    assert f"the plan is now {name[1]}, not 0123456789abcdef as expected" in other.err
    assert call(*arguments, name[1]).code == 0
    assert call(*arguments, name[1]).code == 4


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "{}", '{"format_version": 1}', "\x00\xff", "[" * 100_000]
)
def test_no_plan_at_all(call: Program, place: Path, content: str) -> None:
    """A file that only ends in .json."""
    (place / "plan.json").write_text(content, encoding="latin-1")
    said = apply(call)
    assert said.code == 1
    assert "plan.json: not a saved plan" in said.err


def test_a_plan_is_not_written_over(call: Program, plan: Path) -> None:
    """Neither over a plan nor over anything else."""
    content = plan.read_text()
    said = call("plan", "m.yml", "--allow-replace", "--out", "plan.json")
    assert said.code == 1
    assert "plan.json: File exists" in said.err
    assert plan.read_text() == content


def test_from_another_directory(
    call: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says where it was made, whether its paths are missing there or lead to something else."""
    (place / ".git").mkdir()
    (place / "sub").mkdir()
    org, saved_plan = str(place / ORGANIZATION), str(place / "p.json")
    assert call("plan", "m.yml", "--allow-replace", "--out", saved_plan, org=org).code == 0
    monkeypatch.chdir(place / "sub")

    def told() -> str:
        ran = call("apply", saved_plan, "--auto-approve", org=org)
        assert ran.code == 4
        return ran.err

    where = "the plan was made at the top of the repository, from where its paths are; apply it"
    assert f"error: m.yml is not here: {where} there; nothing was changed" in told()
    (place / "sub" / "m.yml").write_text(MANIFEST)
    assert f"perhaps they are those of another directory: {where} there" in told()
    monkeypatch.chdir(place)
    assert call("apply", saved_plan, "--auto-approve", org=org).code == 0
