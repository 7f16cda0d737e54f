"""The time of a run: that of whoever is asked about it does not count."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from reconciler import commands
from reconciler.commands import Applied, Hooks, Organization, Planned, Request, Session
from reconciler.embedded import Edition, Embedded, Settings
from reconciler.model import Plan, Result, Sealed
from reconciler.remote import Http, Patience, Reader, Writer
from reconciler.remote.limit import Limit
from tests.cli.conftest import dashboard

LONG = 1000.0


class Slow(Hooks):
    """Time passes on a clock while the plan is shown, and while somebody thinks about it."""

    def __init__(self, shown: float, asked: float) -> None:
        self.now, self._shown, self._asked = 0.0, shown, asked

    def planned(self, found: Planned) -> None:  # noqa: ARG002 — Hooks
        self.now += self._shown

    async def consent(self, decided: Plan) -> None:  # noqa: ARG002 — Hooks
        self.now += self._asked


@pytest.fixture
def apply(tmp_path: Path) -> Callable[[Slow], Applied]:
    """Apply one dashboard within ten seconds."""
    (tmp_path / "m.yml").write_text(dashboard())
    state = commands.load([str(tmp_path)]).state

    async def applied(hooks: Slow) -> Applied:
        limit = Limit(10, lambda: hooks.now)
        with Embedded(":memory:", Settings.of(Edition.CLOUD)) as embedded:
            http = Http(
                "https://a.test", Sealed("t"), transport=embedded.transport(), left=limit.left
            )
            async with http:
                reader = Reader(http, Patience())
                organization = Organization(url="https://a.test", token=Sealed("t"))
                writer = Writer(reader, Patience())
                session = Session(organization, http, reader, writer, asyncio.Event(), limit)
                return await commands.apply(session, Request(state=state), "none", hooks)

    return lambda hooks: asyncio.run(applied(hooks))


def test_thinking_takes_no_time(apply: Callable[[Slow], Applied]) -> None:
    """Who thinks about a plan for an hour gets what was planned."""
    outcomes = apply(Slow(0, LONG)).outcomes
    assert outcomes is not None
    assert [each.result for each in outcomes] == [Result.DONE]


def test_all_else_does(apply: Callable[[Slow], Applied]) -> None:
    """The limit holds before and after the question."""
    outcomes = apply(Slow(LONG, 0)).outcomes
    assert outcomes is not None
    assert [each.result for each in outcomes] == [Result.SKIPPED]
    assert "time for this run is over" in outcomes[0].detail
