"""What events add up to, whatever they are: the rows that are kept are those created again."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reconciler.ledger import opened_copy
from reconciler.ledger.current import Current, Key
from reconciler.model import Action, Address, Change, Live, Outcome, Record, Result, Spec
from tests.ledger.conftest import ABOUT, ORGANIZATION

PROJECTS = ("api", "web")
ADDRESSES = st.one_of(
    st.builds(Address, st.just("Secret"), st.just(""), st.sampled_from("ab")),
    st.builds(Address, st.just("Project"), st.just(""), st.sampled_from(PROJECTS)),
    st.builds(Address, st.just("Schedule"), st.sampled_from(PROJECTS), st.sampled_from("ab")),
)


@st.composite
def steps(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a step, and how far it comes."""
    address, action = draw(ADDRESSES), draw(st.sampled_from(Action))
    before = address
    if address.kind == "Project" and action is Action.UPDATE:
        before = Address("Project", "", draw(st.sampled_from(PROJECTS)))
    live = None if action is Action.CREATE else Live(before, "id", Spec())
    result = draw(st.sampled_from([None, *Result]))
    told = draw(st.sampled_from([{}, {"untouched": True}, {"untouched": True, "gone": True}]))
    kept = draw(st.sampled_from([{}, {"old": "settings"}]))
    return {
        "change": Change(action, address, None, live),
        "kept": kept,
        "outcome": result and (result, told if result is Result.FAILED else {}),
        "protect": draw(st.booleans()),
    }


RENAMES = st.lists(st.tuples(ADDRESSES, ADDRESSES), max_size=3, unique_by=(lambda pair: pair[0]))
RUNS = st.lists(
    st.tuples(st.lists(steps(), max_size=5), st.lists(ADDRESSES, max_size=2), RENAMES), max_size=4
)


@given(RUNS)
def test_what_is_kept_is_what_the_events_say(
    runs: list[tuple[list[dict[str, Any]], list[Address], list[tuple[Address, Address]]]],
) -> None:
    """After every event, and its sum is told by the event; whoever opens it next finds the same."""
    with opened_copy("memory", b"", ORGANIZATION, environ={}) as book:
        for done, found, renamed in runs:
            with book.run(ABOUT, "ada") as run:
                run.follow(tuple(renamed))
                run.remember(tuple(Record(address, "id", "1") for address in found))
                for step in done:
                    _do(run, **step)
                run.forget(tuple(found))
        assert book.verify() == []
        current = Current()
        kept: dict[Key, str] = {}
        for event in book.events():
            current.take(event.sort, event.body)
            for key, text in current.changed.items():
                kept.pop(key) if text is None else kept.update({key: text})
            current.changed.clear()
            assert event.body["state"] == current.digest == Current(kept.items()).digest
        content, memory = book.content(), book.memory()
    with opened_copy("memory", content, ORGANIZATION, environ={}) as book:
        assert book.memory() == memory
        assert book.verify() == []


def _do(run: Any, change: Change, kept: Any, outcome: Any, *, protect: bool) -> None:
    run.intend(change, {}, kept)
    if outcome is None:
        return
    result, told = outcome
    record = None
    if result is Result.DONE and change.action is not Action.DELETE:
        record = Record(change.address, "id", "1", protect=protect)
    run.conclude(Outcome(change, result, **told), record)


def test_two_that_changed_their_names() -> None:
    """Renames are done all at once; what was known under a name that is taken now is not there."""
    a, b, c = (Address("Secret", "", name) for name in "abc")
    with opened_copy("memory", b"", ORGANIZATION, environ={}) as book:
        with book.run(ABOUT, "ada") as run:
            run.remember(tuple(Record(one, f"id-{one.name}", "1") for one in (a, b, c)))
            run.follow(((a, b), (b, a)))
            run.follow(((b, c),))
        found = book.memory().records
        assert {at: (one.address, one.id) for at, one in found.items()} == {
            a: (a, "id-b"),
            c: (c, "id-a"),
        }
