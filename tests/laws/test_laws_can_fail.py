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
from reconciler.model import Desired, Live, Sealed
from reconciler.planning import Decision, decide, hidden
from tests.laws.cases import Case, cases
from tests.laws.ground import NotHeld
from tests.laws.strategies import WRITINGS
from tests.laws.test_convergence import converges
from tests.laws.test_future import keeps
from tests.laws.test_stories import Story

_few = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    report_multiple_bugs=False,
    suppress_health_check=[*HealthCheck],
)
SEALING = [*(kind for kind in KINDS if WRITINGS[kind].values), "Notification"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_exists_is_never_written(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is always found to be as declared, whatever it is."""

    def content(
        of: Kind, desired: Desired, live: Live | None, *others: Any, **asked: Any
    ) -> Decision:
        decision = decide(of, desired, live, *others, **asked)
        return decision if live is None else replace(decision, action=None, fields=(), problem="")

    for name, module in list(sys.modules.items()):
        if name.startswith("reconciler.") and getattr(module, "decide", None) is decide:
            monkeypatch.setattr(module, "decide", content)
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


def test_what_others_wrote_is_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever wrote a hidden value last, it counts as ours; a long story finds out."""
    monkeypatch.setattr(hidden, "untouched", lambda _record, _live: True)
    with pytest.raises(NotHeld):
        run_state_machine_as_test(Story, settings=settings(_few, stateful_step_count=15))


def _breaks(kind: str, applies: Callable[[Case], bool]) -> None:
    @_few
    @given(cases(kind))
    def law(case: Case) -> None:
        assume(applies(case))
        asyncio.run(converges(case))

    with pytest.raises(NotHeld):
        law()
