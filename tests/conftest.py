"""What holds for every test: nothing of the user's is read, and nothing is left behind there."""

import os
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

# How hard laws are tried: a little while developing, thoroughly in CI. No deadline: that would
# test the machine.
_SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile(
    "dev", max_examples=25, deadline=None, print_blob=True, suppress_health_check=_SLOW
)
settings.register_profile(
    "ci",
    max_examples=150,
    deadline=None,
    print_blob=True,
    derandomize=True,
    suppress_health_check=_SLOW,
)
settings.register_profile(  # the first failure as it is, without the time that shrinking takes
    "look",
    max_examples=150,
    deadline=None,
    print_blob=True,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=_SLOW,
)
_CI = os.environ.get("CI", "").lower() == "true"
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if _CI else "dev"))

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
