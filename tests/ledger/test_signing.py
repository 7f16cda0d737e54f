"""With a key every record is signed, and what is not is refused; values are hashed by it, too."""

import re
from pathlib import Path

import pytest

from reconciler.errors import BadSettings, LeaseHeld, LedgerUnusable
from reconciler.ledger import Event, Ledger, opened, opened_copy
from reconciler.ledger.keys import VARIABLE, Key
from reconciler.model import Sealed
from tests.ledger.conftest import (
    ABOUT,
    ORGANIZATION,
    Program,
    address,
    fill,
    raw,
    record,
    tamper,
    written_by_version,
)

KEY, OTHER = "0123456789abcdef" * 4, "another key, of 32 characters ok"
SIGNED, FOREIGN = {VARIABLE: KEY}, {VARIABLE: OTHER}
SECRET = Sealed("canary")


def write(path: Path, environ: dict[str, str]) -> list[Event]:
    with opened(path, ORGANIZATION, create=True, environ=environ) as book:
        fill(book)
        return list(book.events())


def remembers(path: Path, environ: dict[str, str]) -> None:
    with opened(path, ORGANIZATION, create=False, environ=environ) as book:
        assert set(book.memory().records) == {address("one")}
        assert book.memory().doubts == ()
        assert book.doubts() == book.verify() == []


def refused(path: Path, environ: dict[str, str], said: str) -> None:
    """Nothing is planned by it, nothing is written into it, and verify says why."""
    before = path.read_bytes()
    for create in (False, True):
        with opened(path, ORGANIZATION, create=create, environ=environ) as book:
            with pytest.raises(LedgerUnusable, match=said):
                book.memory()
            assert re.search(said, book.doubts()[0])
    with opened(path, ORGANIZATION, create=True, environ=environ) as book:
        with pytest.raises(LedgerUnusable), book.run(ABOUT, "ada"):
            pass
        with pytest.raises(LedgerUnusable):
            book.accept()
    with opened(path, ORGANIZATION, create=False, environ={}) as book:
        assert book.count() == 6
    assert len(path.read_bytes()) == len(before)


def hashed(book: Ledger) -> str:
    """Let a value be written, and return what is remembered of it."""
    made = book.memory().hashes.of([("A", SECRET)])
    with book.run(ABOUT, "ada") as run:
        run.remember((record("s", A=made["A"]),))
    memory = book.memory()
    (found,) = memory.records[address("s")].secrets.values()
    assert memory.hashes.is_value(found, SECRET)
    return found


def test_every_event_is_signed(path: Path) -> None:
    """By a key that is named, and is not told."""
    events = write(path, SIGNED)
    name = Key.of(KEY).name
    assert {event.signature.partition(":")[0] for event in events} == {name}
    assert len({event.signature for event in events}) == 6
    remembers(path, SIGNED)
    write(path, SIGNED)
    remembers(path, SIGNED)
    for secret in (KEY, Key.of(KEY).signing.hex(), Key.of(KEY).hashing.hex()):
        assert secret not in repr(Key.of(KEY))
        assert secret.encode() not in path.read_bytes()


def test_a_chain_that_nobody_signed_is_refused(path: Path) -> None:
    """However well it was forged: what to do, if it is right, is said."""
    write(path, {})
    refused(path, SIGNED, f"it is not signed, though {VARIABLE} is set.*reconciler ledger sign")


def test_a_chain_that_another_signed_is_refused(path: Path) -> None:
    """By another key, or none at all, or moved here from another event."""
    write(path, FOREIGN)
    by, mine = Key.of(OTHER).name, Key.of(KEY).name
    way = "if that is lost, and this ledger is known to be right, take it over: reconciler ledger s"
    refused(path, SIGNED, f"by the key {by}, and {VARIABLE} is the key {mine}: .*{way}")
    said = f"it is signed by the key of {VARIABLE}, but not for this place .*ledger sign"
    tamper(path, f"UPDATE events SET signature = '{Key.of(KEY).name}:' || hash")  # noqa: S608
    refused(path, SIGNED, said)
    path.unlink()
    write(path, SIGNED)
    last = "(SELECT signature FROM events WHERE seq = 5)"
    tamper(path, f"UPDATE events SET signature = {last} WHERE seq = 6")  # noqa: S608
    refused(path, SIGNED, said)


