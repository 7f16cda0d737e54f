"""Events are only added, and every change to what is there is found."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import Ledger, opened
from tests.ledger.conftest import ORGANIZATION, fill, raw, tamper

COPY = "SELECT {}, at, organization, sort, body, previous, hash, '' FROM events WHERE seq = 3"


def verified(path: Path) -> list[str]:
    with opened(path, ORGANIZATION, create=False) as book:
        return book.verify()


def test_an_untouched_ledger_is_intact(book: Ledger, path: Path) -> None:
    """Runs, intents, results and ends follow each other."""
    assert verified(path) == []
    fill(book)
    fill(book)
    assert [event.sort for event in book.events()] == 2 * [
        "run", "intent", "result", "intent", "result", "end",
    ]  # fmt: skip
    assert verified(path) == []
    book.check()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET body = '{}' WHERE seq = 3",
        "DELETE FROM events WHERE seq = 6",
        f"REPLACE INTO events {COPY.format('seq')}",
        f"INSERT INTO events {COPY.format('seq + 9')}",
    ],
)
def test_the_file_refuses_to_be_rewritten(book: Ledger, path: Path, statement: str) -> None:
    """SQLite itself knows that events are only appended."""
    fill(book)
    with raw(path) as db, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        db.execute(statement)
    assert verified(path) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE events SET body = '{}' WHERE seq = 3", ["event 3 was altered"]),
        ("UPDATE events SET at = '2001-01-01' WHERE seq = 1", ["event 1 was altered"]),
        ("UPDATE events SET sort = 'end' WHERE seq = 2", ["event 2 was altered"]),
        ("UPDATE events SET hash = 'x' WHERE seq = 6", ["event 6 was altered"]),
        (
            "DELETE FROM events WHERE seq = 4",
            ["event 4 is missing", "event 5 does not follow the one before it"],
        ),
        ("DELETE FROM events WHERE seq = 1", ["event 1 is missing"]),
        ("DELETE FROM events WHERE seq < 4", ["events 1 to 3 are missing"]),
        (
            f"INSERT INTO events {COPY.format('7')}",
            ["event 7 does not follow the one before it", "event 7 was altered"],
        ),
    ],
)
def test_tampering_is_found(book: Ledger, path: Path, statement: str, said: list[str]) -> None:
    """Altered, taken out, put in: each is named; nothing is applied by such a ledger."""
    fill(book)
    tamper(path, statement)
    assert verified(path) == said
    with (
        opened(path, ORGANIZATION, create=True) as found,
        pytest.raises(LedgerUnusable, match=said[0]),
    ):
        found.check()


def test_the_last_hash_shows_a_cut_end(book: Ledger, path: Path) -> None:
    """A ledger without its end is intact in itself; only a hash noted elsewhere tells."""
    fill(book)
    noted = book.head()
    tamper(path, "DELETE FROM events WHERE seq = 6")
    assert verified(path) == []
    assert book.head() != noted


def test_a_rewritten_past_needs_every_later_hash(book: Ledger, path: Path) -> None:
    """A forged event with a right hash of its own does not fit the next one."""
    fill(book)
    with raw(path) as db:
        row = db.execute("SELECT * FROM events WHERE seq = 3").fetchone()
    forged = json.dumps((*row[:4], '{"result": "done"}', row[5]), ensure_ascii=False)
    digest = hashlib.sha256(forged.encode()).hexdigest()
    tamper(
        path,
        """UPDATE events SET body = '{"result": "done"}' WHERE seq = 3""",
        f"UPDATE events SET hash = '{digest}' WHERE seq = 3",  # noqa: S608 — a digest
    )
    assert verified(path) == ["event 4 does not follow the one before it"]


def test_what_can_not_be_read_is_told(book: Ledger, path: Path) -> None:
    """A body that is no JSON is an error with its number, not a crash."""
    fill(book)
    tamper(path, "UPDATE events SET body = '{' WHERE seq = 3")
    with pytest.raises(LedgerUnusable, match="event 3 of the ledger can't be read"):
        [event.body for event in book.events()]
    assert verified(path) == ["event 3 was altered"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE current SET body = replace(body, 'true', 'false')", "(record) is not what"),
        ("DELETE FROM current WHERE sort = 'record'", "of Secret/one (record) is not what"),
        ("DELETE FROM current WHERE sort = 'open'", "of Secret/two (open) is not what"),
        ("UPDATE current SET name = 'three' WHERE sort = 'record'", "of Secret/one (record)"),
    ],
)
def test_what_is_remembered_is_what_the_events_say(
    book: Ledger, path: Path, statement: str, said: str
) -> None:
    """The rows that are read instead of history can't be changed behind its back."""
    fill(book)
    assert verified(path) == []
    with raw(path) as db:
        db.execute(statement)
    assert said in verified(path)[0]
    with opened(path, ORGANIZATION, create=False) as found, pytest.raises(LedgerUnusable):
        found.check()


def test_each_event_tells_the_sum_of_all_before(book: Ledger) -> None:
    """Equal sums for equal memories, and another for any other."""
    fill(book)
    states = [event.body["state"] for event in book.events()]
    assert states[0] != states[1] != states[2] != states[3] != states[4] == states[5]
    assert len(set(states)) == 5
