"""What an auditor asks: who, from where, which commit and job, when, and what came of it."""

import hashlib
import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import opened
from reconciler.model import Action, Address, Change
from tests.ledger.conftest import EMBEDDED as ORGANIZATION
from tests.ledger.conftest import JOB, Program, change, raw, tamper

GOOD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: good}\n---\n"
TAKEN = (
    "apiVersion: v1alpha\nkind: DeploymentTarget\n"
    "metadata: {name: t, project_id_or_name: p}\n"
    "spec: {subject_rules: [{type: USER, git_login: nobody-at-all}]}\n---\n"
    "apiVersion: v1alpha\nkind: Project\nmetadata: {name: p}\n"
    "spec: {repository: {url: 'git@github.com:acme/p.git'}}\n"
)


@pytest.fixture(autouse=True)
def _manifests(tmp_path: Path) -> None:
    (tmp_path / "m.yml").write_text(GOOD + TAKEN)


def shown(call: Program) -> Any:
    code, out, _ = call("ledger", "show", "--format", "json")
    assert code == 0
    return json.loads(out)


def test_a_run_is_told_with_all_its_steps(call: Program) -> None:
    """The job's facts, the plan's name, and for each step reason, place, fields and result."""
    assert call("apply", "m.yml", "--auto-approve")[0] == 3
    (run,) = shown(call)["runs"]
    text = json.dumps(run)
    for fact in (*JOB.values(), "apply"):
        assert fact in text
    steps = {step["address"]: step for step in run["steps"]}
    assert steps["Dashboard/good"]["result"] == "done"
    assert steps["DeploymentTarget/p/t"]["result"] == "failed"
    assert steps["DeploymentTarget/p/t"]["detail"]
    assert shown(call)["lease"] is None


def test_what_became_managed_is_told_once(call: Program, tmp_path: Path) -> None:
    """In the run that found it as declared; a later one may learn more of it, its new file."""
    (tmp_path / "m.yml").write_text(GOOD)
    assert call("--ledger", "none", "apply", "m.yml", "--auto-approve")[0] == 0
    for file in ("m.yml", "n.yml"):
        (tmp_path / "m.yml").rename(tmp_path / file)
        assert call("apply", file, "--auto-approve")[0] == 0
        (tmp_path / file).rename(tmp_path / "m.yml")
    first, second = shown(call)["runs"]
    assert (first["adopted"], second["adopted"]) == (["Dashboard/good"], [])


