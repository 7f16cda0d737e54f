"""What the events add up to: what is ours, what is protected, what was cut off."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconciler.ledger import Ledger, opened
from reconciler.ledger.keys import VARIABLE
from reconciler.model import (
    Action,
    Address,
    Change,
    Intended,
    Live,
    Outcome,
    Record,
    Result,
    Spec,
)
from tests.ledger.conftest import ABOUT, ORGANIZATION, address, change, done, fill, raw, record


def test_what_was_done_is_remembered(book: Ledger) -> None:
    """A record for each success, none for a failure; protection is part of it."""
    fill(book)
    memory = book.memory()
    assert memory.records == {address("one"): record("one", protect=True, A="h1")}
    assert len(memory.hashes.key) == 32
    assert memory.hashes.key.hex() not in repr(memory)


def test_what_was_deleted_is_forgotten(book: Ledger) -> None:
    """A delete takes the record out, a later create brings a new one."""
    fill(book)
    with book.run(ABOUT, "ada") as run:
        gone = change("one", Action.DELETE)
        run.intend(gone, {})
        run.conclude(done(gone), None)
    assert book.memory().records == {}
    with book.run(ABOUT, "ada") as run:
        run.remember((record("one"),))
    assert book.memory().records == {address("one"): record("one")}


def test_what_was_assumed_is_told_apart_from_what_was_written(book: Ledger) -> None:
    """Hashes of hidden values as they were declared at adoption have a place of their own."""
    found = replace(record("one", A="h1"), assumed={"data.env_vars.B.value": "h2"})
    with book.run(ABOUT, "ada") as run:
        run.remember((found, record("two")))
    assert book.memory().records == {address("one"): found, address("two"): record("two")}


def test_where_and_what_was_declared_is_remembered(book: Ledger) -> None:
    """The file of the manifest, and the fields it spoke of."""
    found = replace(record("one"), file="team/a.yml", mentioned=("metadata.name", "spec"))
    with book.run(ABOUT, "ada") as run:
        run.remember((found,))
    assert book.memory().records == {address("one"): found}


def cut_off(book: Ledger, name: str, action: Action, **secrets: str) -> None:
    """Leave an intent without a result, as a killed run does."""
    with book.run(ABOUT, "ada") as run:
        run.intend(change(name, action), secrets)


def test_a_cut_off_step_is_open_until_a_later_run_ends(book: Ledger) -> None:
    """That later run was planned from whatever the step had left."""
    cut_off(book, "one", Action.UPDATE)
    cut_off_by_kill = book.interrupted()
    assert cut_off_by_kill == ((address("one"), Action.UPDATE),)
    with book.run(ABOUT, "ada"):
        assert book.interrupted() == cut_off_by_kill
    assert book.interrupted() == ()


@pytest.mark.parametrize("action", list(Action))
@pytest.mark.parametrize("failed", [False, True])
def test_what_an_undone_step_intended_is_known(book: Ledger, action: Action, failed: bool) -> None:
    """Until it is done: the hashes of its values, and what an object had that was to go."""
    step, kept = change("one", action), {"org_config": {"projects_access": "NONE"}}
    with book.run(ABOUT, "ada") as run:
        run.intend(step, {"A": "h2"}, kept)
        if failed:
            run.conclude(Outcome(step, Result.FAILED, "no", "the old one is deleted"), None)
    intended = {address("one"): Intended(action, {"A": "h2"}, kept)}
    assert book.memory().intended == intended
    with book.run(ABOUT, "ada") as run:
        run.intend(change("two"), {})
        run.conclude(done(change("two")), None)
    assert book.memory().intended == intended
    with book.run(ABOUT, "ada") as run:
        run.intend(step, {})
        run.conclude(done(step), None)
    assert book.memory().intended == {}


OLD = {"org_config": {"projects_access": "NONE"}}
REFUSED: dict[str, Any] = {"untouched": True}
FOUND_GONE: dict[str, Any] = {"untouched": True, "gone": True}


@pytest.mark.parametrize(
    ("killed", "action", "came_of_it", "kept"),
    [
        (None, Action.REPLACE, REFUSED, None),
        (None, Action.REPLACE, FOUND_GONE, None),
        (None, Action.CREATE, REFUSED, None),
        (None, Action.REPLACE, {}, OLD),
        (Action.REPLACE, Action.REPLACE, REFUSED, None),
        (Action.REPLACE, Action.REPLACE, FOUND_GONE, OLD),
        (Action.REPLACE, Action.CREATE, REFUSED, OLD),
        (Action.REPLACE, Action.CREATE, {}, OLD),
    ],
)
def test_what_is_kept_of_an_object_that_may_be_gone(
    book: Ledger,
    killed: Action | None,
    action: Action,
    came_of_it: dict[str, Any],
    kept: dict[str, Any] | None,
) -> None:
    """Nothing, if it was not deleted: what it had must not come back one day.

    A step that was not done in any part is no step; but one that was killed before may have been.
    """
    if killed:
        with book.run(ABOUT, "ada") as run:
            run.intend(change("one", killed), {"A": "h1"}, OLD)
    step = change("one", action)
    with book.run(ABOUT, "ada") as run:
        run.intend(step, {"A": "h2"}, OLD if killed or action is Action.REPLACE else {})
        run.conclude(Outcome(step, Result.FAILED, "no", "as it was", **came_of_it), None)
    intended = book.memory().intended
    assert {at: step.kept for at, step in intended.items()} == (
        {address("one"): kept} if kept else {}
    )
    if came_of_it:
        assert all(step.secrets == {} for step in intended.values())
    assert book.interrupted() == ()
    assert book.verify() == []


def test_what_is_found_as_declared_is_no_longer_intended(book: Ledger) -> None:
    """Somebody looked, and remembered what is there."""
    cut_off(book, "one", Action.CREATE, A="h2")
    with book.run(ABOUT, "ada") as run:
        run.remember((record("one"),))
    assert book.memory().intended == {}


def test_organizations_do_not_mix(book: Ledger) -> None:
    """One file can serve several; each sees its own."""
    fill(book)
    other = Ledger(book._store, "https://other.semaphoreci.com", book._spell)
    assert other.memory().records == {}
    assert list(other.events()) == []
    assert other.count() == book.count() == 6


def inside(project: str, name: str, kind: str = "Schedule") -> Record:
    return Record(Address(kind, project, name), f"id-{name}", "1")


def step(book: Ledger, of: Change, *records: Record) -> None:
    """Do one step of a project, remembering ``records`` before."""
    with book.run(ABOUT, "ada") as run:
        run.remember(records)
        run.intend(change("left open", kind="Secret"), {})
        run.intend(of, {})
        live = Live(of.address, "id-new", Spec())
        kept = None if of.action is Action.DELETE else Record(of.address, live.id, "1")
        run.conclude(done(of), kept)


PROJECT, OTHER = Address("Project", "", "api"), inside("web", "nightly")
RECORDS = (Record(PROJECT, "id-1", "1"), inside("api", "nightly"), OTHER)


@pytest.mark.parametrize("action", [Action.DELETE, Action.REPLACE, Action.CREATE])
def test_what_was_in_a_project_goes_with_it(book: Ledger, action: Action) -> None:
    """Deleted, replaced, or created after somebody deleted it: nothing in it is there still."""
    with book.run(ABOUT, "ada") as run:
        run.intend(Change(Action.CREATE, inside("api", "x").address, None, None), {"A": "h"})
    step(book, change("api", action, "Project"), *RECORDS)
    left = {OTHER.address} | ({PROJECT} if action is not Action.DELETE else set())
    assert set(book.memory().records) == left
    assert set(book.memory().intended) == {address("left open")}
    assert book.verify() == []


def test_what_is_in_a_project_moves_with_it(book: Ledger) -> None:
    """Renamed: its objects are ours under its new name, and so are steps that were not done."""
    with book.run(ABOUT, "ada") as run:
        run.intend(Change(Action.CREATE, inside("api", "x").address, None, None), {"A": "h"})
    live = Live(PROJECT, "id-1", Spec())
    renamed = Change(Action.UPDATE, Address("Project", "", "shop"), None, live)
    step(book, renamed, *RECORDS)
    moved = inside("shop", "nightly")
    assert set(book.memory().records) == {renamed.address, moved.address, OTHER.address}
    assert book.memory().records[moved.address] == moved
    assert book.memory().intended[inside("shop", "x").address].secrets == {"A": "h"}
    assert book.verify() == []


def effort(path: Path, environ: dict[str, str]) -> int:
    """Count, in steps of SQLite's machine, what it costs to remember."""
    steps: list[None] = []
    with opened(path, ORGANIZATION, create=False, environ=environ) as book:
        store: Any = book._store
        store._db.set_progress_handler(lambda: steps.append(None), 1)
        assert set(book.memory().records) == {address("one")}
        assert book.interrupted() == ()
        store._db.set_progress_handler(None, 0)
    return len(steps)


@pytest.mark.parametrize("signed", [True, False])
def test_remembering_costs_by_what_is_managed(signed: bool, path: Path) -> None:
    """However long the history is: a signature vouches for it, or that nobody wrote since."""
    environ = {VARIABLE: "k" * 32} if signed else {"XDG_STATE_HOME": str(path.parent / "state")}
    efforts = set()
    for times in (1, 10, 100):
        with opened(path, ORGANIZATION, create=True, environ=environ) as book:
            for _ in range(times):
                fill(book)
        efforts.add(effort(path, environ))
    assert len(efforts) == 1


def test_what_nothing_vouches_for_is_read_whole(path: Path) -> None:
    """Without a key, where it was never seen, or somebody wrote since."""
    environ = {"XDG_STATE_HOME": str(path.parent / "state")}
    with opened(path, ORGANIZATION, create=True, environ=environ) as book:
        for _ in range(10):
            fill(book)
    seen = effort(path, environ)
    with raw(path) as db:
        db.execute("PRAGMA user_version = 3")
    written = effort(path, environ)
    assert written > seen + 60
    assert effort(path, environ) == seen
    assert effort(path, {}) > seen + 60
