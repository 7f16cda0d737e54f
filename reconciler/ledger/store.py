"""The ledger's file: events that are only ever appended, each bound to the one before by a hash."""

import hashlib
import json
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from reconciler.errors import LedgerUnusable

VERSION: Final = 2
_FIRST: Final = "0" * 64
_TABLES: Final = frozenset({"events", "settings", "leases"})

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
)
"""One script for each version, applied in order; a version once published never changes."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the ledger; ``body`` is JSON data without secret values."""

    seq: int
    at: str
    organization: str
    sort: str
    body: dict[str, Any]
    previous: str
    hash: str


class Store:
    """The open file. Raises LedgerUnusable for everything that is wrong with it."""

    def __init__(self, path: Path, *, create: bool) -> None:
        self.path = path
        if create:
            self._prepare_file()
        elif not path.is_file():
            raise LedgerUnusable(f"{path}: there is no ledger")
        with self._translated():
            self._db = self._connect("rwc" if create else "rw")
            version = self._checked_version()
            if create:
                self._migrate()
                return
            # not opened read-only: what a killed writer left in the journal has to be undone first
            self._db.execute("PRAGMA query_only = ON")
            if version < VERSION:
                self._read_as_if_migrated()

    def _prepare_file(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise LedgerUnusable(
                f"{self.path}: {error.strerror}; name another by --ledger, or --ledger none"
            ) from None

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.resolve().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=5.0,
        )

    def _checked_version(self) -> int:
        """Return the file's version, 0 for an empty one; raises LedgerUnusable for any other."""
        version = self._version()
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master")}
        if tables and (version == 0 or not tables >= _TABLES):
            raise LedgerUnusable(f"{self.path} is a database, but no ledger")
        if version > VERSION:
            raise LedgerUnusable(
                f"{self.path} is of version {version}, this program knows {VERSION}; "
                "update the program"
            )
        return version

    def _migrate(self) -> None:
        """Bring the file to today's version, all at once or not at all."""
        if self._version() == VERSION:
            return
        with self.transaction():
            version = self._version()
            for number, script in enumerate(_MIGRATIONS[version:], version + 1):
                for statement in _statements(script):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {number}")
            self._db.execute(
                "INSERT OR IGNORE INTO settings VALUES ('key', ?)", (secrets.token_bytes(32),)
            )

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _read_as_if_migrated(self) -> None:
        """Go on with a migrated copy in memory: who only reads leaves the file as it is."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        self._db.backup(copy)
        self._db.close()
        self._db = copy
        self._migrate()

    @property
    def key(self) -> bytes:
        """The key of the hashes of secret values; it never leaves this file."""
        row = self.one("SELECT value FROM settings WHERE name = 'key'")
        return bytes(row[0]) if row else b""

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Commit all or nothing, alone among all writers."""
        with self._translated():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk ends it by itself
                    self._db.execute("ROLLBACK")
                raise

    def append(self, db: sqlite3.Connection, organization: str, sort: str, body: Any) -> int:
        """Append one event inside a transaction; return its number."""
        last = db.execute("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1").fetchone()
        seq, previous = (last[0] + 1, last[1]) if last else (1, _FIRST)
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = json.dumps(body, sort_keys=True, ensure_ascii=False)
        row = (seq, at, organization, sort, text, previous)
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, _hash(*row)))
        return int(seq)

    def events(self, organization: str | None = None, *sorts: str) -> Iterator[Event]:
        """Yield the events of one organization or of all, of some sorts or of all, oldest first."""
        parts = [] if organization is None else ["organization = ?"]
        parts += [f"sort IN ({', '.join('?' * len(sorts))})"] if sorts else []
        only = f" WHERE {' AND '.join(parts)}" if parts else ""
        values = (*([] if organization is None else [organization]), *sorts)
        with self._translated():
            for row in self._db.execute(f"SELECT * FROM events{only} ORDER BY seq", values):  # noqa: S608 — marks only
                yield self._event(row)

    def _event(self, row: tuple[Any, ...]) -> Event:
        seq, at, name, sort, text, previous, digest = row
        try:
            body = json.loads(text)
        except ValueError:
            raise LedgerUnusable(f"{self.path}: event {seq} can't be read: altered") from None
        return Event(seq, at, name, sort, body, previous, digest)

    def verify(self) -> list[str]:
        """Return what is wrong with the chain, in words; [] for an intact one."""
        wrong: list[str] = []
        expected, number = _FIRST, 1
        with self._translated():
            for row in self._db.execute("SELECT * FROM events ORDER BY seq"):
                if row[0] != number:
                    wrong.append(f"event {number} is missing")
                if row[5] != expected:
                    wrong.append(f"event {row[0]} does not follow the one before it")
                if row[6] != _hash(*row[:6]):
                    wrong.append(f"event {row[0]} was altered")
                expected, number = row[6], row[0] + 1
        return wrong

    def head(self) -> str:
        """Return the hash of the last event: noted elsewhere, it shows later that none is lost."""
        row = self.one("SELECT hash FROM events ORDER BY seq DESC LIMIT 1")
        return str(row[0]) if row else _FIRST

    def one(self, query: str, values: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
        with self._translated():
            row: tuple[Any, ...] | None = self._db.execute(query, values).fetchone()
            return row

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            advice = "and another --ledger, or --ledger none, goes on without it"
            if "locked" in str(error):
                advice = "another program has the file open to write; try again"
            raise LedgerUnusable(
                f"{self.path}: {error}; the objects in Semaphore are not affected, {advice}"
            ) from None


def _statements(script: str) -> Iterator[str]:
    """Split a script; a trigger's body holds semicolons of its own."""
    statement = ""
    for line in script.splitlines():
        statement += line + "\n"
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _hash(*row: Any) -> str:
    text = json.dumps(row, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
