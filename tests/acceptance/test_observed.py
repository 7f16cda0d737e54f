"""``mode: observe``: compared, told as drift, and never written."""

from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.conftest import Program, applied, document, seeded
from tests.acceptance.manifests import DASHBOARD, EVERYTHING, PROJECT, SCHEDULE, SECRET
from tests.reliability.world import Key, world

_OBSERVE = "reconciler: {mode: observe}\n"
_BOARD = DASHBOARD.replace(", filters: {project_id: api}", "")
_OTHER = _BOARD.replace("name: W", "name: V")


def _held() -> dict[Key, Any]:
    return world(Path(".reconciler/embedded.db")).bodies()


def test_a_difference_is_told_and_nothing_is_done(local: Program, place: Path) -> None:
    """It is drift, and no change; an apply says so and leaves it."""
    seeded(local, place, _BOARD)
    (place / "m.yml").write_text(f"{_OTHER}{_OBSERVE}")
    before = _held()
    ran = local("plan", "--detailed-exitcode", "m.yml")
    assert ran.code == 0
    assert "Only observed, so nothing is done about these:\n\n  ≠   Dashboard/main" in ran.out
    assert "Nothing to do: 1 object only observed and not as declared; 0 objects as " in ran.out
    found = document(local, "plan", "m.yml")
    assert [(one["address"], one["action"]) for one in found["observed"]] == [
        ("Dashboard/main", "update")
    ]
    assert (found["changes"], found["adopted"], found["refusals"]) == ([], [], [])
    ran = local("drift", "m.yml")
    assert (ran.code, "Drift: 1 only observed; 0 objects as declared." in ran.out) == (2, True)
    told = document(local, "drift", "m.yml")
    assert (told["drifted"], told["different"]) == (True, [])
    (different,) = told["observed"]
    assert {f["path"] for f in different["fields"] if f["after"] is None} == {"spec.widgets.V.type"}
    for command in ("apply", "adopt"):
        assert local(command, "--auto-approve", "m.yml").code == 0
    assert _held() == before
    (entry,) = document(local, "list", "--manifests", "m.yml")["objects"]
    assert (entry["observed"], entry["ours"], entry["unmanaged"]) == (True, False, False)


def test_what_is_as_declared_is_no_drift(local: Program, place: Path) -> None:
    """Nor ours: nothing of it is remembered."""
    seeded(local, place, _BOARD)
    (place / "m.yml").write_text(f"{_BOARD}{_OBSERVE}")
    assert local("drift", "m.yml").code == 0
    ran = local("apply", "--auto-approve", "m.yml")
    assert (ran.code, "Nothing to do: 1 object is as declared." in ran.out) == (0, True)
    assert document(local, "list", "Dashboard/*")["objects"][0]["ours"] is False


def test_what_is_not_there_is_not_made(local: Program, place: Path) -> None:
    """It is told as missing, with all that is in it; what others need in it is an error."""
    observed = "---\n".join(f"{text}{_OBSERVE}" for text in (PROJECT, SCHEDULE))
    (place / "m.yml").write_text(observed)
    ran = local("drift", "m.yml")
    assert (ran.code, "Declared, but missing:" in ran.out) == (2, True)
    assert "Drift: 2 only observed" in ran.out
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert _held() == {}
    (place / "m.yml").write_text(f"{PROJECT}{_OBSERVE}---\n{SCHEDULE}")
    ran = local("plan", "m.yml")
    assert ran.code == 1
    assert "needs project 'api', which is only observed, and is not there" in ran.err


@pytest.mark.parametrize("command", [("apply", "--prune"), ("destroy",)], ids="-".join)
def test_what_it_is_in_stays(local: Program, place: Path, command: tuple[str, ...]) -> None:
    """A project goes with all that is in it, so it does not go."""
    (place / "m.yml").write_text(f"{PROJECT}---\n{SCHEDULE}---\n{_BOARD}")
    applied(local, "m.yml")
    rest = f"{SCHEDULE}{_OBSERVE}---\n{_BOARD}"
    if command == ("destroy",):
        rest = f"{PROJECT}---\n{rest}"
    (place / "m.yml").write_text(rest)
    ran = local(*command, "--auto-approve", "m.yml")
    assert "Project/api stays: Schedule/api/nightly in it is only observed" in ran.out
    assert {("Project", "", "api"), ("Schedule", "api", "nightly")} <= set(_held())


