"""What is old moves into an archive; what remains proves itself, and goes on as before."""

import gzip
import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import Event, Ledger, compacting, opened, opened_copy
from reconciler.ledger.keys import VARIABLE
from reconciler.ledger.sqlite import SQLite
from reconciler.model import Action, Memory
from tests.ledger.conftest import (
    ABOUT,
    ORGANIZATION,
    address,
    change,
    compact,
    done,
    fill,
    later,
    record,
)

OTHERS = "https://other.semaphoreci.com"
KEY = "0123456789abcdef" * 4


def looked(book: Ledger) -> tuple[Memory, list[str], list[str]]:
    return book.memory(), book.verify(), book.doubts()


def test_what_is_archived_is_all_there_was(book: Ledger, archive: Path, then: str) -> None:
    """To the letter; what remains goes on from it, and means the same."""
    before, memory = list(book.all_events()), book.memory()
    assert compact(book, archive, then) == 6
    after = list(book.all_events())
    assert [event.seq for event in after] == list(range(7, 14))
    assert after[:-1] == before[6:]
    assert after[0].previous == before[5].hash
    assert looked(book) == (memory, [], [])
    book.include([archive])
    assert list(book.all_events())[:-1] == before
    assert looked(book) == (memory, [], [])
    assert archive.stat().st_mode & 0o777 == 0o600


def test_an_archive_can_be_read_by_anybody(book: Ledger, archive: Path) -> None:
    """It is what `ledger export` prints, packed; its hashes can be computed by what is told."""
    fill(book)
    compact(book, archive)
    previous = "0" * 64
    for text in gzip.decompress(archive.read_bytes()).decode().splitlines():
        event = json.loads(text)
        body = json.dumps(event["body"], sort_keys=True, ensure_ascii=False)
        row = [event[key] for key in ("seq", "at", "organization", "sort")]
        line = json.dumps([*row, body, previous], ensure_ascii=False)
        previous = hashlib.sha256(line.encode()).hexdigest()
        assert (event["hash"], event["format_version"]) == (previous, 1)


def test_it_is_written_to_as_before(path: Path, book: Ledger, archive: Path, then: str) -> None:
    """By who has it open, and by who opens it later; nobody has to accept anything."""
    compact(book, archive, then)
    fill(book)
    with opened(path, ORGANIZATION, create=True) as other:
        with other.run(ABOUT, "ada") as run:
            step = change("one", Action.DELETE)
            run.intend(step, {})
            run.conclude(done(step), None)
        assert other.memory().records == {}
        assert other.doubts() == other.verify() == []
        other.include([archive])
        assert other.verify() == []


@pytest.mark.parametrize(
    ("before", "number"),
    [("0", 0), ("1", 0), ("2", 2), ("3", 2), ("4", 2), ("5", 2), ("7", 2), ("8", 7), ("9", 8)],
)
def test_all_of_a_run_is_archived_or_nothing(
    path: Path, archive: Path, before: str, number: int
) -> None:
    """Also where the runs of two organizations are mixed."""
    runs = ((0, 1), (1, 1), (2, 3), (3, 4), (4, 3), (5, 4), (7, 4), (8, 8))
    last = None
    store = SQLite.in_file(path, create=True)
    with closing(store), store.transaction():
        for at, run in runs:
            sort, body = ("run", {}) if at + 1 == run else ("end", {"run": run})
            last = Event.after(last, str(at), ORGANIZATION, sort, body)
            store.add(last)
        assert compacting.archive(store, archive, before, str) == number
    assert archive.exists() == bool(number)


def test_nothing_is_old_enough(book: Ledger, path: Path, archive: Path) -> None:
    """Then nothing is written."""
    fill(book)
    before = path.read_bytes()
    assert compact(book, archive, later(-1)) == 0
    assert not archive.exists()
    assert path.read_bytes() == before


