"""One step that goes wrong, however it does: the others are done, and all that is told agrees."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from reconciler.embedded.faults.transport import Transport
from reconciler.ledger import sqlite_file
from tests.cli.conftest import Ran, dashboard

APPLY = ("--org", "embedded:x.db", "apply", "--auto-approve", "m.yml")


@pytest.fixture
def crashing(place: Path) -> Iterator[pytest.MonkeyPatch]:
    """Ten dashboards to be made, one of which makes the network raise what nobody expects."""
    (place / "m.yml").write_text("".join(dashboard(f"d{n}") for n in range(10)))
    sent = Transport.handle_async_request

    async def handle(self: Transport, request: httpx.Request) -> httpx.Response:
        if request.method == "POST" and b'"d4"' in request.content:
            secret = "canary"
            raise ZeroDivisionError(secret)
        return await sent(self, request)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Transport, "handle_async_request", handle)
        yield patch


def test_a_bug_in_one_step(crashing: pytest.MonkeyPatch, reconciler: Callable[..., Ran]) -> None:
    """It is told with its place and without its words; nine are made, the tenth by the next run."""
    ran = reconciler(*APPLY)
    assert ran.code == 3
    assert "Done: 9 of 10 changes (9 created). Failed: 1." in ran.out
    assert "this is a bug in reconciler" in ran.out
    assert "ZeroDivisionError at reconciler.remote.wire:" in ran.out
    assert "state: it may or may not have happened; plan again to see" in ran.out
    assert "canary" not in ran.out + ran.err
    assert "Traceback" not in ran.out + ran.err
    assert "cut off" not in reconciler("--org", "embedded:x.db", "plan", "m.yml").out
    crashing.undo()
    again = reconciler(*APPLY)
    assert again.code == 0
    assert "Done: 1 of 1 change (1 created)." in again.out


@pytest.mark.usefixtures("crashing")
def test_a_bug_in_one_step_as_data(reconciler: Callable[..., Ran]) -> None:
    """The document is whole, and says the same."""
    ran = reconciler(*APPLY, "--format", "json")
    assert ran.code == 3
    document = json.loads(ran.out)
    assert document["results"] == {"done": 9, "failed": 1, "skipped": 0}
    (failed,) = [each for each in document["outcomes"] if each["result"] == "failed"]
    assert failed["address"] == "Dashboard/d4"
    assert "this is a bug in reconciler" in failed["detail"]


@pytest.mark.parametrize(
    ("sort", "done", "failed", "skipped"),
    [("intent", 3, 1, 5), ("result", 4, 0, 5), ("end", 9, 0, 0), ("adopt", 0, 0, 9)],
)
def test_a_ledger_that_can_not_be_written_any_more(  # noqa: PLR0913, PLR0917 — a table
    sort: str,
    done: int,
    failed: int,
    skipped: int,
    reconciler: Callable[..., Ran],
    place: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whatever it can't take, the exit code is 1, and what was done is told as done."""
    (place / "m.yml").write_text(dashboard("d0"))
    assert reconciler(*APPLY).code == 0
    if sort == "adopt":
        (place / "m.yml").write_text(dashboard("d0") + dashboard("o"))
        assert reconciler(*APPLY, "--ledger", "none").code == 0
    only = "AND NEW.body LIKE '%\"d4\"%'" if sort in ("intent", "result") else ""
    opened = sqlite_file.connect

    def full(path: Path, mode: str) -> sqlite3.Connection:
        """Open the database on a disk that has no place for some records."""
        connection = opened(path, mode)
        connection.execute(
            f"CREATE TEMP TRIGGER full BEFORE INSERT ON events WHEN NEW.sort = '{sort}' {only} "
            "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
        return connection

    monkeypatch.setattr("reconciler.ledger.sqlite.connect", full)
    more = dashboard("o") if sort == "adopt" else ""
    (place / "m.yml").write_text(more + "".join(dashboard(f"d{n}") for n in range(10)))
    ran = reconciler(*APPLY, "--parallelism", "1", "--format", "json")
    document = json.loads(ran.out)
    assert document["results"] == {"done": done, "failed": failed, "skipped": skipped}
    assert "database or disk is full" in document["ledger_error"]
    assert "database or disk is full" in ran.err.splitlines()[-1]
    assert ran.code == 1
    there = json.loads(
        reconciler(
            *("--org", "embedded:x.db", "--ledger", "none", "plan", "m.yml", "--format", "json")
        ).out
    )
    assert there["summary"]["create"] == 9 - done


def test_a_bug_in_recording(
    reconciler: Callable[..., Ran], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can't be written down for whatever reason is trouble with the ledger."""
    (place / "m.yml").write_text(dashboard())

    def broken(*_: object) -> None:
        secret = "canary"
        raise ZeroDivisionError(secret)

    monkeypatch.setattr("reconciler.ledger.run.Run.conclude", broken)
    ran = reconciler(*APPLY)
    assert ran.code == 1
    assert "Done: 1 of 1 change (1 created)." in ran.out
    assert "not recorded: this is a bug in reconciler" in ran.out
    assert "ZeroDivisionError at reconciler.commands.carrying_out:" in ran.err.splitlines()[-1]
    assert "canary" not in ran.out + ran.err


@pytest.mark.parametrize("parallelism", [1, 10])
def test_a_token_that_dies(
    parallelism: int, reconciler: Callable[..., Ran], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is under way fails, nothing else is begun, and the reason is said once."""
    (place / "m.yml").write_text("".join(dashboard(f"d{n:02}") for n in range(60)))
    dead = {"action": "answer", "status": 401, "body": "Unauthorized", "nth": 40, "times": None}
    monkeypatch.setenv("RECONCILER_EMBEDDED_FAULTS", json.dumps([dead]))
    ran = reconciler(*APPLY, "--parallelism", str(parallelism))
    assert ran.code == 3
    (said,) = [line for line in ran.out.splitlines() if "were skipped" in line]
    assert "were skipped: the token is not accepted any more (" in said
    assert said.endswith("401 Unauthorized)")
    assert 1 <= ran.out.count(": 401 Unauthorized (the token is") <= parallelism
    with closing(sqlite3.connect(place / "x.db")) as db:
        query = "SELECT count(*) FROM journal WHERE fault != ''"
        assert db.execute(query).fetchone()[0] <= 3 * parallelism
    monkeypatch.delenv("RECONCILER_EMBEDDED_FAULTS")
    again = reconciler(*APPLY, "--format", "json")
    assert again.code == 0
    assert json.loads(again.out)["results"]["skipped"] == 0
