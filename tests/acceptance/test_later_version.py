"""A server of a later version, told in text and JSON alike, and never a value of it."""

import json
from collections.abc import Callable
from pathlib import Path

from reconciler.kinds import KINDS
from tests.acceptance.conftest import Program, applied
from tests.laws.later import VALUE

_WORDS = "Semaphore has fields that this version does not know: "


def test_today_there_is_nothing_unknown(local: Program) -> None:
    """Every key that an answer of any kind has is a field, or known to be the server's own."""
    applied(local, "all.yml")
    for command in ("plan", "drift"):
        assert "does not know" not in local(command, "all.yml").out


def test_what_is_new_is_told_once_for_each_kind(
    local: Program, broken: Callable[..., None], place: Path
) -> None:
    """In plan and drift, where it is but not what; it is no difference."""
    applied(local, "all.yml")
    broken(action="future", seed=2)
    for command, code in (("plan", 0), ("drift", 0)):
        options = ("--detailed-exitcode",) if command == "plan" else ()
        text = local(command, *options, "all.yml")
        told = [line.strip() for line in text.out.splitlines() if _WORDS in line]
        assert text.code == code
        assert [line.removeprefix("live: warning: ").partition(":")[0] for line in told] == sorted(
            KINDS
        )
        document = json.loads(local(command, "--format", "json", "all.yml").out)
        notes = [note["text"] for note in document["notes"] if _WORDS in note["text"]]
        assert notes == [line.removeprefix("live: warning: ") for line in told]
        assert all(note["severity"] == "warning" for note in document["notes"])
        assert VALUE not in text.out + json.dumps(document)
    assert VALUE.encode() not in (place / ".reconciler" / "ledger.db").read_bytes()


def test_an_apply_goes_through_and_tells_no_value(
    local: Program, broken: Callable[..., None], place: Path
) -> None:
    """Nor does the plan it saves, or the ledger."""
    applied(local, "all.yml")
    broken(action="future", seed=2)
    manifests = place / "all.yml"
    changed = manifests.read_text().replace("[branches]", "[branches, tags]").replace("0 3", "0 4")
    manifests.write_text(changed.replace("name: main}\nspec", "name: main, title: T}\nspec"))
    saved = local("plan", "--out", "plan.json", "all.yml")
    assert saved.code == 0
    ran = local("apply", "plan.json", "--auto-approve")
    assert ran.code == 0, ran
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0
    history = local("ledger", "export").out
    assert VALUE not in saved.out + ran.out + ran.err + history
    assert VALUE not in (place / "plan.json").read_text()


def test_a_key_that_semaphore_has_shown_can_be_set(
    local: Program, broken: Callable[..., None], place: Path
) -> None:
    """Offline it is a mistake; where Semaphore is asked, what it has there decides."""
    applied(local, "all.yml")
    broken(action="future", seed=2)
    notes = json.loads(local("plan", "--format", "json", "all.yml").out)["notes"]
    (about,) = (note["text"] for note in notes if note["text"].startswith("Dashboard: "))
    key = about.removeprefix(f"Dashboard: {_WORDS}").split(", ")[0]
    manifests = place / "all.yml"
    lines = manifests.read_text().splitlines()
    line = lines.index("kind: Dashboard") + 1
    manifests.write_text("\n".join([*lines[:line], f"{key}: null", *lines[line:]]) + "\n")
    where = f"all.yml:{line + 1}:1"

    assert f"{where}: error: unknown key {key!r}" in local("validate", "all.yml").out
    warned = (
        f"{where}: warning: Dashboard/main: this version does not know {key}; it is compared with "
        "what Semaphore has there, and written, but not checked"
    )
    text = local("plan", "all.yml")
    assert text.code == 0
    assert warned in text.out
    assert f'{key}  "<not shown>" → (none)' in text.out
    document = json.loads(local("plan", "--format", "json", "all.yml").out)
    (change,) = document["changes"]
    assert change["fields"] == [
        {"path": key, "before": "<not shown>", "after": None, "cause": "", "secret": False}
    ]
    assert warned.partition("warning: ")[2] in [note["text"] for note in document["notes"]]
    drifted = local("drift", "all.yml")
    assert drifted.code == 2
    assert warned in drifted.out
    assert local("apply", "--auto-approve", "all.yml").code == 0
    assert local("plan", "--detailed-exitcode", "all.yml").code == 0

    manifests.write_text(manifests.read_text().replace(f"{key}: null", "spce: {}"))
    for command in ("plan", "drift", "apply"):
        ran = local(command, "all.yml")
        assert ran.code == 1
        assert f"{where}: error: unknown key 'spce'; did you mean 'spec'?" in ran.err
        assert "1 error in 1 file." in ran.err


def test_where_nobody_asked_it_is_no_mistake_yet(local: Program, place: Path) -> None:
    """What stops a run before Semaphore is asked says nothing of keys that it may know."""
    (place / "all.yml").write_text(
        (place / "all.yml").read_text().replace("kind: Dashboard", "kind: Dashboard\nspce: {}")
    )
    (place / "other.yml").write_text("apiVersion: v1alpha\nkind: Dashboard\nmetadata: {}\n")
    line = (place / "all.yml").read_text().splitlines().index("spce: {}") + 1
    key = "unknown key 'spce'; did you mean 'spec'?"
    not_asked = f"all.yml:{line}:1: warning: Semaphore was not asked, since there are errors: {key}"
    for command in ("plan", "drift", "apply", "destroy"):
        ran = local(command, "all.yml", "other.yml")
        assert ran.code == 1
        assert not_asked in ran.err
        assert "1 error and 1 warning in 2 files." in ran.err
    assert not (place / ".reconciler").exists()
    said = local("validate", "all.yml", "other.yml").out
    assert f"all.yml:{line}:1: error: {key}\n" in said
    assert "2 errors in 2 files." in said
