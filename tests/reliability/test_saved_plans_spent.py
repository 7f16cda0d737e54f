"""What a saved plan did it never does again, whatever became of it since."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.program import ORGANIZATION, Ran
from tests.reliability.world import writes

ONE, TWO = (
    f"apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: {name}, title: {name}}}\n---\n"
    for name in ("one", "two")
)
REFUSES_TWO = [{"action": "answer", "status": 422, "method": "POST", "nth": 2}]
Program = Callable[..., Ran]


@pytest.fixture
def call(called: Program) -> Program:
    """The program, on an empty organization for which the creation of two objects is saved."""
    Path("m.yml").write_text(ONE + TWO)
    assert called("plan", "m.yml", "--out", "plan.json").code == 0
    return called


def apply(call: Program, *options: str) -> Ran:
    return call("apply", "plan.json", "--auto-approve", "--parallelism", "1", *options)


def refused(call: Program, *options: str) -> str:
    """Apply; nothing may be written. Return what was said."""
    number = writes(Path(ORGANIZATION))
    said = apply(call, *options)
    assert (said.code, writes(Path(ORGANIZATION))) == (4, number), said
    return said.err


def meddle(call: Program, *absent: str) -> None:
    """Delete dashboards outside, or make all of them, and leave the manifests as they were."""
    kept = Path("m.yml").read_text()
    marks = "".join(
        each.replace("---", "reconciler: {absent: true}\n---") for each in absent or (ONE, TWO)
    )
    Path("m.yml").write_text(marks if absent else kept)
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    Path("m.yml").write_text(kept)


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_made_anew_that_was_deleted_since(call: Program, form: str) -> None:
    """Nobody has reviewed that; what is there now looks as it did before."""
    assert apply(call).code == 0
    meddle(call, ONE, TWO)
    said = refused(call, "--format", form)
    assert "\nerror: the plan was applied at 20" in said
    assert said.endswith("a saved plan is applied once; nothing was changed; plan again\n")


def test_nothing_to_do_is_done_too(call: Program) -> None:
    """It was applied, though another run of ours had done all of it by then."""
    assert call("apply", "m.yml", "--auto-approve").code == 0
    done = apply(call)
    assert (done.code, "Nothing to do" in done.out) == (0, True)
    meddle(call, ONE)
    assert "the plan was applied at" in refused(call)


def test_what_others_made_in_its_place_is_not_reviewed(call: Program) -> None:
    """It would be ours from then on, which nobody has seen."""
    meddle(call)
    said = refused(call)
    assert "Dashboard/one: others made it since the review, and its adoption was not" in said


def test_the_rest_is_done_and_nothing_twice(call: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """A step failed: the same plan does that one, but none that it did before."""
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps(REFUSES_TWO))
    assert apply(call).code == 3
    monkeypatch.delenv("RECONCILER_EMBEDDED_FAULTS")
    meddle(call, ONE)
    said = refused(call)
    assert "Dashboard/one: this was done when the plan was applied before" in said
    assert "Dashboard/two" not in said
    assert call("apply", "m.yml", "--auto-approve").code == 0
    assert apply(call).code == 0
    assert "the plan was applied at" in refused(call)


_REST = "Remove the cause of what failed; the same command does the rest.\n"
_ANEW = (
    "Remove the cause of what failed, and make a new plan of the rest: this one does not fit any "
    "more.\n"
)


def failed(call: Program, form: str, *arguments: str) -> str:
    """Have a step fail; return which command does the rest, as text and JSON say it."""
    ran = call("apply", *arguments, "--auto-approve", "--parallelism", "1", "--format", form)
    assert ran.code == 3, ran
    if form == "json":
        return _ANEW if json.loads(ran.out)["plan_again"] else _REST
    return next(words for words in (_ANEW, _REST) if ran.out.endswith(words))


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_nothing_was_done_of_can_be_repeated(
    call: Program, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """A failed step that left nothing behind is in the plan as before, whatever was done."""
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps(REFUSES_TWO))
    assert failed(call, form, "plan.json") == _REST
    monkeypatch.delenv("RECONCILER_EMBEDDED_FAULTS")
    assert apply(call).code == 0


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fingerprint_stands_for_all(
    call: Program, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """Once a step of it is done, the rest is another plan; who names none, makes one."""
    planned = json.loads(call("plan", "m.yml", "--format", "json").out)
    named = ("m.yml", "--expect", planned["fingerprint"])
    refuses = [REFUSES_TWO[0] | {"nth": 1, "times": None}]
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps(refuses))
    assert failed(call, form, *named) == _REST
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps(REFUSES_TWO))
    assert failed(call, form, *named) == _ANEW
    monkeypatch.delenv("RECONCILER_EMBEDDED_FAULTS")
    assert call("apply", *named, "--auto-approve").code == 4
    assert call("apply", "m.yml", "--auto-approve").code == 0


SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {env_vars: [{name: A, value: 'VALUE'}]}
reconciler: {replace: allow}
"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_was_done_by_halves_needs_a_new_plan(
    call: Program, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """What the plan would delete is gone, and nothing was made in its place."""
    Path("s.yml").write_text(SECRET)
    assert call("apply", "s.yml", "--auto-approve").code == 0
    Path("s.yml").write_text(SECRET.replace("VALUE", "OTHER"))
    assert call("plan", "s.yml", "--out", "s.json").code == 0
    fault = {"action": "answer", "status": 422, "method": "POST"}
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps([fault]))
    assert failed(call, form, "s.json") == _ANEW
    monkeypatch.delenv("RECONCILER_EMBEDDED_FAULTS")
    assert call("apply", "s.json", "--auto-approve").code == 4
    assert call("apply", "s.yml", "--auto-approve").code == 0


def test_a_new_plan_is_another_one(call: Program) -> None:
    """It is not what is in it that is spent."""
    assert apply(call).code == 0
    meddle(call, ONE, TWO)
    assert call("plan", "m.yml", "--out", "another.json").code == 0
    again = call("apply", "another.json", "--auto-approve")
    assert (again.code, "2 created" in again.out) == (0, True)


@pytest.mark.parametrize("lost", [False, True])
def test_without_the_ledger_the_world_is_compared(call: Program, *, lost: bool) -> None:
    """What is there then is what the plan was to make, or not what it was made from."""
    assert apply(call).code == 0
    Path(".reconciler/ledger.db").rename("aside" if lost else ".reconciler/ledger.db")
    options = () if lost else ("--ledger", "none")
    Path("m.yml").write_text(ONE.replace("title: one", "title: Other") + TWO)
    meddle(call)
    Path("m.yml").write_text(ONE + TWO)
    assert "Dashboard/one: the live object changed since the review" in refused(call, *options)
