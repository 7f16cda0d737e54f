"""One organization's state: a SQLite database, a clock and the settings."""

import sqlite3
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path

from reconciler.embedded import journal
from reconciler.embedded.settings import Settings

VERSION = "1"

permissions_lag: ContextVar[bool] = ContextVar("permissions_lag", default=False)
"""Whether this request comes before its caller's permissions have arrived."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def connect(path: str, schemas: Iterable[str]) -> sqlite3.Connection:
    """Open a database (`:memory:` or a file), its tables created where they are missing."""
    if path != ":memory:":
        _make_private(Path(path))
    db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    db.execute("PRAGMA foreign_keys = ON")
    for schema in (SCHEMA, journal.SCHEMA, *schemas):
        db.executescript(schema)
    for key, value in (
        ("schema_version", VERSION),
        ("organization_id", str(uuid.uuid4())),
        ("user_id", str(uuid.uuid4())),
    ):
        db.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", (key, value))
    return db


def _make_private(path: Path) -> None:
    """A new database is its owner's alone: there will be secrets in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


class World:
    """What handlers work on; reach it with `params.world_of(request)`."""

    def __init__(
        self,
        db: sqlite3.Connection,
        settings: Settings,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.db = db
        self.settings = settings
        self.journal = journal.Journal(db, clock)
        meta = dict(db.execute("SELECT key, value FROM meta").fetchall())
        self.org_id: str = meta["organization_id"]
        self.user_id: str = meta["user_id"]
        self._clock = clock
        self._depth = 0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), tz=UTC)

    def uuid(self) -> str:
        return str(uuid.uuid4())

    def allowed(self, permission: str) -> bool:
        return permission not in self.settings.permissions_denied and not permissions_lag.get()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; inside another transaction, all or nothing of the inner part."""
        name = f"level_{self._depth}"
        begin, commit, rollback = (
            (f"SAVEPOINT {name}", f"RELEASE {name}", f"ROLLBACK TO {name}")
            if self._depth
            else ("BEGIN IMMEDIATE", "COMMIT", "ROLLBACK")
        )
        self.db.execute(begin)
        self._depth += 1
        try:
            yield
        except BaseException:
            self.db.execute(rollback)
            raise
        else:
            self.db.execute(commit)
        finally:
            self._depth -= 1