def test_an_event_that_was_added_is_not_ours(path: Path) -> None:
    """A signed chain that goes on without a signature."""
    write(path, SIGNED)
    with raw(path) as db:
        db.execute("UPDATE current SET body = replace(body, 'true', 'false')")
        row = db.execute("SELECT * FROM events WHERE seq = 6").fetchone()
        last = Event(*row)
        forged = Event.after(last, last.at, ORGANIZATION, "end", {"run": 1, "state": "forged"})
        values = (7, forged.at, ORGANIZATION, "end", forged.text, forged.previous, forged.hash, "")
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
    with (
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
        pytest.raises(LedgerUnusable, match="it is not signed, though"),
    ):
        book.memory()


@pytest.mark.parametrize(
    "statement",
    ["UPDATE current SET body = replace(body, 'true', 'false')", "DELETE FROM current"],
)
def test_a_signature_vouches_for_what_is_remembered(path: Path, statement: str) -> None:
    """Also where history is not read."""
    write(path, SIGNED)
    tamper(path, statement)
    with (
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
        pytest.raises(LedgerUnusable, match="what is remembered is not what the events say"),
    ):
        book.memory()


def test_without_the_key_it_is_looked_at_and_not_written(path: Path) -> None:
    """Else it would not be signed any more. Nothing is pruned by it: who wrote it is not known."""
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        hashed(book)
    with opened(path, ORGANIZATION, create=False, environ={}) as book:
        memory = book.memory()
        assert memory.records[address("s")].secrets == {}
        assert memory.hashes.of([("A", SECRET)]) == {}
        (doubt,) = memory.doubts
        assert f"it is signed, and {VARIABLE} is not set" in doubt
        assert book.holder() is None
    with pytest.raises(LedgerUnusable, match=f"not written to: .*{VARIABLE} is not set"):
        opened(path, ORGANIZATION, create=True, environ={}).__enter__()
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        assert book.memory().records[address("s")].secrets != {}
        assert book.doubts() == []


@pytest.mark.parametrize("before", [{}, FOREIGN])
def test_a_ledger_is_taken_over_by_saying_so(path: Path, before: dict[str, str]) -> None:
    """All that it says is believed from then on, and who said so is written down."""
    write(path, before)
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        assert book.sign("ada") is True
        assert book.sign("ada") is False
    remembers(path, SIGNED)
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        *_, last = book.events()
    assert (last.sort, last.body["by"], last.body["key"]) == ("signed", "ada", Key.of(KEY).name)
    write(path, SIGNED)
    remembers(path, SIGNED)


@pytest.mark.parametrize("number", [1, 2])
def test_an_older_ledger_is_taken_over(number: int, path: Path) -> None:
    """As any that is not signed."""
    written_by_version(number, path)
    with (
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
        pytest.raises(LedgerUnusable, match="reconciler ledger sign"),
    ):
        book.memory()
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        assert book.sign("ada")
    remembers(path, SIGNED)


def test_what_was_altered_is_not_taken_over(path: Path) -> None:
    """Who signs says that it is right."""
    write(path, {})
    tamper(path, "UPDATE events SET at = '2001-01-01' WHERE seq = 2")
    with (
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
        pytest.raises(LedgerUnusable, match="event 2 was altered"),
    ):
        book.sign("ada")


def test_values_are_hashed_by_the_key(path: Path, tmp_path: Path) -> None:
    """It tells them in every ledger of that key, and another one does not."""
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        first = hashed(book)
    with opened(tmp_path / "second.db", ORGANIZATION, create=True, environ=SIGNED) as book:
        assert book.memory().hashes.is_value(first, SECRET) is True
    with opened(tmp_path / "third.db", ORGANIZATION, create=True, environ=FOREIGN) as book:
        assert book.memory().hashes.is_value(first, SECRET) is None
    assert first.startswith(f"{Key.of(KEY).name}:")


def test_each_ledger_has_hashes_of_its_own() -> None:
    """One key is that of many: of a value that is in two of them, no two hashes are equal."""
    places = [
        (ORGANIZATION, "projects/a"),
        (ORGANIZATION, "projects/b"),
        ("https://b", "projects/a"),
    ]
    found = set()
    for organization, place in places:
        for _ in range(2):
            with opened_copy("a", b"", organization, location=place, environ=SIGNED) as book:
                found.add(hashed(book))
    assert len(found) == len(places)


def test_what_another_key_hashed_is_unknown(path: Path) -> None:
    """Not changed: nobody can tell. The key that was in the file is in it no longer."""
    with opened(path, ORGANIZATION, create=True, environ={}) as book:
        hashed(book)
        old = book.memory().hashes.key
    assert old in path.read_bytes()
    with opened(path, ORGANIZATION, create=True, environ=SIGNED) as book:
        book.sign("ada")
        memory = book.memory()
        assert memory.records[address("s")].secrets == {}
        hashed(book)
    assert old not in path.read_bytes()
    with opened(path, ORGANIZATION, create=True, environ=FOREIGN) as book:
        book.sign("grace")
        assert book.memory().records[address("s")].secrets == {}