def test_what_was_ours_is_given_back(local: Program, place: Path) -> None:
    """With its record; what was changed meanwhile is not written over."""
    (place / "m.yml").write_text(f"{_BOARD}---\n{SECRET}")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{_OTHER}{_OBSERVE}---\n{SECRET}")
    ran = local("apply", "--auto-approve", "m.yml")
    assert "(`on_removal: forget` or `mode: observe`): Dashboard/main." in ran.out
    assert "remembered no longer: Dashboard/main" in local("ledger", "show").out
    (place / "m.yml").write_text(SECRET)
    found = document(local, "plan", "--prune", "m.yml")
    assert (found["changes"], found["orphaned"], found["released"]) == ([], [], [])


HIDDEN = """apiVersion: v1beta
kind: Secret
metadata: {name: s}
data: {env_vars: [{name: A, value_from: {env: V}}]}
"""


def test_what_is_known_of_hidden_values_stays_known(
    local: Program, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An apply writes none of them and forgets none, until nothing declares them."""
    (place / "m.yml").write_text(HIDDEN)
    monkeypatch.setenv("V", "nightjar-1")
    applied(local, "m.yml")
    (place / "m.yml").write_text(f"{HIDDEN}{_OBSERVE}")
    for value, code in (("nightjar-1", 0), ("nightjar-2", 2), ("nightjar-1", 0)):
        monkeypatch.setenv("V", value)
        ran = local("apply", "--auto-approve", "m.yml")
        assert (ran.code, "Given back" in ran.out) == (0, False), ran
        ran = local("drift", "m.yml")
        assert (ran.code, "not known" in ran.out) == (code, False), ran
    seeded(local, place, SECRET)
    (place / "m.yml").write_text(SECRET)
    found = document(local, "plan", "--prune", "m.yml")
    assert (found["changes"], found["released"]) == ([], ["Secret/s"])
    assert local("apply", "--prune", "--auto-approve", "m.yml").code == 0
    assert ("Secret", "", "s") in _held()
    assert document(local, "plan", "--prune", "m.yml")["unmanaged"] == ["Secret/s"]


def test_the_tasks_of_an_observed_project_are_observed(local: Program, place: Path) -> None:
    """Those in its list, and those that it does not name."""
    task = "    - {name: %s, pipeline_file: %s.yml, branch: main, scheduled: false}\n"
    seeded(local, place, f"{PROJECT}  tasks:\n{task % ('a', 'x')}{task % ('b', 'x')}")
    (place / "m.yml").write_text(f"{PROJECT}  tasks:\n{task % ('a', 'y')}{_OBSERVE}")
    before = _held()
    found = document(local, "plan", "m.yml")
    assert [(one["address"], one["action"]) for one in found["observed"]] == [
        ("Schedule/api/a", "update"),
        ("Schedule/api/b", "delete"),
    ]
    assert (found["changes"], found["unmanaged"]) == ([], [])
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert _held() == before


def test_a_rewrite_of_it_writes_nothing(local: Program, place: Path) -> None:
    """And says so."""
    seeded(local, place, SECRET)
    (place / "m.yml").write_text(f"{SECRET}{_OBSERVE}")
    before = _held()
    ran = local("apply", "--rewrite", "Secret/*", "--allow-replace", "--auto-approve", "m.yml")
    assert "--rewrite writes nothing of it, for it is only observed" in ran.out
    assert _held() == before


def test_of_every_kind(local: Program, place: Path) -> None:
    """An organization that others made, seen through manifests alone: nothing is written."""
    seeded(local, place, EVERYTHING)
    text = "---\n".join(f"{one}{_OBSERVE}" for one in EVERYTHING.split("---\n"))
    (place / "m.yml").write_text(text)
    before = _held()
    assert local("drift", "m.yml").code == 0
    assert local("apply", "--auto-approve", "m.yml").code == 0
    (place / "m.yml").write_text(text.replace("[failed]", "[passed]").replace("1 year", "2 years"))
    assert local("drift", "m.yml").code == 2
    assert local("apply", "--auto-approve", "m.yml").code == 0
    assert local("destroy", "--auto-approve", "m.yml").code == 0
    assert _held() == before


def test_what_refers_to_what_is_made_anew_is_compared_as_it_is(local: Program, place: Path) -> None:
    """The plan itself makes no difference that is told as one."""
    project = f"{PROJECT}reconciler: {{replace: allow}}\n"
    (place / "m.yml").write_text(f"{project}---\n{DASHBOARD}")
    applied(local, "m.yml")
    new = project.replace("run_on: [branches]", "integration_type: github_app")
    (place / "m.yml").write_text(f"{new}---\n{DASHBOARD}{_OBSERVE}")
    for command in ("plan", "drift"):
        assert document(local, command, "m.yml")["observed"] == []
