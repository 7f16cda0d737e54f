"""The laws break where the program does not write what it has to: each kind is tried with that.

Without this a law could hold the program against itself: what is never written is never found.
"""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.stateful import run_state_machine_as_test

from reconciler.kinds import KINDS, Kind, api
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Live,
    Memory,
    Sealed,
    ValueState,
    literal,
)
from reconciler.planning import (
    Decision,
    around,
    decide,
    declared,
    following,
    hidden,
    renames,
)
from tests.laws.cases import Case, cases
from tests.laws.ground import NotHeld
from tests.laws.stories.story import Story
from tests.laws.strategies import WRITINGS
from tests.laws.test_convergence import converges
from tests.laws.test_future import keeps
from tests.laws.test_references import NAMING, literals
from tests.laws.test_stories import OfNames, OfProtection, OfValues

_few = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[*HealthCheck],
)
TOLD = (ValueState.CHANGED_HERE, ValueState.WRITTEN_OUTSIDE, ValueState.ASSUMED)
SEALING = [*(kind for kind in KINDS if WRITINGS[kind].values), "Notification"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_exists_is_never_written(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always found to be as declared, whatever it is."""

    def content(
        of: Kind, desired: Desired, live: Live | None, *others: Any, **asked: Any
    ) -> Decision:
        decision = decide(of, desired, live, *others, **asked)
        return decision if live is None else replace(decision, action=None, fields=(), problem="")

    _put(monkeypatch, decide, content)
    _breaks(kind, lambda _: True)


@pytest.mark.parametrize("kind", SEALING)
def test_changed_secrets_are_never_written(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """They always look the same as those that are there, hidden from us or not."""
    monkeypatch.setattr(Sealed, "same_as", lambda _, __: True)
    _breaks(kind, lambda case: case.ledger and not case.settings.secrets_exposed_content)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_new_is_never_sent_back(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever Semaphore has beyond the model, in any part, is left out of all requests."""
    monkeypatch.setattr(api, "sendable", lambda _: {})

    @settings(_few, max_examples=500)  # what a schedule leaves out is kept, but for its parameters
    @given(cases(kind))
    def law(case: Case) -> None:
        asyncio.run(keeps(case, 0))

    with pytest.raises(AssertionError):
        law()


@pytest.mark.parametrize("state", TOLD)
def test_nothing_is_known_of_values(state: ValueState, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is changed here or outside, or is assumed, is said to be unknown."""
    before = hidden.judge_of

    def judge_of(*known: Any, **asked: Any) -> hidden.Judge:
        judge = before(*known, **asked)
        return lambda path, value: (
            ValueState.UNKNOWN if (told := judge(path, value)) is state else told
        )

    _put(monkeypatch, before, judge_of)
    _is_noticed(OfValues)


def test_what_nobody_recorded_is_as_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hidden value of which nothing is known is called the same."""
    before = hidden.judge_of

    def judge_of(*known: Any, **asked: Any) -> hidden.Judge:
        judge = before(*known, **asked)
        return lambda path, value: (
            ValueState.SAME if (told := judge(path, value)) is ValueState.UNKNOWN else told
        )

    _put(monkeypatch, before, judge_of)
    _is_noticed(OfValues)


def test_adoption_is_never_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there and declared becomes ours without a word."""
    monkeypatch.setattr(declared, "is_something", lambda _: False)
    _is_noticed(OfNames)


@pytest.mark.parametrize("kind", NAMING)
def test_text_counts_as_the_name_it_looks_like(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What stands in the place of an id and leads nowhere is taken for what has that name."""
    _put(monkeypatch, literal.literal, lambda text: text)

    @_few
    @given(literals(kind))
    def law(case: Case) -> None:
        asyncio.run(converges(case))

    with pytest.raises(NotHeld):
        law()


def test_what_others_wrote_is_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote a hidden value last, it counts as ours."""
    monkeypatch.setattr(hidden, "untouched", lambda _record, _live: True)
    _is_noticed(OfValues)


def test_what_is_renamed_is_never_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records stay where they were, and know nothing by its id."""
    for name in ("followed", "projects_followed"):
        monkeypatch.setattr(following, name, lambda memory, _: memory)
    _is_noticed(OfNames)


def test_renames_are_never_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line in a manifest renames whatever gets the old name later."""
    _put(monkeypatch, renames.still_to_do, lambda state, *_: (state, []))
    _is_noticed(OfNames)


@pytest.mark.parametrize("by", ["anything", "a record", "a lost ledger"])
def test_nothing_is_protected(by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or nothing but by its manifest, or by a ledger that is there."""
    protected = around.protected

    def no_more(state: DesiredState, memory: Memory) -> set[Address]:
        if by == "a record":
            return protected(state, replace(memory, records={}))
        return protected(state, replace(memory, guarded={})) if by == "a lost ledger" else set()

    _put(monkeypatch, protected, no_more)
    _is_noticed(OfProtection)


def _put(monkeypatch: pytest.MonkeyPatch, old: Callable[..., Any], new: Callable[..., Any]) -> None:
    """Have another function in the place of one, wherever it was imported."""
    for module in [each for name, each in sys.modules.items() if name.startswith("reconciler.")]:
        if getattr(module, old.__name__, None) is old:
            monkeypatch.setattr(module, old.__name__, new)


def _is_noticed(story: type[Story]) -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(story, settings=settings(_few, stateful_step_count=10))


def _breaks(kind: str, applies: Callable[[Case], bool]) -> None:
    @_few
    @given(cases(kind))
    def law(case: Case) -> None:
        assume(applies(case))
        asyncio.run(converges(case))

    with pytest.raises(NotHeld):
        law()
