"""A ledger that is signed can't be forged by who can write it and has no key."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import astuple
from pathlib import Path

import pytest

from reconciler.errors import LedgerUnusable
from reconciler.ledger import Event, Ledger, opened, opened_copy
from reconciler.ledger.current import Current, Key
from reconciler.ledger.keys import VARIABLE
from tests.ledger.conftest import ORGANIZATION, Program, raw, record, tamper, untriggered

KEY = "0123456789abcdef" * 4
SIGNED = {VARIABLE: KEY}
DECOY = "https://decoy.semaphoreci.com"
BOARD = "apiVersion: v1alpha\nkind: Dashboard\nmetadata: {{name: {name}}}\n---\n"

Forge = Callable[[Path, str], None]


@pytest.fixture
def ledger(call: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A signed ledger, by which one dashboard is ours; that of others was never declared."""
    monkeypatch.setenv(VARIABLE, KEY)
    (tmp_path / "m.yml").write_text(BOARD.format(name="foreign"))
    assert call("apply", "m.yml", "--auto-approve", "--ledger", "others.db")[0] == 0
    (tmp_path / "m.yml").write_text(BOARD.format(name="ours"))
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    assert call("plan", "m.yml", "--prune")[0] == 0
    return tmp_path / "ledger.db"


def boards(tmp_path: Path) -> dict[str, str]:
    with closing(sqlite3.connect(tmp_path / "semaphore.db")) as db:
        return dict(db.execute("SELECT name, id FROM dashboards").fetchall())


def last_of(path: Path) -> Event:
    with raw(path) as db:
        return Event(*db.execute("SELECT * FROM events ORDER BY seq DESC LIMIT 1").fetchone())


def put(path: Path, event: Event, signed_as: Event | None = None) -> None:
    """Add an event; with the hash and the signature of another one, if that is given."""
    end = (signed_as.hash, signed_as.signature) if signed_as else (event.hash, "")
    row = (event.seq, event.at, event.organization, event.sort, event.text, event.previous, *end)
    with untriggered(path) as db:
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)


def invented(path: Path, foreign: str, organization: str = "") -> str:
    """Let the rows say that the foreign dashboard is ours, too; return their digest."""
    with raw(path) as db:
        organization = organization or last_of(path).organization
        found = db.execute("SELECT sort, kind, project, name, body FROM current").fetchall()
        rows = [(Key(*row[:4]), row[4]) for row in found]
        key, text = next((key, text) for key, text in rows if key.name == "ours")
        body = json.loads(text)
        body["address"]["name"], body["id"] = "foreign", foreign
        more = (key._replace(name="foreign"), json.dumps(body, sort_keys=True, ensure_ascii=False))
        db.execute(
            "INSERT INTO current VALUES (?, ?, ?, ?, ?, ?)", (organization, *more[0], more[1])
        )
    return Current([*rows, more]).digest


def behind_a_decoy(path: Path, foreign: str) -> None:
    """What is ours is not signed; the last event, of another organization, looks as if it was."""
    true = last_of(path)
    body = {"run": 1, "state": invented(path, foreign)}
    forged = Event.after(true, true.at, true.organization, "end", body)
    put(path, forged)
    put(path, Event.after(forged, true.at, DECOY, "end", {}), signed_as=true)


def by_a_copied_signature(path: Path, foreign: str) -> None:
    """Our own last event has the hash and the signature of a true one."""
    true = last_of(path)
    body = {"run": 1, "state": invented(path, foreign)}
    put(path, Event.after(true, true.at, true.organization, "end", body), signed_as=true)


def before_a_true_end(path: Path, foreign: str) -> None:
    """The last event is a true one of another organization; what is ours before it is not."""
    organization = last_of(path).organization
    with (
        opened(path, DECOY, create=True, environ=SIGNED) as book,
        book.run({"command": "apply"}, "ada"),
    ):
        pass
    state = invented(path, foreign, organization)
    with raw(path) as db:
        last = db.execute("SELECT MAX(seq) - 1 FROM events").fetchone()[0]
        row = db.execute("SELECT * FROM events WHERE seq = ?", (last - 1,)).fetchone()
    forged = Event.after(Event(*row), row[1], organization, "end", {"run": 1, "state": state})
    tamper(path, f"DELETE FROM events WHERE seq = {last}")  # noqa: S608 — a number
    put(path, forged)


