"""A ledger in a file, and what happens to files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reconciler.ledger import Event, Ledger, opened
from reconciler.model import Action, Address, Change, Live, Outcome, Record, Result, Spec

ORGANIZATION = "https://acme.semaphoreci.com"
HERE = Path(__file__).parent
ABOUT = {"command": "apply", "plan": "0123", "user": "ada", "host": "here"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


@pytest.fixture
def book(path: Path) -> Iterator[Ledger]:
    with opened(path, ORGANIZATION, create=True) as found:
        yield found


def address(name: str, kind: str = "Secret") -> Address:
    return Address(kind, "", name)


def change(name: str, action: Action = Action.CREATE, kind: str = "Secret") -> Change:
    where = address(name, kind)
    live = None if action is Action.CREATE else Live(where, "id-1", Spec())
    return Change(action, where, None, live, reason="new")


def done(of: Change) -> Outcome:
    return Outcome(of, Result.DONE)


def record(name: str, protect: bool = False, **secrets: str) -> Record:
    return Record(address(name), f"id-{name}", "1", {"metadata": {"name": name}}, secrets, protect)


def fill(book: Ledger) -> None:
    """Write down one run of two steps, one of which failed."""
    with book.run(ABOUT, "ada") as run:
        first, second = change("one"), change("two")
        run.intend(first, {"data.env_vars.A.value": "h1"})
        run.conclude(done(first), record("one", protect=True, A="h1"))
        run.intend(second, {})
        run.conclude(Outcome(second, Result.FAILED, "refused", "nothing was created"), None)


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as anybody can."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


def tamper(path: Path, *statements: str) -> None:
    """Change the file with its triggers out of the way."""
    with raw(path) as db:
        for trigger in ("events_stay", "events_remain", "events_follow"):
            db.execute(f"DROP TRIGGER {trigger}")
        for statement in statements:
            db.execute(statement)


def old(path: Path, number: int) -> dict[str, bytes]:
    """Make a ledger as an earlier version of the program wrote it; return its key."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript((HERE / f"version_{number}.sql").read_text())
        db.execute(f"PRAGMA user_version = {number}")
    return {"key": bytes(range(32))}


def written_by_version(number: int, path: Path, organization: str = ORGANIZATION) -> None:
    """An old file with events in it: those of a new one, as they were written then."""
    new, last = path.with_name("new.db"), None
    with opened(new, organization, create=True) as book:
        fill(book)
        events = list(book.events())
    old(path, number)
    with raw(path) as db:
        for event in events:
            body = event.body
            del body["state"]
            last = Event.after(last, event.at, organization, event.sort, body)
            row = (last.seq, last.at, organization, last.sort, last.text, last.previous, last.hash)
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)
