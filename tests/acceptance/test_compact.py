"""ledger compact: what is old lies in an archive, and everything else is as it was."""

import json
from pathlib import Path

import pytest

from tests.acceptance.conftest import Program, applied, document
from tests.acceptance.manifests import DASHBOARD, NOTIFICATION, PROJECT

BOARD = DASHBOARD.replace("project_id: api", "")
DEAR = f"{BOARD}reconciler: {{protect: true}}\n"
COMPACT = ("ledger", "compact", "--keep", "0", "--archive", "old.gz")


@pytest.fixture
def compacted(local: Program, place: Path) -> Program:
    """An organization with something protected, and a ledger whose only run is archived."""
    (place / "all.yml").write_text(f"{PROJECT}---\n{NOTIFICATION}---\n{DEAR}")
    applied(local, "all.yml")
    (place / "export").write_text(local("ledger", "export").out)
    ran = local(*COMPACT)
    assert (ran.code, ran.out.startswith("Archived: the records up to 8, in old.gz")) == (0, True)
    return local


def test_plans_are_what_they_were(compacted: Program, place: Path) -> None:
    """Also of what is ours, protected, pruned, and of who changed what."""
    assert compacted("plan", "--detailed-exitcode", "all.yml").code == 0
    (place / "all.yml").write_text(f"{PROJECT}---\n{BOARD.replace('main', 'other', 1)}")
    looked = document(compacted, "plan", "--prune", "all.yml")
    assert {each["address"]: each["action"] for each in looked["changes"]} == {
        "Dashboard/other": "create",
        "Notification/ops": "delete",
    }
    assert "Dashboard/main" in json.dumps(looked["notes"] + looked["refusals"])
    applied(compacted, "--prune", "all.yml")
    assert compacted("ledger", "verify").code == 0


def test_show_verify_and_export_know_the_archive(compacted: Program, place: Path) -> None:
    """With it, they see what they saw before; without, they say what they don't see."""
    shown = compacted("ledger", "show")
    assert shown.out == (
        "The records up to 8 are archived, in old.gz.\n\n"
        "Protected: Dashboard/main.\nNobody is applying now.\n"
    )
    told = document(compacted, "ledger", "show")
    assert (told["runs"], told["archived"]["records"], told["archived"]["file"]) == (
        [],
        8,
        "old.gz",
    )
    assert ", the first 8 of them archived, the last is " in compacted("ledger", "verify").out
    assert len(compacted("ledger", "export").out.splitlines()) == 1

    whole = document(compacted, "ledger", "show", "--archive", "old.gz")
    assert [run["command"] for run in whole["runs"]] == ["apply"]
    assert whole["archived"] is None
    verified = compacted("ledger", "verify", "--archive", "old.gz")
    assert verified.out.startswith("Intact: 9 records, the last is ")
    exported = compacted("ledger", "export", "--archive", "old.gz").out
    assert exported.startswith((place / "export").read_text())


def test_the_same_command_again_does_no_more(compacted: Program) -> None:
    """And another archive has what was recorded since."""
    before = compacted("ledger", "export").out
    assert compacted(*COMPACT).code == 0
    assert compacted("ledger", "export").out == before
    again = (*COMPACT[:-1], "new.gz")
    assert compacted("ledger", "compact", "--archive", "new.gz").out == (
        "No run ended more than 90 days ago: nothing to archive.\n"
    )
    assert compacted("forget", "Notification/ops").code == 0
    assert compacted(*again).code == 0
    archives = ("--archive", "new.gz", "--archive", "old.gz")
    assert compacted("ledger", "verify", *archives).code == 0


@pytest.mark.parametrize("action", ["show", "verify", "export"])
def test_an_archive_that_is_missing(compacted: Program, action: str) -> None:
    """Is told as that; the last ones alone are a history that begins later."""
    assert compacted("forget", "Notification/ops").code == 0
    assert compacted(*COMPACT[:-1], "new.gz").code == 0
    ran = compacted("ledger", action, "--archive", "old.gz")
    assert (ran.code, ran.out) == (1, "")
    assert (
        "error: an archive is missing: the records 9 to 12, which follow those of old.gz, are "
        "in none that is given; give that one, too"
    ) in ran.err
    assert compacted("ledger", action, "--archive", "new.gz").code == 0


def test_programs_are_told_in_json(compacted: Program) -> None:
    """Of every action, under one version."""
    told = document(compacted, "ledger", "verify")
    head = told["head"]
    assert told == {
        "format_version": 1,
        "intact": True,
        "wrong": [],
        "doubts": [],
        "records": 9,
        "head": head,
        "archived": {"file": "old.gz", "head": told["archived"]["head"], "records": 8},
    }
    told = document(compacted, "forget", "Dashboard/*")
    addresses = ["Dashboard/main"]
    assert told == {
        "format_version": 1,
        "forgotten": addresses,
        "protected_no_longer": addresses,
    }
    told = document(compacted, *COMPACT[:-1], "new.gz")
    assert (told["written"], told["removed"], told["archived"]["records"]) == (4, True, 12)
    told = document(compacted, "ledger", "accept")
    assert (told["accepted"].startswith("13 records"), told["protected_no_longer"]) == (True, [])
    assert document(compacted, "ledger", "break-lease") == {"broken": None, "format_version": 1}


def test_a_signature_is_told_in_json(compacted: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether there was anything to sign."""
    monkeypatch.setenv("RECONCILER_LEDGER_KEY", "0123456789abcdef" * 4)
    signed = [document(compacted, "ledger", "sign")["signed"] for _ in range(2)]
    assert signed == [True, False]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compact",), "compact needs one --archive FILE."),
        (("compact", "--archive", "a", "--archive", "b"), "compact needs one --archive FILE."),
        (("show", "--keep", "3"), "--keep is for compact."),
        (("accept", "--archive", "a"), "--archive is for compact, show, verify and export."),
    ],
)
def test_what_is_no_such_command(local: Program, arguments: tuple[str, ...], said: str) -> None:
    """Is told as any other misuse."""
    ran = local("ledger", *arguments)
    assert (ran.code, said in ran.err) == (64, True)