def cut_to_a_true_end(path: Path, foreign: str) -> None:
    """An earlier event is the last one, and the rows are not what it says."""
    tamper(path, "DELETE FROM events WHERE seq = (SELECT MAX(seq) FROM events)")
    invented(path, foreign)


def under_another_spelling(path: Path, foreign: str) -> None:
    """No event has our spelling, so that the digest is made of what was invented."""
    true = last_of(path)
    with (
        opened(path, DECOY, create=True, environ=SIGNED) as book,
        book.run({"command": "apply"}, "ada"),
    ):
        pass
    spelled = true.organization.replace("https", "HTTPS").replace("}/", "}/./")
    invented(path, foreign, true.organization)
    with raw(path) as db:
        rows = db.execute("SELECT body FROM current WHERE organization = ?", (true.organization,))
        records = [json.loads(text) for (text,) in rows.fetchall()]
    tamper(
        path,
        f"DELETE FROM events WHERE organization = '{true.organization}'",  # noqa: S608
    )
    last = None
    for one in records:
        last = Event.after(last, true.at, spelled, "adopt", {"run": 1, "record": one})
        put(path, last)


def made_otherwise(path: Path, foreign: str) -> None:
    """Two events have one number: who asks for the last one of all is told the true one."""
    true = last_of(path)
    state = invented(path, foreign)
    forged = Event.after(None, true.at, true.organization, "end", {"run": 1, "state": state})
    twin = Event(true.seq, *astuple(forged)[1:])
    with untriggered(path) as db:
        db.execute("ALTER TABLE events RENAME TO true_events")
        db.execute("CREATE TABLE events AS SELECT * FROM true_events")
        db.execute("DROP TABLE true_events")
        db.execute("CREATE INDEX events_of ON events (organization, seq, sort DESC)")
    put(path, twin)


def with_an_index_that_hides(path: Path, foreign: str) -> None:
    """Who asks for the last one of the organization is told an older one, which is true, too."""
    with untriggered(path) as db:
        state = json.loads(db.execute("SELECT body FROM events WHERE seq = 1").fetchone()[0])
        db.execute("DROP INDEX events_of")
        db.execute("CREATE INDEX events_of ON events (organization) WHERE seq = 1")
        db.execute("PRAGMA writable_schema = ON")
        sql = "CREATE INDEX events_of ON events (organization)"
        db.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'events_of'", (sql,))
        db.execute("PRAGMA writable_schema = RESET")
        db.execute("DELETE FROM current")
    assert state["state"] == Current().digest, foreign


FORGED = pytest.mark.parametrize(
    "forge",
    [
        behind_a_decoy,
        by_a_copied_signature,
        before_a_true_end,
        cut_to_a_true_end,
        under_another_spelling,
        made_otherwise,
        with_an_index_that_hides,
    ],
)


@FORGED
def test_what_others_have_is_not_pruned(
    call: Program, ledger: Path, tmp_path: Path, forge: Forge
) -> None:
    """No command believes it, whatever it is asked; nothing is written into it either."""
    there = boards(tmp_path)
    forge(ledger, there["foreign"])
    before = last_of(ledger)
    for command in ("plan", "drift", "apply", "destroy"):
        for more in ((), ("--prune",)) if command in ("plan", "apply") else ((),):
            approved = ("--auto-approve",) if command in ("apply", "destroy") else ()
            code, out, err = call(command, "m.yml", *more, *approved)
            assert (code, "it was tampered with or damaged" in err) == (1, True), (out, err)
    assert call("ledger", "verify")[0] == 1
    assert call("ledger", "sign")[0] == 1
    assert boards(tmp_path) == there
    assert last_of(ledger) == before