def test_a_copy_is_signed_as_a_file_is() -> None:
    """And two copies that are brought together are signed as one."""
    with opened_copy("a", b"", ORGANIZATION, environ=SIGNED) as book:
        fill(book)
        base = book.content()
    copies = []
    for name in ("two", "three"):
        with (
            opened_copy("a", base, ORGANIZATION, environ=SIGNED) as book,
            book.run(ABOUT, "ada") as run,
        ):
            run.remember((record(name),))
            copies.append(book.content())
    with opened_copy("a", copies[0], ORGANIZATION, environ=SIGNED) as book:
        book.replay(copies[1])
        assert set(book.memory().records) == {address(n) for n in ("one", "two", "three")}
        assert book.verify() == book.doubts() == []
        assert all(event.signature for event in book.events())
    for environ, content in ((FOREIGN, base), ({}, base)):
        with (
            opened_copy("a", content, ORGANIZATION, environ=environ) as book,
            pytest.raises(LedgerUnusable),
        ):
            book.replay(copies[0])


def test_a_signature_holds_for_its_place(path: Path) -> None:
    """One key is that of many ledgers: a copy is not believed elsewhere, nor as a file."""
    with opened_copy("a", b"", ORGANIZATION, location="p1/a", environ=SIGNED) as book:
        fill(book)
        content = book.content()
    path.write_bytes(content)
    with opened_copy("a", content, ORGANIZATION, location="p1/a", environ=SIGNED) as book:
        assert book.memory().records
    elsewhere = (
        opened_copy("a", content, ORGANIZATION, location="p2/a", environ=SIGNED),
        opened(path, ORGANIZATION, create=False, environ=SIGNED),
    )
    for place in elsewhere:
        with place as book, pytest.raises(LedgerUnusable, match="but not for this place"):
            book.memory()


@pytest.mark.parametrize("text", ["short", "x" * 31])
def test_a_key_that_could_be_guessed(path: Path, text: str) -> None:
    """Refused before anything is opened; it is not told again."""
    with pytest.raises(BadSettings, match="openssl rand -hex 32") as caught:
        opened(path, ORGANIZATION, create=True, environ={VARIABLE: text}).__enter__()
    assert text not in str(caught.value)
    assert not path.exists()


BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {name: b}\n"


def test_the_program_signs(call: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the environment, in every command; the way out is a command of its own."""
    (tmp_path / "m.yml").write_text(BOARD)
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    code, _, err = call("ledger", "sign")
    assert (code, err) == (1, f"error: {VARIABLE} is not set: there is no key to sign with\n")
    monkeypatch.setenv(VARIABLE, KEY)
    for command in ("plan", "drift", "apply", "destroy"):
        code, _, err = call(command, "m.yml")
        assert (code, "reconciler ledger sign" in err) == (1, True)
    assert call("ledger", "verify")[0] == 1
    code, out, _ = call("ledger", "sign")
    assert (code, out.partition(":")[0]) == (0, "Signed")
    assert "the key" not in call("ledger", "show")[2]
    assert call("ledger", "sign")[1] == "It is signed by this key already.\n"
    assert call("plan", "m.yml", "--prune")[0] == 0
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    assert call("ledger", "verify")[0] == 0
    monkeypatch.delenv(VARIABLE)
    code, out, _ = call("plan", "m.yml", "--prune")
    assert (code, f"it is signed, and {VARIABLE} is not set" in out) == (4, True)
    assert call("plan", "m.yml")[0] == 0
    (tmp_path / "m.yml").write_text(BOARD.replace("b}", "c}"))
    code, _, err = call("apply", "m.yml", "--auto-approve")
    assert (code, "is not written to: it is signed" in err) == (1, True)
    assert call("ledger", "break-lease")[0] == 1
    code, out, err = call("ledger", "verify")
    assert (code, VARIABLE in err) == (1, True)


@pytest.mark.parametrize("organization", [ORGANIZATION, "https://other.semaphoreci.com"])
def test_nothing_is_signed_while_a_run_works(path: Path, organization: str) -> None:
    """It would go on with the key before: on this organization, or another of the same file."""
    write(path, {})
    with (
        opened(path, organization, create=True, environ={}) as working,
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
    ):
        with working.run(ABOUT, "ada"):
            before = book.head()
            with pytest.raises(LeaseHeld, match="ada on"):
                book.sign("grace")
            assert book.head() == before
        assert book.sign("grace")
