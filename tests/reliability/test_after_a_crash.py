"""What a killed run leaves behind, and what becomes of it: hidden values, saved plans, notes."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.embedded import Action, Fault, Moment
from tests.reliability.killing import Stage, differences, killed
from tests.reliability.lab import Lab, failures
from tests.reliability.program import LEDGER, ORGANIZATION, forked
from tests.reliability.world import world, writes

SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: [{name: A, value: canary-5f1d-ONE}]}
"""
APPLY = ("apply", "m.yml", "--auto-approve", "--allow-replace")


def value(place: Path) -> str:
    """The value that the server really has."""
    found = world(place / ORGANIZATION).bodies()["Secret", "", "db"]["data"]["env_vars"]
    return str(found[0]["value"])


@pytest.mark.parametrize("between", [True, False])
def test_a_value_that_changes_after_a_cut_off_create_is_written(
    between: bool, tmp_path: Path
) -> None:
    """The server hides what it has; what the killed run intended is known, and is not the new one.

    ``between``: whether an apply of the old value came in between.
    """
    (tmp_path / "m.yml").write_text(SECRET)
    kill = [{"action": "kill", "when": "after", "method": "POST"}]
    assert forked(tmp_path, *APPLY, faults=kill).code == -9
    assert value(tmp_path) == "canary-5f1d-ONE"
    if between:
        ran = forked(tmp_path, *APPLY)
        assert (ran.code, writes(tmp_path / ORGANIZATION)) == (0, 1)
        assert "an earlier run was cut off during create of Secret/db" in ran.out
        assert "Secret/db: not known: data.env_vars.A.value" in ran.out
        assert "cut off" not in forked(tmp_path, "plan", "m.yml").out
    (tmp_path / "m.yml").write_text(SECRET.replace("ONE", "TWO"))
    assert forked(tmp_path, *APPLY).code == 0
    assert value(tmp_path) == "canary-5f1d-TWO"
    looked = forked(tmp_path, "plan", "m.yml", "--detailed-exitcode")
    assert looked.code == 0
    assert "Nothing to do: 1 object is as declared.\n" in looked.out


def test_what_a_killed_run_made_and_nobody_declares_is_told(tmp_path: Path) -> None:
    """Nobody knows its id, so no apply deletes it; that it may be ours is said until it is not."""
    board = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: d}\n"
    (tmp_path / "m.yml").write_text(SECRET)
    kill = [{"action": "kill", "when": "after", "method": "POST"}]
    assert forked(tmp_path, *APPLY, faults=kill).code == -9
    (tmp_path / "m.yml").write_text(board)
    for command in (APPLY, (*APPLY, "--prune"), ("plan", "m.yml"), ("drift", "m.yml")):
        told = forked(tmp_path, *command)
        assert (told.code, "may have made Secret/db" in told.out) == (0, True), told
        assert value(tmp_path) == "canary-5f1d-ONE"
    assert forked(tmp_path, "forget", "Secret/db").code == 0
    assert "may have made" not in forked(tmp_path, "plan", "m.yml").out


STRICT = ("--strict", "m.yml")


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("stranger", [True, False])
def test_whose_value_it_is_after_a_cut_off_create_is_not_known(
    stranger: bool, replaced: bool, tmp_path: Path
) -> None:
    """Ours, or that of a ``stranger`` who was faster: --strict says so until it is rewritten."""
    manifest = tmp_path / "m.yml"
    if replaced:
        manifest.write_text(SECRET.replace("ONE", "ZERO"))
        assert forked(tmp_path, *APPLY).code == 0
    manifest.write_text(SECRET)
    kill = [{"action": "kill", "when": "before" if stranger else "after", "method": "POST"}]
    assert forked(tmp_path, *APPLY, faults=kill).code == -9
    if stranger:
        (tmp_path / "theirs.yml").write_text(SECRET.replace("ONE", "THEIRS"))
        made = forked(tmp_path, "apply", "theirs.yml", "--auto-approve", ledger="none")
        assert made.code == 0
    for _ in range(2):
        for look in (("drift",), ("plan", "--detailed-exitcode")):
            looked = forked(tmp_path, *look, *STRICT)
            assert (looked.code, "with 1 value not known" in looked.out) == (2, True), looked
        assert forked(tmp_path, *APPLY).code == 0
    assert value(tmp_path) == f"canary-5f1d-{'THEIRS' if stranger else 'ONE'}"
    assert forked(tmp_path, *APPLY, "--rewrite", "Secret/db").code == 0
    assert value(tmp_path) == "canary-5f1d-ONE"
    assert forked(tmp_path, "drift", *STRICT).code == 0


