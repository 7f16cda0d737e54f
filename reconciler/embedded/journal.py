"""The record of every request the server answered: never a body, never a header."""

import sqlite3
from dataclasses import dataclass

SCHEMA = """
CREATE TABLE IF NOT EXISTS journal (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    status INTEGER NOT NULL
);
"""


@dataclass(frozen=True)
class Entry:
    number: int
    method: str
    path: str
    """With its query."""
    status: int


class Journal:
    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def record(self, method: str, path: str, status: int) -> None:
        self._db.execute(
            "INSERT INTO journal (method, path, status) VALUES (?, ?, ?)", (method, path, status)
        )

    def entries(self, after: int = 0) -> list[Entry]:
        """The entries with a number above `after`, oldest first."""
        rows = self._db.execute("SELECT * FROM journal WHERE number > ? ORDER BY number", (after,))
        return [Entry(row["number"], row["method"], row["path"], row["status"]) for row in rows]
