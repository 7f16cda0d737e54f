"""A ledger that lives elsewhere: as bytes, and two copies that were both written to."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import Ledger, opened, opened_copy
from reconciler.model import Action, Address, Record
from tests.ledger.conftest import (
    ABOUT,
    ORGANIZATION,
    address,
    change,
    done,
    fill,
    record,
    written_by_version,
)


@contextmanager
def copy(content: bytes = b"") -> Iterator[Ledger]:
    with opened_copy("artifact:state", content, ORGANIZATION) as book:
        yield book


def applied(content: bytes, *records: Record) -> bytes:
    """Let a run on a copy update objects, and return what is to be put back."""
    with copy(content) as book:
        update(book, *records)
        return book.content()


def update(book: Ledger, *records: Record) -> None:
    with book.run(ABOUT, "ada") as run:
        for one in records:
            step = change(one.address.name, Action.UPDATE)
            run.intend(step, {})
            run.conclude(done(step), one)


def removed(content: bytes, name: str) -> bytes:
    with copy(content) as book, book.run(ABOUT, "ada") as run:
        step = change(name, Action.DELETE)
        run.intend(step, {})
        run.conclude(done(step), None)
        return book.content()


def together(newer: bytes, ours: bytes) -> tuple[dict[Address, Record], list[str]]:
    """Replay ours onto what somebody else put there meanwhile; return records and kinds."""
    with copy(newer) as book:
        book.replay(ours)
        assert book.verify() == []
        moments = [event.at for event in book.events()]
        assert moments == sorted(moments)
        return dict(book.memory().records), [event.sort for event in book.events()]


def test_what_is_put_back_is_all_there_was() -> None:
    """Through bytes and back: events, what they add up to, the key; no lease."""
    with copy() as book:
        fill(book)
        memory, head = book.memory(), book.head()
        with book.run(ABOUT, "ada"):
            content = book.content()
    with copy(content) as book:
        assert (book.memory(), book.count()) == (memory, 7)
        assert book.holder() is None
        assert book.verify() == []
        assert [event.hash for event in book.events()][5] == head


@pytest.mark.parametrize("number", [1, 2])
def test_an_older_version_is_read_from_bytes(number: int, path: Path) -> None:
    """It is brought up to date in memory."""
    written_by_version(number, path)
    with copy(path.read_bytes()) as book:
        assert set(book.memory().records) == {address("one")}
        update(book, record("two"))
        assert book.verify() == []


def test_a_file_and_its_bytes_are_one(path: Path) -> None:
    """What was kept in a file can be kept elsewhere, and the other way round."""
    with opened(path, ORGANIZATION, create=True) as book:
        fill(book)
        content = book.content()
    path.write_bytes(applied(content, record("two")))
    with opened(path, ORGANIZATION, create=True) as book:
        assert set(book.memory().records) == {address("one"), address("two")}
        assert book.verify() == []


@pytest.mark.parametrize("content", [b"<html>not found</html>", b"\x00" * 4096, b"SQLite format 3"])
def test_what_is_no_ledger(content: bytes) -> None:
    """Said by the name of the place."""
    with (
        pytest.raises(LedgerUnusable, match="artifact:state: "),
        opened_copy("artifact:state", content, ORGANIZATION),
    ):
        pass


def test_two_runs_on_two_copies_are_both_remembered() -> None:
    """Whoever comes second appends to what the first left; runs keep their steps."""
    base = applied(b"", record("one"))
    theirs, ours = applied(base, record("two")), applied(base, record("three"))
    records, sorts = together(theirs, ours)
    assert set(records) == {address("one"), address("two"), address("three")}
    assert sorts == 3 * ["run", "intent", "result", "end"]
    with copy(theirs) as book:
        book.replay(ours)
        last = list(book.events())[8:]
        assert {event.body["run"] for event in last[1:]} == {last[0].seq}
        assert all("replayed" in event.body for event in last)


def test_what_was_written_later_counts() -> None:
    """Ours was first: theirs stays, also its protection. Theirs was first: ours stays."""
    base = applied(b"", record("one"))
    first = applied(base, record("one", A="first"))
    second = applied(base, record("one", protect=True, A="second"))
    for newer, ours in ((second, first), (first, second)):
        records, _ = together(newer, ours)
        assert records == {address("one"): record("one", protect=True, A="second")}


def test_what_was_deleted_first_and_made_again_is_there() -> None:
    """And the other way round it is not."""
    base = applied(b"", record("one"))
    gone = removed(base, "one")
    again = applied(base, record("one", A="again"))
    for newer, ours in ((again, gone), (gone, again)):
        assert set(together(newer, ours)[0]) == {address("one")}
    base = applied(b"", record("one"))
    again, gone = applied(base, record("one", A="again")), removed(base, "one")
    for newer, ours in ((again, gone), (gone, again)):
        assert set(together(newer, ours)[0]) == set()


def test_a_step_that_theirs_did_later_is_not_open() -> None:
    """What our killed run had begun was finished by theirs meanwhile."""
    base = applied(b"", record("one"))
    with copy(base) as book, book.run(ABOUT, "ada") as run:
        run.intend(change("one", Action.REPLACE), {"A": "h"}, {"old": "settings"})
        ours = book.content()
    with copy(applied(base, record("one", A="h2"))) as book:
        book.replay(ours)
        assert book.memory().intended == {}
        assert book.interrupted() == ()
    with copy(base) as book:
        book.replay(ours)
        assert book.memory().intended[address("one")].kept == {"old": "settings"}


def test_what_is_in_both_is_not_appended_twice() -> None:
    """Nothing new, nothing written; and a copy that fell behind is brought up to date."""
    base = applied(b"", record("one"))
    ours = applied(base, record("two"))
    for newer, number in ((ours, 0), (base, 4), (b"", 8)):
        with copy(newer) as book:
            assert book.replay(ours) == number
            assert set(book.memory().records) == {address("one"), address("two")}
            assert book.verify() == []


def test_what_a_run_brings_home_in_parts_is_there_once() -> None:
    """Its records go behind those of others while it runs, and again, behind more, at its end."""
    base = applied(b"", record("one"))
    theirs = applied(base, record("two"))
    step = change("one", Action.REPLACE)
    with copy(base) as book, book.run(ABOUT, "ada") as run:
        run.intend(step, {"A": "h"}, {"old": "settings"})
        with copy(theirs) as there:
            assert there.replay(book.content()) == 2
            assert there.replay(book.content()) == 0
            assert there.memory().intended[address("one")].kept == {"old": "settings"}
            assert there.interrupted() == ((address("one"), Action.REPLACE),)
            more = applied(there.content(), record("three"))
        run.conclude(done(step), record("one", A="h"))
        ours = book.content()
    records, sorts = together(more, ours)
    assert set(records) == {address("one"), address("two"), address("three")}
    assert records[address("one")] == record("one", A="h")
    assert sorted(sorts) == sorted(4 * ["run", "intent", "result"] + 3 * ["end"])
    with copy(more) as book:
        book.replay(ours)
        assert (book.memory().intended, book.interrupted()) == ({}, ())
        run_of_ours, *steps = [e for e in book.events() if "replayed" in e.body]
        assert {event.body["run"] for event in steps} == {run_of_ours.seq}


def adopted(content: bytes, *records: Record) -> bytes:
    """Let a run on a copy find objects as they are declared."""
    with copy(content) as book, book.run(ABOUT, "ada") as run:
        run.remember(records)
        return book.content()


def found(one: Record, revision: str = "1") -> Record:
    """The same object, by who did not write it: its hidden values are assumed."""
    return replace(one, secrets={}, assumed={"A": "declared"}, revision=revision)


def test_who_only_found_an_object_knows_less_than_who_wrote_it() -> None:
    """Whichever was first, and whichever is put behind the other."""
    base, one = applied(b"", record("zero")), record("one", A="written")
    for start in (b"", base):
        first, second = applied(start, one), adopted(start, found(one))
        both = [(first, second), (second, first)]
        first, second = adopted(start, found(one)), applied(start, one)
        both += [(first, second), (second, first)]
        for newer, ours in both:
            assert together(newer, ours)[0][one.address] == one


def test_who_found_it_in_another_version_later_counts() -> None:
    """It was written outside meanwhile."""
    one = record("one", A="written")
    first, second = applied(b"", one), adopted(b"", found(one, "2"))
    for newer, ours in ((first, second), (second, first)):
        assert together(newer, ours)[0] == {one.address: found(one, "2")}
    first, second = adopted(b"", found(one, "0")), applied(b"", one)
    for newer, ours in ((first, second), (second, first)):
        assert together(newer, ours)[0] == {one.address: one}


def test_three_copies_keep_what_one_of_them_wrote() -> None:
    """An adoption that had no effect has none on a third one either."""
    one = record("one", A="written")
    wrote, late, later = applied(b"", one), adopted(b"", found(one)), adopted(b"", found(one))
    for copies in itertools.permutations((wrote, late, later)):
        content = copies[0]
        for other in copies[1:]:
            with copy(content) as book:
                book.replay(other)
                assert book.verify() == []
                content = book.content()
        with copy(content) as book:
            assert book.memory().records == {one.address: one}
