"""Files that are old, new, foreign, empty, damaged or not to be written: said, never worsened."""

import itertools
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import Ledger, opened
from reconciler.ledger.schema import VERSION
from reconciler.ledger.sqlite import SQLite
from reconciler.model import Action
from tests.ledger.conftest import ORGANIZATION, Program, address, fill, raw, written_by_version

HERE = Path(__file__).parent
OLD = pytest.mark.parametrize("number", range(1, VERSION))


def version(path: Path) -> int:
    with raw(path) as db:
        return int(db.execute("PRAGMA user_version").fetchone()[0])


def schema(path: Path) -> set[str]:
    with raw(path) as db:
        found = db.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL")
        return {" ".join(row[0].split()) for row in found}


@OLD
def test_every_version_is_kept_on_file(number: int) -> None:
    """Who raises VERSION adds the tables of the one before to the tests."""
    assert (HERE / f"version_{number}.sql").is_file()


@OLD
def test_an_older_ledger_is_migrated_by_who_writes(number: int, path: Path, tmp_path: Path) -> None:
    """Events, their chain and the key are kept, and the tables are those of a new ledger."""
    written_by_version(number, path)
    with opened(path, ORGANIZATION, create=True) as book:
        assert version(path) == VERSION
        assert book.verify() == []
        assert set(book.memory().records) == {address("one")}
        assert book.memory().hashes.key == bytes(range(32))
        fill(book)
        assert book.verify() == []
    with opened(tmp_path / "fresh.db", ORGANIZATION, create=True):
        pass
    assert schema(path) == schema(tmp_path / "fresh.db")


@OLD
def test_an_older_ledger_can_be_read(number: int, path: Path) -> None:
    """Who only reads sees all of it, and leaves the file as it is, to the byte."""
    written_by_version(number, path)
    before = path.read_bytes()
    with opened(path, ORGANIZATION, create=False) as book:
        assert set(book.memory().records) == {address("one")}
        assert book.verify() == []
    assert path.read_bytes() == before


def test_a_newer_ledger_is_left_alone(book: Ledger, path: Path) -> None:
    """A program that does not know the version neither reads nor writes it."""
    fill(book)
    with raw(path) as db:
        db.execute(f"PRAGMA user_version = {VERSION + 1}")
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(LedgerUnusable, match=f"of version {VERSION + 1}.*update the program"):
            SQLite.in_file(path, create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("number", [0, 1, VERSION])
def test_another_database_is_left_alone(path: Path, number: int) -> None:
    """A database of something else gets no tables of ours."""
    with raw(path) as db:
        db.execute("CREATE TABLE events (what TEXT)")
        db.execute(f"PRAGMA user_version = {number}")
    before = path.read_bytes()
    for create in (False, True):
        with pytest.raises(LedgerUnusable, match="is a database, but no ledger"):
            SQLite.in_file(path, create=create)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, but long enough" * 9, b"\x00" * 4096])
def test_a_file_of_something_else_is_left_alone(path: Path, content: bytes) -> None:
    """It is named, and not one byte of it changes."""
    path.write_bytes(content)
    for create in (False, True):
        with pytest.raises(LedgerUnusable, match=r"ledger\.db: .*not a database"):
            SQLite.in_file(path, create=create)
    assert path.read_bytes() == content


def test_an_empty_file_is_a_ledger_without_events(path: Path) -> None:
    """As a run leaves it that is killed right after it made the file."""
    path.touch()
    with opened(path, ORGANIZATION, create=False) as book:
        assert list(book.events()) == []
        assert not book.memory().records
    assert path.read_bytes() == b""


def test_a_damaged_file_is_told(path: Path) -> None:
    """Pages of zeros in the middle: an error in words."""
    with opened(path, ORGANIZATION, create=True) as book:
        for _ in range(30):
            fill(book)
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x00" * (size - 4096))
    with (
        pytest.raises(LedgerUnusable, match="the objects in Semaphore are not affected"),
        opened(path, ORGANIZATION, create=False) as found,
    ):
        found.memory()


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("/proc/none/there")])
def test_a_place_where_no_file_can_be(path: Path, make: Callable[[Path], None]) -> None:
    """A directory, a link to nowhere: what to do is said."""
    make(path)
    with pytest.raises(LedgerUnusable, match="name another by --ledger, or --ledger none"):
        SQLite.in_file(path, create=True)


def test_a_ledger_is_its_owners_alone(book: Ledger, path: Path) -> None:
    """It holds the key of hashes."""
    fill(book)
    assert path.stat().st_mode & 0o777 == 0o600


