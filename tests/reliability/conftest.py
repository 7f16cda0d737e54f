"""Counting what was tried, and organizations to try it on."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.reliability.counts import VARIABLE, Counts
from tests.reliability.killing import Stage, stage
from tests.reliability.program import LEDGER


@pytest.fixture(scope="session")
def _counted() -> Iterator[dict[str, Counts]]:
    parts: dict[str, Counts] = {}
    yield parts
    named = os.environ.get(VARIABLE)
    for counts in parts.values() if named else ():
        counts.write(Path(str(named)))


@pytest.fixture
def counts(_counted: dict[str, Counts]) -> Callable[[str], Counts]:
    """Return the numbers of a part of the run by its name."""
    return lambda part: _counted.setdefault(part, Counts(part))


@pytest.fixture(scope="session")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Stage]:
    """Return an organization before its change, made once."""
    made: dict[str, Stage] = {}

    def make(ledger: str = LEDGER) -> Stage:
        if ledger not in made:
            made[ledger] = stage(tmp_path_factory.mktemp("stage") / "of", ledger)
        return made[ledger]

    return make
