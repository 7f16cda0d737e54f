"""The tables of a ledger in SQLite, version by version."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from typing import Final

TABLES: Final = frozenset({"events", "settings", "leases"})
"""What every version has."""

EVENT: Final = (int, *[str] * 7)
ROW: Final = (str,) * 5
LEASE: Final = (str, int, str, str, int, str, (int, float), str, str, str)
"""The types of what is read; SQLite has any type anywhere."""

_MIGRATIONS: Final = (
    """
    CREATE TABLE events (
        seq INTEGER PRIMARY KEY, at TEXT NOT NULL, organization TEXT NOT NULL,
        sort TEXT NOT NULL, body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL
    );
    CREATE TRIGGER events_stay BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TRIGGER events_remain BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE TABLE settings (name TEXT PRIMARY KEY, value BLOB NOT NULL);
    CREATE TABLE leases (
        organization TEXT PRIMARY KEY, fence INTEGER NOT NULL, owner TEXT NOT NULL,
        host TEXT NOT NULL, pid INTEGER NOT NULL, since TEXT NOT NULL, until REAL NOT NULL
    );
    """,
    # 2: REPLACE INTO goes round triggers on DELETE; and a ledger can hold many organizations
    """
    CREATE TRIGGER events_follow BEFORE INSERT ON events
        WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events)
        BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
    CREATE INDEX events_of ON events (organization);
    """,
    # 3: what the events add up to; whose hand an event is from; which process holds a lease
    """
    CREATE TABLE current (
        organization TEXT NOT NULL, sort TEXT NOT NULL, kind TEXT NOT NULL,
        project TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (organization, sort, kind, project, name)
    ) WITHOUT ROWID;
    ALTER TABLE events ADD COLUMN signature TEXT NOT NULL DEFAULT '';
    ALTER TABLE leases ADD COLUMN boot TEXT NOT NULL DEFAULT '';
    ALTER TABLE leases ADD COLUMN namespace TEXT NOT NULL DEFAULT '';
    ALTER TABLE leases ADD COLUMN started TEXT NOT NULL DEFAULT '';
    """,
    "",  # 4: the first events may be archived, which who knows no better takes for damage
)
"""One script for each version, applied in order; a version once published never changes."""

VERSION: Final = len(_MIGRATIONS)
SUMMED: Final = 3
"""The first version that has what events add up to, and no secrets in clear."""


def migrate(db: sqlite3.Connection, version: int) -> None:
    """Bring the tables from a version to today's; to be called inside a transaction."""
    for number, script in enumerate(_MIGRATIONS[version:], version + 1):
        for statement in _statements(script):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {number}")


def found_in(db: sqlite3.Connection) -> dict[str, str]:
    """Return what a file is made of, by name: tables, indexes, triggers and views, as SQL.

    Without what SQLite makes by itself: indexes of keys, and how rows are spread.
    """
    query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    return {
        name: " ".join(sql.split())
        for name, sql in db.execute(query)
        if name not in ("sqlite_stat1", "sqlite_stat4")
    }


@cache
def of_version(version: int) -> dict[str, str]:
    """Return what a file of a version is made of, as ``found_in`` does."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as db:
        for script in _MIGRATIONS[:version]:
            db.executescript(script)
        return found_in(db)


@contextmanager
def without(db: sqlite3.Connection, trigger: str) -> Iterator[None]:
    """Let be done what a trigger forbids; to be called inside a transaction."""
    query = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?"
    (statement,) = db.execute(query, (trigger,)).fetchone()
    db.execute(f"DROP TRIGGER {trigger}")
    yield
    db.execute(statement)


def _statements(script: str) -> Iterator[str]:
    """Split a script; a trigger's body holds semicolons of its own."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
