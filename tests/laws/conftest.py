"""How hard the laws are tried: a little while developing, thoroughly in CI."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.laws.strategies.secrets import SOURCES

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give hundreds of examples more time than one test usually has."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(900))


@pytest.fixture(autouse=True, scope="session")
def _sources() -> Iterator[None]:
    """Set the environment variables that manifests take values from."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in SOURCES.items():
            patch.setenv(name, value)
        yield
