"""What speaks against a compaction, an archive, and a ledger that goes on from one."""

import gzip
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from reconciler.errors import LeaseHeld, LedgerUnusable
from reconciler.ledger import Ledger, opened
from reconciler.ledger.keys import VARIABLE
from tests.ledger.conftest import ABOUT, ORGANIZATION, compact, fill, tamper

OTHERS = "https://other.semaphoreci.com"
KEY, FOREIGN = "0123456789abcdef" * 4, "another key, of 32 characters ok"


@pytest.mark.parametrize("damage", ["altered", "without one", "cut"])
def test_an_archive_that_is_altered_is_told(book: Ledger, archive: Path, damage: str) -> None:
    """By verify, which says what is wrong with it, or at once; and nothing is removed by one."""
    fill(book)
    fill(book)
    book.archive(archive, "9999")
    lines = gzip.decompress(archive.read_bytes()).splitlines(keepends=True)
    damaged = {
        "altered": [*lines[:2], lines[2].replace(b'"done"', b'"gone"'), *lines[3:]],
        "without one": [*lines[:2], *lines[3:]],
        "cut": lines[:-1],
    }
    broken = archive.with_name("broken.gz")
    broken.write_bytes(gzip.compress(b"".join(damaged[damage])))
    count = book.count()
    if damage != "cut":
        with pytest.raises(LedgerUnusable, match=r"is not the beginning of .*ledger\.db"):
            book.cut(broken, "ada")
        assert book.count() == count
    book.cut(archive, "ada")
    if damage == "cut":
        with pytest.raises(LedgerUnusable, match=r"the records 12 to 12, .* this one was cut"):
            book.include([broken])
        return
    book.include([broken])
    assert book.verify()


def test_an_archive_of_more_than_there_is(book: Ledger, path: Path, archive: Path) -> None:
    """As of a ledger of which an older copy came back: nothing is removed by it."""
    fill(book)
    older = path.with_name("older.db")
    with closing(sqlite3.connect(path)) as now, closing(sqlite3.connect(older)) as then:
        now.backup(then)
    fill(book)
    assert book.archive(archive, "9999") == 12
    with opened(older, ORGANIZATION, create=True) as before:
        with pytest.raises(LedgerUnusable, match=r"is not the beginning of .*older\.db"):
            before.cut(archive, "ada")
        assert before.count() == 6


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        gzip.compress(b"{}\n", mtime=0),
        gzip.compress(b"x", mtime=0),
        gzip.compress(b"{}", mtime=0)[:9],
    ],
)
def test_what_is_no_archive(book: Ledger, archive: Path, content: bytes) -> None:
    """Is an error, whoever wants it, and is not written over."""
    fill(book)
    archive.write_bytes(content)
    with pytest.raises(LedgerUnusable, match=str(archive)):
        book.cut(archive, "ada")
    with pytest.raises(LedgerUnusable, match=str(archive)):
        book.include([archive])
    assert archive.read_bytes() == content
    assert book.verify() == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM events WHERE seq = 7", "events 1 to 7 are missing"),
        ("DELETE FROM events WHERE sort = 'compacted'", "events 1 to 6 are missing"),
        (
            "UPDATE events SET body = replace(body, 'id-one', 'id-two') WHERE sort = 'compacted'",
            "event 13 was altered",
        ),
        ("UPDATE current SET body = replace(body, 'id-one', 'id-two')", "what is remembered of"),
    ],
)
def test_what_remains_can_not_be_tampered_with(
    path: Path, archive: Path, then: str, statement: str, said: str
) -> None:
    """Nor can more be taken off its beginning than was archived."""
    with opened(path, ORGANIZATION, create=True) as book:
        compact(book, archive, then)
    tamper(path, statement)
    with opened(path, ORGANIZATION, create=False) as found:
        assert found.verify()[0].startswith(said)
        with pytest.raises(LedgerUnusable):
            found.check()


def test_what_was_seen_before_is_proven_by_the_archive(
    book: Ledger, path: Path, archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a machine that saw no later one: until then nothing is pruned by it, there."""
    fill(book)
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
        with opened(path, ORGANIZATION, create=True) as there:
            there.check()
    fill(book)
    compact(book, archive)
    assert book.doubts() == []
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "elsewhere"))
    with opened(path, ORGANIZATION, create=False) as there:
        assert "its first 12 records are archived" in there.memory().doubts[0]
        assert "verify --archive FILE" in there.doubts()[0]
        there.include([archive])
        assert there.doubts() == there.verify() == []
    with opened(path, ORGANIZATION, create=False) as there:
        assert there.memory().doubts == ()


def test_another_one_that_is_archived_is_still_another(
    path: Path, archive: Path, tmp_path: Path
) -> None:
    """Its archive does not have what was seen last."""
    with opened(path, ORGANIZATION, create=True) as book:
        for _ in range(3):
            fill(book)
    other = tmp_path / "other.db"
    with opened(other, ORGANIZATION, create=True) as made:
        for _ in range(4):
            fill(made)
        compact(made, archive)
    path.write_bytes(other.read_bytes())
    with opened(path, ORGANIZATION, create=False) as found:
        assert "its first 24 records are archived" in found.doubts()[0]
        found.include([archive])
        assert "it is another one: its record 18 is not the last" in found.doubts()[0]
        assert found.verify() == []
        assert found.doubts()


@pytest.mark.parametrize(
    ("written", "read", "said"),
    [
        ("", KEY, "it is not signed, though"),
        (KEY, "", "it is signed, and RECONCILER_LEDGER_KEY is not set"),
        (KEY, FOREIGN, "it is signed by the key "),
    ],
)
def test_it_is_refused_by_another_hand(
    path: Path, archive: Path, written: str, read: str, said: str
) -> None:
    """As everything that is written."""
    with opened(path, ORGANIZATION, create=True, environ={VARIABLE: written}) as book:
        fill(book)
        book.archive(archive, "9999")
    for create in (False, True):
        with (
            pytest.raises(LedgerUnusable, match=said),
            opened(path, ORGANIZATION, create=create, environ={VARIABLE: read}) as book,
        ):
            book.cut(archive, "ada")
    with opened(path, ORGANIZATION, create=False, environ={}) as book:
        assert book.count() == 6
        assert book.archived is None


def test_it_is_refused_while_a_run_is_under_way(path: Path, archive: Path, book: Ledger) -> None:
    """Of any organization in the file; nothing is written."""
    fill(book)
    with opened(path, OTHERS, create=True) as other, other.run(ABOUT, "grace"):
        with pytest.raises(LeaseHeld):
            book.archive(archive, "9999")
        assert not archive.exists()
    book.archive(archive, "9999")
    with (
        opened(path, OTHERS, create=True) as other,
        other.run(ABOUT, "grace"),
        pytest.raises(LeaseHeld),
    ):
        book.cut(archive, "ada")
    assert book.archived is None
    assert book.cut(archive, "ada").seq == 8


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM events WHERE seq = 6", "the one seen last on this machine had 6"),
        ("UPDATE events SET at = '2001' WHERE seq = 2", "event 2 was altered"),
        ("DELETE FROM current", "what is remembered of Secret/"),
    ],
)
def test_it_is_refused_for_what_is_broken_or_lost(
    path: Path, archive: Path, statement: str, said: str
) -> None:
    """What is not known to be right is not moved."""
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
    tamper(path, statement)
    with (
        opened(path, ORGANIZATION, create=True) as found,
        pytest.raises(LedgerUnusable, match=said),
    ):
        found.archive(archive, "9999")
    assert not archive.exists()
