"""A SQLite file: to make and to open one, and what its troubles are called."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from reconciler.errors import LedgerUnusable

_BUSY: Final = 5.0
"""Seconds to wait for another writer."""


@contextmanager
def translated(name: str) -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        what = error if isinstance(error, sqlite3.Error) else "it has text that is none: damaged"
        advice = "and another --ledger, or --ledger none, goes on without it"
        if "locked" in str(error):
            advice = "another program has the file open to write; try again"
        raise LedgerUnusable(
            f"{name}: {what}; the objects in Semaphore are not affected, {advice}"
        ) from None


def prepare(path: Path) -> None:
    """Make the file if it is not there, for its owner alone."""
    try:
        path.parent.mkdir(0o755, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise LedgerUnusable(
            f"{path}: {error.strerror}; name another by --ledger, or --ledger none"
        ) from None


def connect(path: Path, mode: str) -> sqlite3.Connection:
    uri = f"{path.resolve().as_uri()}?mode={mode}"
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=_BUSY)


def at_rest(content: bytes) -> bytes:
    """Say in the header of a database that it has no log beside it: in memory it can't have one."""
    return content[:18] + b"\x01\x01" + content[20:]
