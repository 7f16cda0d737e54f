"""The official client works unchanged: every request of its commands, replayed (E 2)."""

import pytest

from reconciler.embedded import Edition, Embedded, Settings
from tests.sem import wire
from tests.sem.replay import Row, replay, rows
from tests.sem.states import State

ROWS = list(rows())
NOW = 1_700_000_000.25


def replayed(row: Row) -> int:
    """How many requests of a command were sent to a new organization."""
    settings = Settings.of(Edition.CLOUD, **(row.settings or {}))
    with Embedded(settings=settings, clock=lambda: NOW) as embedded:
        return replay(row, State(wire.in_process(embedded.app), embedded))


@pytest.mark.parametrize("row", ROWS, ids=[row.command for row in ROWS])
def test_the_command_gets_answers_it_can_read(row: Row) -> None:
    """Each request byte for byte, each answer as strictly as the client's decoder."""
    assert replayed(row) == len(row.requests)


def test_every_row_of_the_table_runs() -> None:
    """All 109 commands that the reference measured and `connect` twice; none is there twice."""
    ran = {row.command: replayed(row) for row in ROWS}
    assert len(ran) == len(ROWS) == 111
    assert sum(ran.values()) == 152


def test_commands_that_end_well_get_nothing_but_success() -> None:
    """Where Semaphore refuses what a server that takes everything accepted, a row says why."""
    for row in ROWS:
        refused = [each["send"] for each in row.requests if each.get("status", 200) != 200]
        assert not refused or row.rc == 1 or row.because, row.command