def test_a_value_written_by_others_does_not_make_ours_forgotten(tmp_path: Path) -> None:
    """Somebody else created the secret again: what is declared is written, until it is there."""
    (tmp_path / "m.yml").write_text(SECRET)
    assert forked(tmp_path, *APPLY).code == 0
    (tmp_path / "gone.yml").write_text(SECRET + "reconciler: {absent: true}\n")
    theirs = tmp_path / "theirs.yml"
    theirs.write_text(SECRET.replace("ONE", "THEIRS"))
    for name in ("gone.yml", "theirs.yml"):
        assert forked(tmp_path, "apply", name, "--auto-approve", ledger="none").code == 0
    ran = forked(tmp_path, *APPLY)
    assert ran.code == 0
    assert "<secret from server> → <secret from manifest>  written outside\n" in ran.out
    assert value(tmp_path) == "canary-5f1d-ONE"
    (tmp_path / "m.yml").write_text(SECRET.replace("ONE", "TWO"))
    assert forked(tmp_path, *APPLY).code == 0
    assert value(tmp_path) == "canary-5f1d-TWO"


def test_a_token_that_nobody_saw_is_told(tmp_path: Path) -> None:
    """The answer that showed it got lost, or its reader was killed: reset it."""
    (tmp_path / "after.yml").write_text(
        "apiVersion: v1alpha\nkind: SelfHostedAgentType\nmetadata: {name: s1-one}\n"
    )
    with Lab(tmp_path) as lab:
        lab.add(Fault(action=Action.RESET, when=Moment.AFTER, method="POST"))
        (outcome,) = lab.apply()
        assert failures([outcome]) == []
        assert "registration token was in an answer that never came; reset it" in outcome.detail
    (tmp_path / "m.yml").write_text((tmp_path / "after.yml").read_text().replace("one", "two"))
    kill = [{"action": "kill", "when": "after", "method": "POST"}]
    assert forked(tmp_path, *APPLY, faults=kill).code == -9
    ran = forked(tmp_path, *APPLY)
    assert "nobody saw its registration token: reset it" in ran.out


@pytest.mark.parametrize("share", [number / 8 for number in range(8)])
@pytest.mark.parametrize("when", ["after", "answered"])
def test_a_saved_plan_that_was_killed(
    share: float, when: str, stages: Callable[[str], Stage], tmp_path: Path
) -> None:
    """Applied again it does the rest; with a step half done it refuses, and a new plan does it."""
    on = stages(LEDGER)
    place = tmp_path / "copy"
    shutil.copytree(on.template, place)
    saved = forked(place, "plan", "after.yml", "--allow-replace", "--out", "plan.json")
    assert saved.code == 0
    call = on.writing[int(share * len(on.writing))]
    arguments = ("apply", "plan.json", "--auto-approve", "--parallelism", "1")
    kill = [killed(call, when)]
    assert forked(place, *arguments, faults=kill).code == -9
    number = writes(place / ORGANIZATION)
    again = forked(place, *arguments)
    assert again.code in (0, 4), again
    if again.code == 4:
        assert writes(place / ORGANIZATION) == number
        assert "the plan is stale, nothing was changed" in again.err
        fresh = forked(place, "apply", "after.yml", "--auto-approve", "--allow-replace")
        assert fresh.code == 0, fresh
    assert list(differences(on, world(place / ORGANIZATION))) == []
