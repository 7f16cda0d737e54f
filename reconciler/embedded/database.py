"""An organization's database: its tables, and whether they are those this version knows."""

import hashlib
import sqlite3
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

VERSION: Final = 3
"""To be raised with every change of a table; a database of another version is refused."""
_PATIENCE: Final = 30
"""Seconds to wait for another process that writes."""
_ROOM: Final = 20_000
"""Characters for which there should be room: some pages."""
_META: Final = "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);"
_TABLES: Final = (
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
    "ORDER BY name"
)


class BadDatabase(Exception):
    """The file is no database of an organization, or one of another version."""


def connect(path: str, schemas: Iterable[str]) -> sqlite3.Connection:
    """Open a database (`:memory:` or a file), with its tables if it is new; raises BadDatabase."""
    if path != ":memory:":
        _make_private(Path(path))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_PATIENCE)
    try:
        db.row_factory = sqlite3.Row
        new = is_new(db)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        if new:
            _create(db, schemas)
    except BaseException:
        db.close()
        raise
    return db


def is_busy(error: sqlite3.Error) -> bool:
    """Whether another process writes just now, which will pass."""
    return error.sqlite_errorcode == sqlite3.SQLITE_BUSY


def in_the_way(db: sqlite3.Connection) -> str:
    """Why nothing can be written now, such as a full disk; "" if something can."""
    if db.in_transaction:
        return ""
    try:
        db.execute("BEGIN IMMEDIATE")
        with db:  # committed, or taken back
            db.execute("INSERT OR REPLACE INTO meta VALUES ('room', ?)", ("x" * _ROOM,))
    except sqlite3.OperationalError as error:
        return "" if is_busy(error) else str(error)
    return ""


@contextmanager
def at_once(db: sqlite3.Connection) -> Iterator[None]:
    """Wait for no other process that writes."""
    db.execute("PRAGMA busy_timeout = 0")
    try:
        yield
    finally:
        db.execute(f"PRAGMA busy_timeout = {_PATIENCE * 1000}")


def is_new(db: sqlite3.Connection) -> bool:
    """Whether it is empty; raises BadDatabase unless that or with the tables of this version."""
    tables = dict(map(tuple, db.execute(_TABLES)))
    if not tables:
        return True
    meta = dict(map(tuple, db.execute("SELECT key, value FROM meta"))) if "meta" in tables else {}
    found = meta.get("schema_version")
    if found is None:
        raise BadDatabase("it holds something else than a local Semaphore")
    if found != str(VERSION):
        raise BadDatabase(
            f"it has format {found}, this program keeps format {VERSION}; nothing was changed in "
            "it: move it away to begin a new one, or go on with the version that made it"
        )
    if meta.get("tables") != _digest(db):
        raise BadDatabase("its tables are not those that were made in it: somebody changed them")
    return False


def _create(db: sqlite3.Connection, schemas: Iterable[str]) -> None:
    """Make all tables at once, as another process may be about to."""
    try:
        db.executescript("".join(("BEGIN IMMEDIATE;", _META, *schemas)))
        values = (
            ("schema_version", str(VERSION)),
            ("tables", _digest(db)),
            ("organization_id", str(uuid.uuid4())),
            ("user_id", str(uuid.uuid4())),
        )
        db.executemany("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", values)
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _digest(db: sqlite3.Connection) -> str:
    """Name the tables and their columns."""
    found = [f"{name} {' '.join(sql.split())}" for name, sql in db.execute(_TABLES)]
    return hashlib.sha256("\n".join(found).encode()).hexdigest()


def _make_private(path: Path) -> None:
    """A new database is its owner's alone: there will be secrets in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
