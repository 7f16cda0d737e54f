"""The ledger seen last: an empty, missing, cut or older one is told, and lifts no protection."""

import json
import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.ledger import opened
from tests.ledger.conftest import EMBEDDED, ORGANIZATION, Program, fill, record, tamper

Worsen = Callable[[Path], None]

BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: {name}}}\n{rules}---\n"
KEEP = BOARD.format(name="keep", rules="")
DEAR = BOARD.format(name="dear", rules="reconciler: {protect: true}\n")
GONE = BOARD.format(name="dear", rules="reconciler: {absent: true}\n")
OURS = BOARD.format(name="ours", rules="")


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def missing(path: Path) -> None:
    path.unlink()


def cut(path: Path) -> None:
    """Take off the last record, and what it added up to, as who knows the format does."""
    tamper(path, "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)")


def older(path: Path) -> None:
    shutil.copy(path.with_name("older.db"), path)


def another(path: Path) -> None:
    """One that is longer, and was never that one."""
    path.unlink()
    with opened(path, ORGANIZATION, create=True, environ={}) as book:
        for _ in range(20):
            fill(book)


WORSE = pytest.mark.parametrize(
    ("worsen", "said"),
    [
        (emptied, "it is empty, and the one seen last on this machine had 11 records"),
        (missing, "there is no ledger, and the one seen last on this machine had 11 records"),
        (cut, "it has 10 records, and the one seen last on this machine had 11: it is an older"),
        (older, "it has 8 records, and the one seen last on this machine had 11: it is an older"),
        (another, "it is another one: its record 11 is not the last of the one seen last here"),
    ],
)


@pytest.fixture
def ledger(call: Program, tmp_path: Path) -> Path:
    """A ledger by which three dashboards are ours, of which one is protected, and an older copy."""
    path = tmp_path / "ledger.db"
    (tmp_path / "m.yml").write_text(KEEP + DEAR.replace("reconciler: {protect: true}\n", "") + OURS)
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    shutil.copy(path, tmp_path / "older.db")
    with opened(path, "embedded:semaphore.db", create=False) as book:
        assert book.count() == 8
    (tmp_path / "m.yml").write_text(KEEP + DEAR + OURS)
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    return path


def boards(tmp_path: Path) -> set[str]:
    with closing(sqlite3.connect(tmp_path / "semaphore.db")) as db:
        return {row[0] for row in db.execute("SELECT name FROM dashboards")}


@WORSE
def test_it_is_said_and_lifts_no_protection(
    call: Program, ledger: Path, tmp_path: Path, worsen: Worsen, said: str
) -> None:
    """In every command, in text and JSON; what was protected stays, and nothing is pruned."""
    worsen(ledger)
    (tmp_path / "m.yml").write_text(KEEP + GONE)
    for command in ("plan", "drift"):
        code, out, err = call(command, "m.yml")
        assert said in out, (out, err)
        assert "declared absent, but it is protected by the ledger that was seen last" in out
        assert "stays: Dashboard/dear, and nothing is pruned, until this one is said to" in out
        assert "reconciler ledger accept" in out
        _, out, _ = call(command, "m.yml", "--format", "json")
        assert said in out
    for command in ("plan", "apply"):
        code, out, err = call(command, "m.yml", "--prune")
        assert "nothing is pruned by a ledger that is not the one it should be" in out
        assert "REFUSED" in out
        assert code == 4
    assert call("apply", "m.yml", "--auto-approve")[0] == 4
    assert call("destroy", "m.yml", "--auto-approve")[0] in (0, 4)
    assert "dear" in boards(tmp_path)
    assert "ours" in boards(tmp_path)
    _, out, _ = call("plan", "m.yml")
    assert "the one seen last" in out
    for action in ("show", "verify"):
        code, out, err = call("ledger", action)
        assert "the one seen last" in err
    assert (code, out.partition(":")[0]) == (1, "Intact in itself")
    assert json.loads(call("ledger", "show", "--format", "json")[1])["doubts"]


@WORSE
def test_until_somebody_says_that_it_is_right(
    call: Program, ledger: Path, tmp_path: Path, worsen: Worsen, said: str
) -> None:
    """That is one command, which says what is protected no longer; then it counts."""
    worsen(ledger)
    assert said in call("plan", "m.yml")[1]
    code, out, _ = call("ledger", "accept")
    assert code == 0
    assert out.startswith("Accepted: ")
    lifts = worsen is not cut  # which took off the end of the run, and nothing that was recorded
    assert ("Protected no longer: Dashboard/dear.\n" in out) == lifts
    (tmp_path / "m.yml").write_text(KEEP + GONE)
    code, out, _ = call("plan", "m.yml", "--prune")
    assert "the one seen last" not in out
    assert ("declared absent, but it is protected" in out) != lifts
    assert call("apply", "m.yml", "--auto-approve")[0] == (0 if lifts else 4)
    assert ("dear" in boards(tmp_path)) != lifts
    assert call("ledger", "verify")[0] == 0


def test_the_one_seen_last_goes_on(call: Program, ledger: Path, tmp_path: Path) -> None:
    """What others add is no other ledger; a protection that is lifted in it is lifted."""
    with (
        opened(ledger, "embedded:semaphore.db", create=True, environ={}) as book,
        book.run({"command": "apply"}, "grace") as run,
    ):
        run.remember((record("elsewhere", protect=True),))
    assert "the one seen last" not in call("plan", "m.yml", "--prune")[1]
    (tmp_path / "m.yml").write_text(KEEP + DEAR.replace("true", "false") + OURS)
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    emptied(ledger)
    assert "stays: Secret/elsewhere, and nothing" in call("plan", "m.yml")[1]


