"""A reviewed step that is not planned any more is done, or the saved plan is refused."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.reliability.program import ORGANIZATION, Ran
from tests.reliability.world import writes

DASHBOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: {}}}\n{}---\n"
SECRET = """\
apiVersion: v1beta
kind: Secret
metadata: {name: db}
data: {env_vars: [{name: A, value_from: {env: DB_PASSWORD}}]}
"""
PROTECTED = "reconciler: {protect: true}\n"
Program = Callable[..., Ran]


@pytest.fixture
def call(called: Program, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program; the organization has what the manifests say."""
    monkeypatch.setenv("DB_PASSWORD", "one")
    declare(DASHBOARD.format("keep", "") + DASHBOARD.format("drop", "") + SECRET)
    assert called("apply", "m.yml", "--auto-approve").code == 0
    return called


def declare(text: str) -> None:
    Path("m.yml").write_text(text)


def save(call: Program, *options: str) -> None:
    said = call("plan", "m.yml", "--out", "plan.json", *options)
    assert said.code == 0, said


def refused(call: Program, *options: str) -> str:
    """Apply; nothing may be written. Return what was said."""
    number = writes(Path(ORGANIZATION))
    said = call("apply", "plan.json", "--auto-approve", *options)
    assert (said.code, writes(Path(ORGANIZATION))) == (4, number), said
    return said.err


def pruning(call: Program) -> None:
    """Save a plan after which no dashboard would be looked at for another reason."""
    declare(SECRET)
    save(call, "--prune")


def test_a_delete_without_its_ledger(call: Program) -> None:
    """What was reviewed can't be proven any more, so it is not passed over in silence."""
    pruning(call)
    said = refused(call, "--ledger", "none")
    assert "Dashboard/drop: it is there, but by this ledger it is not ours" in said
    assert "you reviewed  delete\n    to do now     nothing" in said


def test_a_delete_of_what_somebody_made_anew(call: Program) -> None:
    """Another object of the same name is not the one that was reviewed."""
    pruning(call)
    declare(DASHBOARD.format("drop", "reconciler: {absent: true}\n"))
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    declare(DASHBOARD.format("drop", ""))
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    declare(SECRET)
    assert "Dashboard/drop: it is there, but by this ledger it is not ours" in refused(call)


def test_a_delete_of_what_is_protected_meanwhile(call: Program) -> None:
    """Somebody applied a manifest that protects it."""
    pruning(call)
    declare(DASHBOARD.format("drop", PROTECTED))
    assert call("apply", "m.yml", "--auto-approve").code == 0
    declare(SECRET)
    assert "Dashboard/drop: it is protected now" in refused(call)


def test_a_delete_that_somebody_did(call: Program) -> None:
    """It is done, whoever did it: with or without a ledger."""
    pruning(call)
    declare(
        DASHBOARD.format("drop", "reconciler: {absent: true}\n")
        + DASHBOARD.format("keep", "reconciler: {absent: true}\n")
    )
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    declare(SECRET)
    assert call("apply", "plan.json", "--auto-approve").code == 0
    assert call("apply", "plan.json", "--auto-approve", "--ledger", "none").code == 0


def test_a_value_that_can_not_be_compared_any_more(
    call: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the ledger nothing shows that another value is to be written: that is said."""
    monkeypatch.setenv("DB_PASSWORD", "two")
    save(call, "--allow-replace")
    said = refused(call, "--ledger", "none")
    assert "Secret/db: it is there, but nothing tells whether with the values that" in said
    done = call("apply", "plan.json", "--auto-approve")
    assert (done.code, "1 replaced" in done.out) == (0, True)
    assert "Nothing to do" in call("plan", "m.yml").out


def test_a_step_that_nobody_reviewed(call: Program) -> None:
    """Something else moved: what would be done about it is told, and not done."""
    branch = "spec: {widgets: [{name: w, type: list_workflows, filters: {branch: main}}]}\n"
    keep = DASHBOARD.format("keep", branch)
    declare(keep + SECRET)
    assert call("apply", "m.yml", "--auto-approve").code == 0
    declare(keep + DASHBOARD.format("new", "") + SECRET)
    save(call)
    declare(keep.replace("main", "theirs"))
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "none").code == 0
    declare(keep + DASHBOARD.format("new", "") + SECRET)
    said = refused(call)
    assert "Dashboard/keep: update was not reviewed (changed outside)" in said
    assert "you reviewed  nothing\n    to do now     update\n" in said
    assert 'to do now     spec.widgets.w.filters.branch: "theirs" → "main"' in said


@pytest.mark.parametrize("what", ["manifest", "source"])
def test_what_it_was_made_from_is_gone(
    call: Program, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    """The manifests, or the source of a value: refused as any other change of them."""
    declare(DASHBOARD.format("new", "") + SECRET)
    save(call)
    if what == "manifest":
        Path("m.yml").unlink()
        said = "m.yml: error: there is no such file or directory"
    else:
        monkeypatch.delenv("DB_PASSWORD")
        said = "m.yml:8:29: error: data.env_vars.A: env DB_PASSWORD is not set"
    assert said in refused(call)


@pytest.mark.parametrize("option", ["--prune", "--no-prune", "--max-deletes=0", "--allow-replace"])
def test_what_was_reviewed_takes_no_other_consent(call: Program, option: str) -> None:
    """An option that would be passed over in silence is refused."""
    save(call)
    said = call("apply", "plan.json", "--auto-approve", option)
    assert said.code == 64
    assert "A saved plan stands alone" in said.err
