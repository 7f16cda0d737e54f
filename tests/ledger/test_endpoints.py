"""A ledger that was written when endpoints of notifications were no secrets."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from reconciler.cli import program
from reconciler.errors import LedgerUnusable
from reconciler.kinds import KINDS
from reconciler.kinds.sealing import withheld
from reconciler.ledger import opened
from reconciler.model import Address, Sealed
from tests.ledger.conftest import HERE, raw

ORGANIZATION = "embedded:semaphore.db"
RED = Address("Notification", "", "red")
ENDPOINTS = {
    "spec.rules.main.notify.slack.endpoint": "https://hooks.example.com/services/OLD-ENDPOINT-1",
    "spec.rules.1.notify.webhook.endpoint": "https://events.example.com/OLD-ENDPOINT-2",
}
HEAD = "4c41c589182e1e93c254874b49c9f545c96532b9839de09f40bc392a06204d19"
"""The hash of its last event, as `ledger verify` told it then."""
EVENTS = 12


@pytest.fixture
def old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger of three runs, in one of which the server repeated an endpoint."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    path = tmp_path / "ledger.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / "endpoints_in_clear.sql").read_text())
        db.execute("PRAGMA user_version = 2")
    path.chmod(0o600)
    assert b"OLD-ENDPOINT" in path.read_bytes()
    return path


@pytest.mark.parametrize("create", [False, True])
def test_it_tells_no_endpoint(old: Path, create: bool) -> None:
    """Neither what is remembered nor the history; of each value there is the keyed hash."""
    before = old.read_bytes()
    with opened(old, ORGANIZATION, create=create) as book:
        assert book.verify() == []
        memory = book.memory()
        record = memory.records[RED]
        assert record.secrets.keys() == ENDPOINTS.keys()
        for path, value in ENDPOINTS.items():
            assert memory.hashes.is_value(record.secrets[path], Sealed(value))
            assert not memory.hashes.is_value(record.secrets[path], Sealed(value + "x"))
        (main, other) = record.shown["spec"]["rules"]
        assert main["notify"]["slack"] == {
            "endpoint": "<secret from server>",
            "channels": ["#blue"],
        }
        assert other["notify"]["webhook"] == {"endpoint": "<secret from server>"}
        bodies = [event.body for event in book.all_events()]
    assert "OLD-ENDPOINT" not in json.dumps(bodies)
    assert [body["detail"][-7:] for body in bodies if body.get("detail")] == ["bad ***"]
    assert bodies[-1] == {"head": HEAD, "events": EVENTS}
    assert (old.read_bytes() == before) is not create


def test_what_is_read_is_what_will_be_written(old: Path) -> None:
    """Who looks sees the chain that the next run goes on with."""
    chains = []
    for create in (False, True, False):
        with opened(old, ORGANIZATION, create=create) as book:
            chains.append(list(book.all_events()))
    assert chains[0] == chains[1] == chains[2]


def test_nothing_is_left_on_the_disk(old: Path) -> None:
    """Whoever gets the file finds no endpoint; and it can only be appended to, as ever."""
    with opened(old, ORGANIZATION, create=True):
        pass
    assert [path.name for path in old.parent.iterdir()] == ["ledger.db"]
    assert b"OLD-ENDPOINT" not in old.read_bytes()
    with raw(old) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute("UPDATE events SET body = '{}' WHERE seq = 2")


def test_one_without_values_in_clear_keeps_its_chain(old: Path) -> None:
    """Nobody's note of its head is spoilt without need."""
    with closing(sqlite3.connect(old)) as db:
        db.executescript("DROP TRIGGER events_remain; DELETE FROM events WHERE seq > 2;")
        db.execute(
            "CREATE TRIGGER events_remain BEFORE DELETE ON events"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        before = db.execute("SELECT seq, body, hash FROM events").fetchall()
    with opened(old, ORGANIZATION, create=True) as book:
        found = [(event.seq, event.text, event.hash) for event in book.all_events()]
    assert found == before


def test_only_values_are_withheld() -> None:
    """There is none in an empty one, nor in the words for one."""
    notify: list[dict[str, Any]] = [
        {"slack": {"endpoint": text, "channels": ["#blue"]}, "webhook": {"endpoint": ""}}
        for text in ("https://hooks.example.com/1", "<secret from server>", "", None)
    ]
    shown = {"spec": {"rules": [{"name": f"r{n}", "notify": one} for n, one in enumerate(notify)]}}
    found: dict[str, str] = {}
    left = withheld(KINDS["Notification"].model, shown, found)
    assert found == {"spec.rules.r0.notify.slack.endpoint": "https://hooks.example.com/1"}
    notify[0]["slack"]["endpoint"] = "<secret from server>"
    assert left == shown


def test_one_that_was_tampered_with_is_not_mended(old: Path) -> None:
    """Who looks is told, without an endpoint; who writes is refused, and the file stays."""
    with closing(sqlite3.connect(old)) as db:
        db.execute("DROP TRIGGER events_stay")
        db.execute("UPDATE events SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 3")
        db.execute(
            "CREATE TRIGGER events_stay BEFORE UPDATE ON events"
            " BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
        db.commit()
    before = old.read_bytes()
    with opened(old, ORGANIZATION, create=False) as book:
        assert "event 3 was altered" in book.verify()
        assert "OLD-ENDPOINT" not in json.dumps([event.body for event in book.all_events()])
    with (
        pytest.raises(LedgerUnusable, match="event 3 was altered; it was tampered with"),
        opened(old, ORGANIZATION, create=True),
    ):
        pass
    assert old.read_bytes()[100:] == before[100:]  # what changes in the header counts openings
    assert [path.name for path in old.parent.iterdir()] == ["ledger.db"]


@pytest.mark.parametrize("action", ["show", "verify", "export"])
@pytest.mark.parametrize("form", ["text", "json"])
def test_the_command(old: Path, capsys: pytest.CaptureFixture[str], action: str, form: str) -> None:
    """Whatever is asked for, in whatever form."""
    where = ("--org", ORGANIZATION, "--ledger", str(old))
    formed = ("--format", form) if action == "show" else ()
    assert program.run((*where, "ledger", action, *formed)) == 0
    said = "".join(capsys.readouterr())
    assert "OLD-ENDPOINT" not in said
    expected = {"show": "red", "verify": f"Intact: {EVENTS + 1} records", "export": HEAD}
    assert expected[action] in said