_KILLED = """
import os, signal, sys
from pathlib import Path
from reconciler.ledger import opened
from tests.ledger.conftest import ORGANIZATION, fill
with opened(Path(sys.argv[1]), ORGANIZATION, create=True) as book:
    fill(book)
    db = book._store._db
    db.execute("PRAGMA cache_size = 1")
    db.execute("PRAGMA cache_spill = ON")
    with book._store.transaction():
        for number in range(2000):
            book._chain.append("run", {"filler": "x" * 500})
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_transaction_cut_by_a_kill_is_undone_by_who_reads(path: Path) -> None:
    """Half a transaction is in the log beside the file: reading goes by what was committed."""
    killed = subprocess.run(  # noqa: S603 — what is to be killed
        [sys.executable, "-c", _KILLED, str(path)],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    assert path.with_name("ledger.db-wal").stat().st_size > 500 * 2000
    with opened(path, ORGANIZATION, create=False) as book:
        assert book.count() == 6
        assert book.verify() == []


_REPLACING = """
import os, signal, sys
from pathlib import Path
from reconciler.ledger import opened
from reconciler.model import Action
from tests.ledger.conftest import ABOUT, ORGANIZATION, change, done, fill, record
with opened(Path(sys.argv[1]), ORGANIZATION, create=True) as book:
    fill(book)
    with book.run(ABOUT, "ada") as run:
        first, second = change("three"), change("one", Action.REPLACE)
        run.intend(first, {})
        run.conclude(done(first), record("three"))
        run.intend(second, {"A": "h"}, {"org_config": {"debug_access": "JOB_DEBUG_NO"}})
        run.intend(change("four"), {})
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def killed(path: Path) -> Path:
    """A ledger whose writer was killed after it deleted something to create it again."""
    ended = subprocess.run(  # noqa: S603 — what is to be killed
        [sys.executable, "-c", _REPLACING, str(path)],
        env=os.environ | {"PYTHONPATH": str(HERE.parents[1])},
        check=False,
    )
    assert ended.returncode == -signal.SIGKILL
    return path


def test_what_is_to_be_durable_is_in_the_file_itself(killed: Path) -> None:
    """Whoever keeps that alone, as a cache may, keeps all up to the last such record."""
    (alone := killed.with_name("alone")).mkdir()
    copy = alone / killed.name
    shutil.copy(killed, copy)
    for create in (False, True):
        with opened(copy, ORGANIZATION, create=create) as book:
            kept = book.memory().intended[address("one")].kept
            assert kept == {"org_config": {"debug_access": "JOB_DEBUG_NO"}}
            assert set(book.memory().records) == {address("one"), address("three")}
            assert dict(book.interrupted()) == {address("one"): Action.REPLACE}
            assert book.verify() == []


def test_a_cache_keeps_all_that_a_killed_writer_left(killed: Path) -> None:
    """By the paths that the pages give for it."""
    page = (HERE.parents[1] / "docs" / "ci.md").read_text()
    paths = re.findall(r"(?:path: |paths: \[)\.reconciler/([^\]\s]+)", page)
    assert len(paths) == 3
    for number, pattern in enumerate(paths):
        (place := killed.with_name(f"next{number}")).mkdir()
        for found in killed.parent.glob(pattern):
            shutil.copy(found, place)
        with opened(place / killed.name, ORGANIZATION, create=True) as book:
            steps = {address("one"): Action.REPLACE, address("four"): Action.CREATE}
            assert dict(book.interrupted()) == steps


def test_at_rest_a_ledger_is_one_file(path: Path) -> None:
    """It can be copied as it is, and read where nothing can be written."""
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    copy = path.with_name("copy.db")
    copy.write_bytes(path.read_bytes())
    with opened(copy, ORGANIZATION, create=False) as book:
        assert set(book.memory().records) == {address("one")}


def test_statistics_of_sqlite_are_no_tampering(book: Ledger, path: Path) -> None:
    """Who looks at it with other tools may leave some."""
    fill(book)
    with raw(path) as db:
        db.execute("ANALYZE")
        assert db.execute("SELECT count(*) FROM sqlite_stat1").fetchone()[0]
    with opened(path, ORGANIZATION, create=False) as found:
        found.check()
        assert set(found.memory().records) == {address("one")}


def test_who_reads_is_not_in_the_way_of_who_writes(path: Path) -> None:
    """Both have it open at once; each sees what is committed."""
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
        with opened(path, ORGANIZATION, create=False) as other:
            fill(book)
            assert other.count() == book.count() == 12


def test_a_pipe_is_not_waited_for(call: Program, tmp_path: Path) -> None:
    """Nothing but a regular file is opened."""
    os.mkfifo(tmp_path / "ledger.db", 0o600)
    (tmp_path / "m.yml").write_text("apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: b}\n")
    for command in (("plan", "m.yml"), ("apply", "m.yml", "--auto-approve"), ("ledger", "show")):
        code, _, err = call(*command)
        assert (code, "is no regular file" in err) == (1, True), err


def test_a_directory_is_no_missing_ledger(tmp_path: Path) -> None:
    """It is named as what it is, to read and to write."""
    place = tmp_path / "ledger.db"
    place.mkdir(0o700)
    for create, believe in itertools.product((False, True), repeat=2):
        with (
            pytest.raises(LedgerUnusable, match=r"is no regular file, .* name another by --ledger"),
            opened(place, ORGANIZATION, create=create, believe=believe),
        ):
            pass


@pytest.mark.parametrize("at", [b"events_stay", b"append-only", b"CREATE TABLE leases", b"fence"])
@pytest.mark.parametrize("create", [False, True])
def test_a_flipped_byte_where_tables_are_described(path: Path, at: bytes, *, create: bool) -> None:
    """What is no text any more is told as damage, too."""
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
    content = bytearray(path.read_bytes())
    content[content.index(at)] ^= 0x80
    path.write_bytes(content)
    with (
        pytest.raises(LedgerUnusable, match="the objects in Semaphore are not affected"),
        opened(path, ORGANIZATION, create=create),
    ):
        pass
    assert path.read_bytes() == content