def test_a_copy_elsewhere_is_another_ledger(call: Program, ledger: Path, tmp_path: Path) -> None:
    """Each place has a ledger seen last of its own; the link to a place is that place."""
    call("ledger", "verify")
    older = tmp_path / "older.db"
    assert "the one seen last" not in call("plan", "m.yml", "--ledger", str(older))[1]
    emptied(ledger)
    (tmp_path / "link.db").symlink_to(ledger)
    assert "the one seen last" in call("plan", "m.yml", "--ledger", "link.db")[1]


def turned(path: Path) -> None:
    """The file is a link to the older copy."""
    path.unlink()
    path.symlink_to("older.db")


def turned_aside(path: Path) -> None:
    """Its folder is a link to another one, in which there is the older copy."""
    other = path.parent.with_name("other")
    other.mkdir()
    shutil.copy(path.with_name("older.db"), other / path.name)
    path.parent.rename(path.parent.with_name("away"))
    path.parent.symlink_to(other)


def dangling(path: Path) -> None:
    path.unlink()
    path.symlink_to("nowhere.db")


@pytest.mark.parametrize("turn", [turned, turned_aside, dangling])
def test_a_link_that_leads_elsewhere_lifts_no_protection(
    call: Program, tmp_path: Path, turn: Worsen
) -> None:
    """What was seen by that name counts, wherever it leads."""
    path = tmp_path / "kept" / "ledger.db"
    named = ("--ledger", "kept/ledger.db")
    (tmp_path / "m.yml").write_text(KEEP + DEAR.replace("reconciler: {protect: true}\n", "") + OURS)
    assert call("apply", "m.yml", "--auto-approve", *named)[0] == 0
    shutil.copy(path, path.with_name("older.db"))
    (tmp_path / "m.yml").write_text(KEEP + DEAR + OURS)
    assert call("apply", "m.yml", "--auto-approve", *named)[0] == 0
    turn(path)
    (tmp_path / "m.yml").write_text(KEEP)
    for command in ("plan", "apply"):
        for _ in range(2):
            code, out, err = call(command, "m.yml", "--prune", *named)
            assert (code, "the one seen last" in out) == (4, True), (out, err)
            assert "stays: Dashboard/dear" in out
    assert boards(tmp_path) == {"keep", "dear", "ours"}
    assert call("ledger", "accept", *named)[0] == 0
    assert "the one seen last" not in call("plan", "m.yml", *named)[1]


@pytest.mark.parametrize("state", ["", "relative", "/proc/nowhere", "/dev/null"])
def test_where_nothing_can_be_remembered(
    call: Program, ledger: Path, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No home, or one that can't be written: it works, and nobody is told anything."""
    monkeypatch.setenv("XDG_STATE_HOME", state)
    monkeypatch.delenv("HOME")
    emptied(ledger)
    for command in ("plan", "apply", "plan"):
        code, out, err = call(command, "m.yml", *(["--auto-approve"] if command == "apply" else []))
        assert code == 0
        assert "the one seen last" not in out + err


@pytest.mark.usefixtures("ledger")
def test_what_is_remembered_is_its_owners_alone(
    call: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside of the ledger's directory, in the usual place, mode 0600; damaged, that is said."""
    monkeypatch.delenv("XDG_STATE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    call("plan", "m.yml")
    (found,) = (tmp_path / "home/.local/state/reconciler/ledgers").iterdir()
    assert found.stat().st_mode & 0o777 == 0o600
    assert found.parent.stat().st_mode & 0o777 == 0o700
    for text in (
        "",
        "[]",
        "{}",
        '{"format_version": 1, "seq": "x"}',
        "\0",
        '{"format_version": 9}',
    ):
        found.write_text(text)
        for _ in range(2):
            code, out, _ = call("plan", "m.yml")
            assert (code, f"{found}, which tells of the one seen last" in out) == (0, True)
            assert call("plan", "m.yml", "--prune")[0] == 4
        assert call("ledger", "accept")[0] == 0
        assert "the one seen last" not in call("plan", "m.yml", "--prune")[1]
        assert json.loads(found.read_text())["seq"] == 11
    found.unlink()
    found.mkdir()
    code, _, err = call("ledger", "accept")
    assert (code != 0, f"{found} can't be written to" in err) == (True, True)
    found.rmdir()
    assert call("ledger", "accept")[0] == 0
    assert os.listdir(found.parent) == [found.name]  # noqa: PTH208


def test_altered_rows_are_found_by_every_plan(call: Program, ledger: Path) -> None:
    """The rows that a plan reads, or the events behind them."""
    for statement in (
        "UPDATE current SET body = replace(body, '\"protect\": true', '\"protect\": false')",
        "DELETE FROM current",
        "UPDATE events SET at = '2001-01-01' WHERE seq = 2",
    ):
        before = ledger.read_bytes()
        tamper(ledger, statement)
        for command in (("plan", "--prune"), ("plan",), ("drift",), ("apply",), ("destroy",)):
            code, _, err = call(command[0], "m.yml", *command[1:])
            assert code == 1
            assert "it was tampered with or damaged, and nothing is applied by it" in err
        assert call("ledger", "verify")[0] == 1
        ledger.write_bytes(before)
        assert call("plan", "m.yml")[0] == 0


def test_whoever_looks_at_a_lost_one_is_told(call: Program, path: Path) -> None:
    """As plan and apply tell it."""
    with opened(path, EMBEDDED, create=True) as book:
        fill(book)
    path.unlink()
    for action in ("show", "verify", "export"):
        code, out, err = call("ledger", action)
        assert (code, out) == (1, "")
        assert "there is no ledger, and the one seen last on this machine had 6 records" in err
