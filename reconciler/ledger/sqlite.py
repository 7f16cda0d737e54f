"""A ledger in a SQLite file."""

import secrets
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from reconciler.errors import LedgerUnusable
from reconciler.ledger import schema
from reconciler.ledger.current import Current, Key
from reconciler.ledger.event import Event, broken
from reconciler.ledger.lease import Lease
from reconciler.ledger.schema import SUMMED, VERSION, migrate, without
from reconciler.ledger.sealing import sealed
from reconciler.ledger.sqlite_file import at_rest, connect, prepare, translated

_EVENT: Final = "seq, at, organization, sort, body, previous, hash, signature"
Spell = Callable[[str], str]
_Values = tuple[Any, ...] | Mapping[str, Any]


class SQLite:
    """An open database; see Store.

    While a file is written to, it is in WAL mode, where a commit costs no wait for the disk; at
    rest it is one file again, which can be copied, and read where nothing can be written. What was
    to be durable is in that one file at once: whoever keeps it may leave the log beside it.
    """

    def __init__(self, name: str, db: sqlite3.Connection, spell: Spell = str) -> None:
        """See ``in_file`` and ``in_memory``.

        ``spell`` returns the one spelling of an organization that an old ledger names.
        """
        self.name = name
        self._db = db
        self._spell = spell
        self._logs = False

    @classmethod
    def in_file(cls, path: Path, *, create: bool, spell: Spell = str) -> "SQLite":
        """Open a file, to read it or, if ``create``, to write it, too."""
        if create:
            prepare(path)
        elif not path.is_file():
            raise LedgerUnusable(f"{path}: there is no ledger")
        with translated(str(path)):
            # not opened read-only: what a killed writer left in the journal has to be undone first
            store = cls(str(path), connect(path, "rwc" if create else "rw"), spell)
            version = store._checked_version()
            if create:
                store._logs = True
                store._db.execute("PRAGMA journal_mode = WAL")
                try:
                    store._migrate()
                except LedgerUnusable:
                    store.close()
                    raise
            else:
                store._db.execute("PRAGMA query_only = ON")
                if version < SUMMED:
                    store._read_as_if_migrated()
        return store

    @classmethod
    def in_memory(cls, name: str, content: bytes, spell: Spell = str) -> "SQLite":
        """Open what ``content`` once returned, or b"" for a new one; nothing outlives it."""
        with translated(name):
            store = cls(name, sqlite3.connect(":memory:", isolation_level=None), spell)
            if content:
                store._db.deserialize(at_rest(content))
            store._checked_version()
            store._migrate()
        return store

    def content(self) -> bytes:
        copy = sqlite3.connect(":memory:", isolation_level=None)
        with closing(copy), self._translated():
            self._db.backup(copy)
            copy.execute("DELETE FROM leases")
            return at_rest(copy.serialize())

    def _checked_version(self) -> int:
        """Return the file's version, 0 for an empty one; raises LedgerUnusable for any other."""
        version, there = self._version(), schema.found_in(self._db)
        if there and (version == 0 or not there.keys() >= schema.TABLES):
            raise LedgerUnusable(f"{self.name} is a database, but no ledger")
        if version > VERSION:
            raise LedgerUnusable(
                f"{self.name} is of version {version}, this program knows {VERSION}; "
                "update the program"
            )
        own = schema.of_version(version)
        odd = sorted(n for n in there.keys() | own.keys() if there.get(n) != own.get(n))
        if odd:  # what is looked up in it is decided by who made it so
            raise LedgerUnusable(
                f"{self.name}: it is not made as a ledger is ({', '.join(odd)}); it was tampered "
                "with or damaged, and nothing is applied by it: go on with another --ledger"
            )
        return version

    def _migrate(self) -> None:
        """Bring the file to today's version, all at once or not at all."""
        if self._version() == VERSION:
            return
        self._db.execute("PRAGMA secure_delete = ON")
        with self.transaction(durable=True):
            version = self._version()
            migrate(self._db, version)
            self._db.execute(
                "INSERT OR IGNORE INTO settings VALUES ('key', ?)", (secrets.token_bytes(32),)
            )
            if version < SUMMED:
                self._seal()
                self._rebuild()

    def _seal(self) -> None:
        """Leave nothing in clear, on the disk either, that is a secret today."""
        chain = sealed(self.events(), self.setting("key"))
        if not chain:
            return
        wrong = next(broken(chain, chain[-1]), "")
        if wrong and self._logs:
            raise LedgerUnusable(f"{self.name}: {wrong}; it was tampered with or damaged")
        there = self.last()
        with without(self._db, "events_stay"):
            for event in chain:
                if there and event.seq <= there.seq:
                    row = (event.text, event.previous, event.hash, event.seq)
                    self._db.execute(_REWRITE, row)
                else:
                    self.add(event)

    def _rebuild(self) -> None:
        """Make the current rows from the events, and know each organization by one spelling."""
        found: dict[str, Current] = defaultdict(Current)
        for event in self.events():
            found[self._spell(event.organization)].take(event.sort, event.body)
        for organization, current in found.items():
            self.put_rows(organization, current.rows)
        leases = [Lease(*row) for row in self._db.execute("SELECT * FROM leases ORDER BY until")]
        self._db.execute("DELETE FROM leases")
        for lease in leases:
            values = (self._spell(lease.organization), *_values(lease)[1:])
            self._db.execute(_PUT_LEASE, values)

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _read_as_if_migrated(self) -> None:
        """Go on with a migrated copy in memory: who only reads leaves the file as it is."""
        copy = sqlite3.connect(":memory:", isolation_level=None)
        self._db.backup(copy)
        self._db.close()
        self._db = copy
        self._migrate()

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        with self._translated():
            self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:  # a full disk ends it by itself
                    self._db.execute("ROLLBACK")
                raise
            if durable and self._logs:
                self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()

    def add(self, event: Event) -> None:
        row = (
            event.seq, event.at, event.organization, event.sort, event.text,
            event.previous, event.hash, event.signature,
        )  # fmt: skip
        self._db.execute(f"INSERT INTO events ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)  # noqa: S608 — names

    def drop(self, up_to: int) -> None:
        with without(self._db, "events_remain"):
            self._db.execute("DELETE FROM events WHERE seq <= ?", (up_to,))

    def shrink(self) -> None:
        with suppress(sqlite3.OperationalError):  # others have it open, or the disk is full
            self._db.execute("VACUUM")

    def first(self) -> Event | None:
        return self._event(f"SELECT {_EVENT} FROM events ORDER BY seq LIMIT 1", ())  # noqa: S608

    def last(self, organization: str | None = None, sort: str | None = None) -> Event | None:
        told = {"organization": organization, "sort": sort}
        values = {name: value for name, value in told.items() if value is not None}
        only = " AND ".join(f"{name} = :{name}" for name in values) or "TRUE"
        query = f"SELECT {_EVENT} FROM events WHERE {only} ORDER BY seq DESC LIMIT 1"  # noqa: S608
        return self._event(query, values)

    def event(self, seq: int) -> Event | None:
        return self._event(f"SELECT {_EVENT} FROM events WHERE seq = ?", (seq,))  # noqa: S608

    def events(self, after: int = 0) -> Iterator[Event]:
        query = f"SELECT {_EVENT} FROM events WHERE seq > ? ORDER BY seq"  # noqa: S608
        with self._translated():
            for row in self._db.execute(query, (after,)):
                yield Event(*self._typed(row, schema.EVENT))

    def organizations(self) -> list[str]:
        found = self._all("SELECT DISTINCT organization FROM events")
        return [self._typed(row, (str,))[0] for row in found]

    def rows(self, organization: str) -> list[tuple[Key, str]]:
        query = "SELECT sort, kind, project, name, body FROM current WHERE organization = ?"
        found = [self._typed(row, schema.ROW) for row in self._all(query, (organization,))]
        return [(Key(*row[:4]), row[4]) for row in found]

    def put_rows(self, organization: str, rows: Mapping[Key, str | None]) -> None:
        for key, text in rows.items():
            if text is None:
                self._db.execute(_DROP_ROW, (organization, *key))
            else:
                self._db.execute(_PUT_ROW, (organization, *key, text))

    def lease(self, organization: str) -> Lease | None:
        found = self._all("SELECT * FROM leases WHERE organization = ?", (organization,))
        return Lease(*self._typed(found[0], schema.LEASE)) if found else None

    def leases(self) -> list[Lease]:
        found = self._all("SELECT * FROM leases ORDER BY organization", ())
        return [Lease(*self._typed(row, schema.LEASE)) for row in found]

    def put_lease(self, lease: Lease) -> None:
        self._db.execute(_PUT_LEASE, _values(lease))

    def setting(self, name: str) -> bytes:
        found = self._all("SELECT value FROM settings WHERE name = ?", (name,))
        return bytes(self._typed(found[0], (bytes,))[0]) if found else b""

    def put_setting(self, name: str, value: bytes) -> None:
        self._db.execute("REPLACE INTO settings VALUES (?, ?)", (name, value))

    def close(self) -> None:
        if self._logs:
            with suppress(sqlite3.Error):  # somebody else has it open, and does it
                self._db.execute("PRAGMA busy_timeout = 0")
                self._db.execute("PRAGMA journal_mode = DELETE")
        self._db.close()

    def _event(self, query: str, values: _Values) -> Event | None:
        found = self._all(query, values)
        return Event(*self._typed(found[0], schema.EVENT)) if found else None

    def _typed(self, row: tuple[Any, ...], types: tuple[Any, ...]) -> tuple[Any, ...]:
        """Return a row; raises LedgerUnusable for odd values: SQLite has any type anywhere."""
        if not all(map(isinstance, row, types)):
            raise LedgerUnusable(
                f"{self.name}: {row[0]!r} can't be read; it was tampered with or damaged"
            )
        return row

    def _all(self, query: str, values: _Values = ()) -> list[tuple[Any, ...]]:
        with self._translated():
            return self._db.execute(query, values).fetchall()

    def _translated(self) -> AbstractContextManager[None]:
        return translated(self.name)


_REWRITE: Final = "UPDATE events SET body = ?, previous = ?, hash = ? WHERE seq = ?"
_PUT_ROW: Final = "REPLACE INTO current VALUES (?, ?, ?, ?, ?, ?)"
_DROP_ROW: Final = """
    DELETE FROM current
    WHERE organization = ? AND sort = ? AND kind = ? AND project = ? AND name = ?
"""
_PUT_LEASE: Final = "REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _values(lease: Lease) -> tuple[Any, ...]:
    return (
        lease.organization, lease.fence, lease.owner, lease.host, lease.pid, lease.since,
        lease.until, lease.boot, lease.namespace, lease.started,
    )  # fmt: skip