@FORGED
def test_a_copy_is_no_better(tmp_path: Path, forge: Forge) -> None:
    """As it is kept among artifacts, also where it is brought together with another."""
    path = tmp_path / "copy.db"
    with (
        opened(path, ORGANIZATION, create=True, environ=SIGNED) as book,
        book.run({}, "ada") as run,
    ):
        run.remember((record("ours"),))
    true = path.read_bytes()
    forge(path, "id-foreign")

    def refused(content: bytes, use: Callable[[Ledger], object]) -> None:
        with (
            pytest.raises(LedgerUnusable, match="tampered with or damaged"),
            opened_copy("a", content, ORGANIZATION, environ=SIGNED) as book,
        ):
            use(book)

    refused(path.read_bytes(), lambda book: book.memory())
    refused(path.read_bytes(), lambda book: book.replay(true))
    refused(path.read_bytes(), lambda book: book.run({}, "ada").__enter__())


@pytest.mark.parametrize("forge", [behind_a_decoy, by_a_copied_signature, before_a_true_end])
def test_its_runs_are_not_told(call: Program, ledger: Path, tmp_path: Path, forge: Forge) -> None:
    """That the chain is broken is; all that is there is exported."""
    forge(ledger, boards(tmp_path)["foreign"])
    for form in ("text", "json"):
        code, out, err = call("ledger", "show", "--format", form)
        assert (code, out) == (1, "")
        assert "the chain is broken" in err
        assert "reconciler ledger export" in err
    assert call("ledger", "export")[0] == 0


def test_an_event_that_says_too_little(call: Program, ledger: Path) -> None:
    """In a chain that goes on without a signature, and is intact in itself."""
    true = last_of(ledger)
    put(ledger, Event.after(true, true.at, true.organization, "end", {"run": 1}))
    code, out, err = call("ledger", "show")
    assert (code, out) == (1, "")
    assert "does not say what its sort, 'end', has to say: it was forged or damaged" in err


def test_what_others_write_is_no_forgery(call: Program, ledger: Path) -> None:
    """Nor is a ledger in which others were before us, and sign it for all."""
    for _ in range(2):
        with (
            opened(ledger, DECOY, create=True, environ=SIGNED) as book,
            book.run({"command": "apply"}, "ada"),
        ):
            assert book.memory().doubts == ()
        assert call("plan", "m.yml", "--prune")[0] == 0
        assert call("apply", "m.yml", "--auto-approve")[0] == 0


def test_what_another_signed_for_all_is_believed(
    call: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Our last event is not signed itself; the chain leads from it to one that is."""
    (tmp_path / "m.yml").write_text(BOARD.format(name="ours"))
    assert call("apply", "m.yml", "--auto-approve")[0] == 0
    with opened(tmp_path / "ledger.db", DECOY, create=True, environ=SIGNED) as book:
        assert book.sign("ada")
    monkeypatch.setenv(VARIABLE, KEY)
    assert call("plan", "m.yml", "--prune")[0] == 0
    assert call("apply", "m.yml", "--auto-approve")[0] == 0


@pytest.mark.parametrize(
    "odd",
    [
        "UPDATE events SET signature = 'é:ü'",
        "UPDATE events SET body = x'00ff'",
        "UPDATE current SET name = x'00ff'",
        "UPDATE current SET body = 7",
        "UPDATE settings SET value = 'text'",
        "UPDATE leases SET pid = 'c', until = 'd'",
    ],
)
def test_values_of_an_odd_type(call: Program, ledger: Path, odd: str) -> None:
    """They are no bug of ours, and said to be damage, whatever is asked."""
    tamper(ledger, odd)
    for command in (("plan", "m.yml"), ("apply", "m.yml", "--auto-approve"), ("ledger", "verify")):
        _, _, err = call(*command)
        assert "this is a bug" not in err
    assert call("ledger", "verify")[0] == 1 or "settings" in odd or "leases" in odd