def test_it_is_archived_again_and_again(path: Path, tmp_path: Path) -> None:
    """Of all organizations in it, also one that did nothing between; archives come in any order."""
    archives = [tmp_path / f"{number}.gz" for number in range(3)]
    for number, each in enumerate(archives):
        with opened(path, ORGANIZATION if number else OTHERS, create=True) as one:
            fill(one)
        with opened(path, ORGANIZATION, create=True) as one:
            compact(one, each)
    for organization in (OTHERS, ORGANIZATION):
        with opened(path, organization, create=True) as one:
            one.include(archives)
            assert one.verify() == []
        with opened(path, organization, create=True) as one:
            assert set(one.memory().records) == {address("one")}
            assert one.verify() == one.doubts() == []
            assert one.archived is not None
            assert one.archived["file"] == "2.gz"
            for order in itertools.permutations(archives):
                one.include(order)
                assert one.verify() == []
                assert [event.seq for event in one.all_events()] == list(range(1, one.count() + 1))
            one.include(archives[1:])
            assert one.verify() == []
            assert "the first 6 of them archived" in one.extent
            for given in (archives[:1], archives[::2]):
                with pytest.raises(LedgerUnusable, match="an archive is missing: the records 7 to"):
                    one.include(given)


def test_an_archive_of_what_is_there_still_is_no_harm(book: Ledger, archive: Path) -> None:
    """As one is that was made when it was killed."""
    fill(book)
    book.archive(archive, "9999")
    before = list(book.all_events())
    book.include([archive])
    assert (list(book.all_events()), book.verify()) == (before, [])


def test_a_plan_from_before_what_is_archived_may_have_been_applied(
    book: Ledger, archive: Path, then: str
) -> None:
    """Nobody can tell; of one that was made since, all is known."""
    compact(book, archive, then)
    with pytest.raises(LedgerUnusable, match="are archived, and what was done since 2001"):
        book.earlier("seal", "2001-01-01")
    assert book.earlier("seal", later()) == (frozenset(), "")


def test_a_signature_is_of_what_is_archived_too(path: Path, archive: Path, tmp_path: Path) -> None:
    """The last one stands for all; a signed ledger stays signed, in a copy for its place, too."""
    environ = {VARIABLE: KEY, "HOME": str(tmp_path)}
    with opened(path, ORGANIZATION, create=True, environ=environ) as book:
        fill(book)
        compact(book, archive)
        assert all(event.signature for event in book.all_events())
        fill(book)
        assert book.doubts() == book.verify() == []
    with opened(path, ORGANIZATION, create=False, environ={}) as book:
        assert "it is signed, and" in book.doubts()[0]


@contextmanager
def copy(content: bytes) -> Iterator[Ledger]:
    with opened_copy("artifact:state", content, ORGANIZATION) as book:
        yield book


def test_a_copy_that_was_made_before_comes_home(archive: Path) -> None:
    """What its run did is put behind what remains; nothing of what is archived comes again."""
    with copy(b"") as book:
        fill(book)
        base = book.content()
        fill(book)
        theirs_before = book.content()
        compact(book, archive)
        theirs = book.content()
    with copy(theirs_before) as book, book.run(ABOUT, "grace") as run:
        run.remember((record("ours"),))
        ours = book.content()
    with copy(theirs) as book:
        assert book.replay(ours) == 2
        assert set(book.memory().records) == {address("one"), address("ours")}
        assert book.replay(ours) == 0
        book.include([archive])
        assert book.verify() == []
    with copy(base) as book, book.run(ABOUT, "grace") as run:
        run.remember((record("ours"),))
        ours = book.content()
    with copy(theirs) as book, pytest.raises(LedgerUnusable, match="records were archived"):
        book.replay(ours)


def test_a_copy_is_not_compacted_over_what_others_wrote(archive: Path) -> None:
    """They come first."""
    with copy(b"") as book:
        fill(book)
        base = book.content()
        compact(book, archive)
        ours = book.content()
    for theirs in (base, b""):
        with copy(theirs) as book:
            if theirs:
                fill(book)
            with pytest.raises(LedgerUnusable, match="others wrote into it since"):
                book.replay(ours)
