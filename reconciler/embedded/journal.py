"""The record of every request the server answered: never a body, never a header."""

import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reconciler.embedded import database

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL,
    fault TEXT NOT NULL
);
"""

_INSERT = "INSERT INTO journal (at, method, path, status, fault) VALUES (?, ?, ?, ?, ?)"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_MOST_WAITING = 100
_MOST_KEPT = 100_000
"""A server that runs for months holds some ten megabytes of these, not gigabytes."""
_FORGET = "DELETE FROM journal WHERE number <= (SELECT max(number) FROM journal) - ?"
# The Plug services take every parameter from the query, too: values of secrets and tokens.
_HARMLESS = frozenset(
    [
        "agent_type",
        "branch_name",
        "created_after",
        "created_before",
        "cursor",
        "cursor_type",
        "cursor_value",
        "detailed",
        "direction",
        "done_after",
        "done_before",
        "include_secrets",
        "name",
        "only_idle",
        "order",
        "page",
        "page_no",
        "page_size",
        "page_token",
        "pipeline_id",
        "ppl_id",
        "project_id",
        "project_id_or_name",
        "request_token",
        "states",
        "target_name",
        "unique_token",
        "wf_id",
    ]
)


@dataclass(frozen=True)
class Entry:
    number: int
    method: str
    path: str
    """With its query, whose values are hidden unless they are known to be harmless."""
    status: int
    """What the server answered, whether or not it arrived; 0 for no answer at all."""
    fault: str = ""
    """The faults which changed what the client saw."""
    at: float = field(default=0.0, compare=False)


class Journal:
    """The latest requests; each one's number stays the same.

    Reads are written down in batches: a record that lags costs less than each request does.
    `trouble`: why the latest batch could not be written, "" if it could.
    """

    def __init__(
        self,
        db: sqlite3.Connection,
        clock: Callable[[], float] = time.time,
        most: int = _MOST_KEPT,
    ) -> None:
        self.trouble = ""
        self._db = db
        self._clock = clock
        self._most = most
        self._waiting: list[tuple[float, str, str, int, str]] = []

    def record(self, method: str, path: str, status: int, fault: str = "") -> None:
        """A write is on the disk, with all requests before it, before it is answered.

        On a disk that is full a request is answered all the same, and its record waits.
        """
        self._waiting.append((self._clock(), method, path, status, fault))
        if method not in _READS or len(self._waiting) >= _MOST_WAITING:
            self.flush()

    def flush(self) -> None:
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, []
        if self._db.in_transaction:
            self._write(waiting)
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            with self._db:  # committed, or taken back
                self._write(waiting)
        except sqlite3.OperationalError as error:
            self._waiting = waiting[-_MOST_WAITING:]
            self.trouble = "" if database.is_busy(error) else str(error)
        else:
            self.trouble = ""

    def _write(self, entries: Sequence[tuple[float, str, str, int, str]]) -> None:
        self._db.executemany(_INSERT, entries)
        self._db.execute(_FORGET, (self._most,))

    def entries(self, after: int = 0, most: int = -1) -> list[Entry]:
        """The entries with a number above `after`, oldest first."""
        self.flush()
        rows = self._db.execute(
            "SELECT * FROM journal WHERE number > ? ORDER BY number LIMIT ?", (after, most)
        )
        return [_entry(row) for row in rows]

    def latest(self, count: int) -> list[Entry]:
        """The newest first."""
        self.flush()
        rows = self._db.execute("SELECT * FROM journal ORDER BY number DESC LIMIT ?", (count,))
        return [_entry(row) for row in rows]

    def clear(self) -> None:
        """Forget all entries; their numbers are not used again."""
        self.flush()
        self._db.execute("DELETE FROM journal")


def redacted(query: str) -> str:
    """The query with `***` for each value that might be a secret."""
    return "&".join(map(_hidden, query.split("&")))


def _hidden(parameter: str) -> str:
    name, mark, _value = parameter.partition("=")
    return f"{name}=***" if mark and name not in _HARMLESS else parameter


def _entry(row: sqlite3.Row) -> Entry:
    return Entry(row["number"], row["method"], row["path"], row["status"], row["fault"], row["at"])
