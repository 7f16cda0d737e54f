"""One apply at a time: the lease, its loss, and who may take it over."""

import os
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.errors import LeaseHeld
from reconciler.ledger import Ledger, opened
from reconciler.ledger import lease as leases
from tests.ledger.conftest import ABOUT, ORGANIZATION, change, raw

HERE = leases.taken(None, ORGANIZATION, "ada")
"""What is known of this process."""


def held_by(path: Path, **facts: object) -> None:
    """Let somebody else hold the organization."""
    found = {
        "organization": ORGANIZATION,
        "fence": 7,
        "owner": "grace",
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "since": "2026-11-21T09:00:00+00:00",
        "until": 4e9,
        "boot": HERE.boot,
        "namespace": HERE.namespace,
        "started": HERE.started,
    } | facts
    marks = ", ".join("?" * len(found))
    with raw(path) as db:
        db.execute(f"REPLACE INTO leases VALUES ({marks})", tuple(found.values()))  # noqa: S608


def a_dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_the_holder_is_named(book: Ledger, path: Path) -> None:
    """Who, where, which process, since when, until when."""
    held_by(path, host="elsewhere", boot="another", pid=42)
    said = (
        f"another apply works on {ORGANIZATION}: grace on elsewhere, process 42, "
        "since 2026-11-21T09:00:00+00:00, until 2096-"
    )
    with pytest.raises(LeaseHeld) as refused:
        book.check_free()
    assert str(refused.value).startswith(said)
    assert "reconciler ledger break-lease" in str(refused.value)
    with pytest.raises(LeaseHeld), book.run(ABOUT, "ada"):
        pass
    assert list(book.events()) == []


def test_a_second_run_in_the_same_file_is_refused(book: Ledger, path: Path) -> None:
    """Until the first ends; another organization is another matter."""
    other = "https://other.semaphoreci.com"
    with opened(path, ORGANIZATION, create=True) as second:
        with book.run(ABOUT, "ada"), pytest.raises(LeaseHeld, match="ada on"):
            second.run(ABOUT, "grace").__enter__()
        with (
            book.run(ABOUT, "ada"),
            opened(path, other, create=True) as elsewhere,
            elsewhere.run(ABOUT, "grace"),
        ):
            pass
        with second.run(ABOUT, "grace"):
            pass
    assert book.holder() is None
    assert book.verify() == []


@pytest.mark.parametrize(
    ("facts", "free"),
    [
        ({"pid": a_dead_process()}, True),
        ({"pid": a_dead_process(), "host": "renamed"}, True),
        ({"pid": a_dead_process(), "boot": "another start, or machine"}, False),
        ({"pid": a_dead_process(), "namespace": "pid:[1]"}, False),
        ({"pid": a_dead_process(), "boot": "", "namespace": ""}, False),
        ({"started": "1"}, True),
        ({"started": ""}, False),
        ({"boot": "another", "until": 1.0}, True),
        ({"started": "", "until": 1.0}, True),
        ({"until": 1.0}, False),
        ({}, False),
        ({"pid": 1, "started": ""}, False),
    ],
)
def test_who_may_be_taken_over(
    book: Ledger, path: Path, facts: dict[str, object], free: bool
) -> None:
    """A dead process of this machine and namespace at once, any other after its time.

    Who lives never; another process under a number that is used again is not the holder.
    """
    held_by(path, **facts)
    if not free:
        with pytest.raises(LeaseHeld), book.run(ABOUT, "ada"):
            pass
        return
    book.check_free()
    with book.run(ABOUT, "ada") as run:
        assert run.lease.fence == 8
    started = next(event for event in book.events() if event.sort == "run")
    assert started.body["taken_over_from"].startswith("grace on ")


def test_who_was_taken_over_stops_before_the_next_write(book: Ledger, path: Path) -> None:
    """A process that slept through its time wakes up and must not go on."""
    with book.run(ABOUT, "ada") as slow:
        slow.intend(change("one"), {})
        held_by(path, fence=slow.lease.fence + 1)
        with pytest.raises(LeaseHeld, match="taken over; this run stops"):
            slow.intend(change("two"), {})
        with pytest.raises(LeaseHeld, match="taken over; this run stops"):
            slow.beat()
    holder = book.holder()
    assert holder is not None
    assert holder.owner == "grace"
    intents = [event.body["address"]["name"] for event in book.events() if event.sort == "intent"]
    assert intents == ["one"]


def test_a_broken_lease_stops_its_run(book: Ledger, path: Path) -> None:
    """Breaking it frees the organization, is written down, and ends the other's right to write."""
    with book.run(ABOUT, "ada") as run:
        with opened(path, ORGANIZATION, create=True) as other:
            with pytest.raises(LeaseHeld, match=r"of this machine works on .* --force"):
                other.break_lease("grace")
            assert book.holder() is not None
            broken = other.break_lease("grace", force=True)
        assert broken == replace(run.lease, until=broken.until if broken else 0)
        with pytest.raises(LeaseHeld):
            run.intend(change("one"), {})
        with opened(path, ORGANIZATION, create=True) as other, other.run(ABOUT, "grace"):
            pass
    assert [event.sort for event in book.events()] == ["run", "lease broken", "run", "end", "end"]
    assert book.break_lease("grace") is None


@pytest.mark.parametrize("facts", [{"boot": "another", "until": 1.0}, {"pid": a_dead_process()}])
def test_whoever_is_not_seen_to_live_can_be_broken(
    book: Ledger, path: Path, facts: dict[str, object]
) -> None:
    """Dead, or out of its time where only that can tell."""
    held_by(path, **facts)
    assert book.break_lease("ada") is not None
    assert book.holder() is None


@pytest.mark.parametrize("facts", [{"boot": "another"}, {"namespace": "pid:[1]"}, {"boot": ""}])
def test_who_cannot_be_seen_may_live(book: Ledger, path: Path, facts: dict[str, object]) -> None:
    """On another machine or in a container beside: it is for the person to know, and to say."""
    held_by(path, **facts)
    with pytest.raises(LeaseHeld, match="can't be seen from here"):
        book.break_lease("ada")
    assert book.break_lease("ada", force=True) is not None


def test_a_zombie_is_dead(book: Ledger, path: Path) -> None:
    """It has a number still, and does nothing any more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    held_by(path, pid=process.pid)
    book.check_free()
    process.wait()


def test_what_an_older_program_wrote_tells_no_process(tmp_path: Path) -> None:
    """Its lease is over after its time, and not before, whatever runs here."""
    path = tmp_path / "old.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((Path(__file__).parent / "version_2.sql").read_text())
        db.execute("PRAGMA user_version = 2")
        values = (ORGANIZATION, 3, "grace", socket.gethostname(), a_dead_process(), "", 4e9)
        db.execute("INSERT INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)", values)
        db.commit()
    with opened(path, ORGANIZATION, create=True) as book:
        with pytest.raises(LeaseHeld):
            book.check_free()
        with raw(path) as db:
            db.execute("UPDATE leases SET until = 1")
        with book.run(ABOUT, "ada") as run:
            assert run.lease.fence == 4


def test_signs_of_life_prolong_a_lease() -> None:
    """Each intent, result and heartbeat moves its end on."""
    lease = leases.taken(None, ORGANIZATION, "ada", now=lambda: 1000.0)
    assert lease.until == 1000.0 + leases.SECONDS
    assert leases.renewed(lease, lease, now=lambda: 1100.0).until == 1100.0 + leases.SECONDS