def test_who_has_no_name_is_told_by_number(call: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container, the user of a process may be nobody that the system knows."""
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    assert call("apply", "m.yml", "--auto-approve")[0] == 3
    assert shown(call)["runs"][0]["user"] == f"uid {os.getuid()}"


def test_an_export_is_every_record_a_line(call: Program, tmp_path: Path) -> None:
    """JSON lines in order, each with its time in UTC and the hash of the one before."""
    call("apply", "m.yml", "--auto-approve")
    code, out, _ = call("ledger", "export")
    assert code == 0
    events = [json.loads(line) for line in out.splitlines()]
    assert {event["format_version"] for event in events} == {1}
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["previous"] for event in events[1:]] == [event["hash"] for event in events[:-1]]
    moments = [datetime.fromisoformat(event["at"]) for event in events]
    assert moments == sorted(moments)
    assert all(moment.utcoffset() is not None for moment in moments)
    with opened(tmp_path / "ledger.db", ORGANIZATION, create=False) as book:
        code, out, _ = call("ledger", "verify")
        assert (code, out) == (0, f"Intact: {len(events)} records, the last is {book.head()}.\n")


@pytest.mark.parametrize("action", ["show", "verify", "export", "break-lease"])
def test_no_ledger(call: Program, tmp_path: Path, action: str) -> None:
    """Said, and none is made by asking."""
    code, _, err = call("ledger", action)
    assert code == 1
    assert err == "error: ledger.db: there is no ledger\n"
    assert not (tmp_path / "ledger.db").exists()
    code, _, err = call("ledger", action, "--ledger", "none")
    assert (code, err) == (1, "error: there is no ledger: --ledger none\n")


def test_a_lost_ledger_loses_no_object(call: Program, tmp_path: Path) -> None:
    """Nothing has to be done again; only who made a difference is not known any more.

    That it is another one than before is said, until somebody says that this is right.
    """
    (tmp_path / "m.yml").write_text(GOOD)
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    (tmp_path / "ledger.db").unlink()
    code, out, _ = call("plan", "m.yml", "--detailed-exitcode")
    assert (code, "Nothing to do" in out) == (0, True)
    with pytest.raises(LedgerUnusable), opened(tmp_path / "ledger.db", "", create=False):
        pass
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    assert call("ledger", "verify")[0] == 1
    assert call("ledger", "accept")[0] == 0
    assert call("ledger", "verify")[0] == 0


def test_who_only_audits_needs_no_token(call: Program, tmp_path: Path) -> None:
    """Whoever has the file can look at it; the organization is but a name in it."""
    call("apply", "m.yml", "--auto-approve")
    with opened(tmp_path / "ledger.db", "https://acme.semaphoreci.com", create=True) as book:
        book.break_lease("nobody")
    for action in ("show", "verify", "export", "break-lease"):
        code, _, err = call("ledger", action, "--org", "https://acme.semaphoreci.com")
        assert (code, err) == (0, "")


def test_an_export_proves_its_own_chain(call: Program) -> None:
    """All organizations of the file are in it, and each hash can be computed from the line."""
    call("apply", "m.yml", "--auto-approve")
    call("apply", "m.yml", "--auto-approve", "--org", "embedded:other.db")
    _, out, _ = call("ledger", "export")
    events = [json.loads(line) for line in out.splitlines()]
    assert {event["organization"] for event in events} == {
        "embedded:{ledger}/semaphore.db",
        "embedded:{ledger}/other.db",
    }
    previous = "0" * 64
    for event in events:
        assert event["previous"] == previous
        body = json.dumps(event["body"], sort_keys=True, ensure_ascii=False)
        row = [event[key] for key in ("seq", "at", "organization", "sort")]
        text = json.dumps([*row, body, event["previous"]], ensure_ascii=False)
        previous = hashlib.sha256(text.encode()).hexdigest()
        assert event["hash"] == previous


def test_show_tells_people_who_it_was(call: Program, tmp_path: Path) -> None:
    """Every fact of the job; a holder that is dead is called so; who broke a lease is named."""
    call("apply", "m.yml", "--auto-approve")
    _, out, _ = call("ledger", "show")
    for fact in JOB.values():
        assert fact in out
    assert out.endswith("\nNobody is applying now.\n")
    with (
        opened(tmp_path / "ledger.db", ORGANIZATION, create=True) as book,
        book.run({"command": "apply"}, "grace"),
    ):
        assert "\nHeld by grace on " in call("ledger", "show")[1]
        assert "no sign of life" not in call("ledger", "show")[1]
        assert shown(call)["lease"]["lives"] is True
        with raw(tmp_path / "ledger.db") as db:
            db.execute("UPDATE leases SET pid = ?", (2**22 + 1,))
        _, out, _ = call("ledger", "show")
        assert out.endswith("; no sign of life, the next apply takes over.\n")
        assert shown(call)["lease"]["lives"] is False
        assert call("ledger", "break-lease")[1].startswith("Broken: grace on ")
        assert "lease_broken_by Semaphore job job-1" in call("ledger", "show")[1]


def test_a_tampered_ledger_applies_nothing(call: Program, tmp_path: Path) -> None:
    """It is said what is wrong and how to go on; Semaphore is as it was."""
    (tmp_path / "m.yml").write_text(GOOD)
    call("apply", "m.yml", "--auto-approve")
    tamper(tmp_path / "ledger.db", "UPDATE events SET at = '2001-01-01' WHERE seq = 2")
    assert call("ledger", "verify") == (1, "", "error: event 2 was altered\n")
    (tmp_path / "m.yml").write_text(GOOD.replace("good", "better"))
    code, _, err = call("apply", "m.yml", "--auto-approve")
    assert code == 1
    assert "event 2 was altered; it was tampered with or damaged" in err
    code, out, _ = call("plan", "m.yml", "--ledger", "none")
    assert "1 to create" in out


def test_a_ledger_that_others_can_write(call: Program, tmp_path: Path) -> None:
    """Nothing is planned or applied by it, and who looks at it is told."""
    assert call("apply", "m.yml", "--auto-approve")[0] == 3
    (tmp_path / "ledger.db").chmod(0o666)
    said = "this ledger is not believed: ledger.db can be written by others, its mode is 0666: "
    for command in ("plan", "drift", "apply", "destroy"):
        code, _, err = call(command, "m.yml")
        assert code == 1
        assert f"error: {said}" in err
    for action in ("show", "export"):
        code, out, err = call("ledger", action)
        assert (code, "Dashboard" in out) == (0, True)
        assert f"warning: {said}" in err
    code, out, err = call("ledger", "verify")
    assert (code, out.partition(":")[0]) == (1, "Intact in itself")
    assert f"warning: {said}" in err
    assert call("plan", "m.yml", "--ledger", "none")[0] == 0
    (tmp_path / "ledger.db").chmod(0o600)
    assert call("ledger", "verify")[0] == 0


def test_an_update_of_a_project_that_was_cut_off(call: Program, tmp_path: Path) -> None:
    """Between it and what sets its tasks right again, some may run on another branch."""
    with (
        opened(tmp_path / "ledger.db", ORGANIZATION, create=True) as book,
        book.run({"command": "apply"}, "grace") as run,
    ):
        run.intend(Change(Action.UPDATE, Address("Project", "", "api"), None, None), {})
        with raw(tmp_path / "ledger.db") as db:
            db.execute("UPDATE leases SET started = '1'")
        said = call("plan", "m.yml")[1]
        assert "cut off during update of Project/api" in said
        assert "tasks in it that ran on no branch may run on master now" in said
        with raw(tmp_path / "ledger.db") as db:
            db.execute("UPDATE leases SET started = ?", (run.lease.started,))


def test_what_is_under_way_is_not_cut_off(call: Program, tmp_path: Path) -> None:
    """As long as its run lives, in text and JSON, and in a plan made meanwhile."""
    with (
        opened(tmp_path / "ledger.db", ORGANIZATION, create=True) as book,
        book.run({"command": "apply"}, "grace") as run,
    ):
        run.intend(change("one"), {})
        assert "  under way\n    create  Secret/one  under way\n" in _without_facts(call)
        (told,) = shown(call)["runs"]
        assert (told["under_way"], told["steps"][0]["result"]) == (True, "under way")
        said = call("plan", "m.yml")[1]
        assert "an apply is under way, and what it has not done yet may be in this plan" in said
        assert "cut off" not in said
        code, _, err = call("ledger", "break-lease")
        assert (code, "break-lease --force" in err) == (4, True)
        with raw(tmp_path / "ledger.db") as db:
            db.execute("UPDATE leases SET started = '1'")
        assert "  not ended\n    create  Secret/one  cut off\n" in _without_facts(call)
        (told,) = shown(call)["runs"]
        assert (told["under_way"], told["steps"][0]["result"]) == (False, "cut off")
        assert "an earlier run was cut off during create of Secret/one" in call("plan", "m.yml")[1]
        with raw(tmp_path / "ledger.db") as db:
            db.execute("UPDATE leases SET started = ?", (run.lease.started,))
        assert call("ledger", "break-lease", "--force")[1].startswith("Broken: grace on ")
    assert call("ledger", "verify", "--force")[0] == 64


def _without_facts(call: Program) -> str:
    """What show tells, but for who it was."""
    lines = call("ledger", "show")[1].splitlines(keepends=True)
    return "".join(line for line in lines if line.strip())
