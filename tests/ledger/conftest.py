"""A ledger in a file, and what happens to files."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.cli import program
from reconciler.ledger import Event, Ledger, opened
from reconciler.model import Action, Address, Change, Live, Outcome, Record, Result, Spec

ORGANIZATION = "https://acme.semaphoreci.com"
EMBEDDED = "embedded:semaphore.db"
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


def later(days: int = 0) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="milliseconds")


def compact(book: Ledger, path: Path, before: str = "9999") -> int:
    if not book.archive(path, before):
        return 0
    return book.cut(path, "ada").seq


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "archive.jsonl.gz"


@pytest.fixture
def then(book: Ledger) -> str:
    """The moment between two runs."""
    fill(book)
    moment = "9999"
    while (moment := later()) <= list(book.events())[-1].at:
        pass
    fill(book)
    return moment


@contextmanager
def raw(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file as anybody can."""
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        yield db


def tamper(path: Path, *statements: str) -> None:
    """Change the file with its triggers out of the way, and put them back."""
    with untriggered(path) as db:
        for statement in statements:
            db.execute(statement)


@contextmanager
def untriggered(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file with its triggers out of the way, and put them back."""
    with raw(path) as db:
        triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = triggers.fetchall()
        for name, _ in found:
            db.execute(f"DROP TRIGGER {name}")
        yield db
        for _, sql in found:
            db.execute(sql)


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
        if number > 2:  # which knows what they add up to
            db.execute("ATTACH ? AS new", (str(new),))
            db.execute("INSERT INTO events SELECT * FROM new.events")
            db.execute("INSERT INTO current SELECT * FROM new.current")
            return
        for event in events:
            body = event.body
            del body["state"]
            last = Event.after(last, event.at, organization, event.sort, body)
            row = (last.seq, last.at, organization, last.sort, last.text, last.previous, last.hash)
            db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", row)


JOB = {
    "SEMAPHORE_WORKFLOW_ID": "wf-1",
    "SEMAPHORE_PIPELINE_ID": "ppl-1",
    "SEMAPHORE_JOB_ID": "job-1",
    "SEMAPHORE_GIT_SHA": "5a1eb0f",
    "SEMAPHORE_GIT_BRANCH": "main",
    "SEMAPHORE_GIT_COMMIT_AUTHOR": "ada",
}


class Program:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = program.run(("--org", EMBEDDED, "--ledger", "ledger.db", *arguments))
        out, err = self._capsys.readouterr()
        return code, out, err


@pytest.fixture
def call(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Program:
    """The program in a directory of its own, as in a job on Semaphore."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in JOB.items():
        monkeypatch.setenv(name, value)
    return Program(capsys)
