"""What holds for every test: nothing of the user's is read, and nothing is left behind there."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

_numbers = count()


@pytest.fixture(scope="session")
def _states(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(autouse=True)
def _state(_states: Path) -> Iterator[None]:
    """What programs remember between their runs, for each test anew."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(_states / str(next(_numbers))))
        patch.delenv("RECONCILER_LEDGER_KEY", raising=False)
        yield
