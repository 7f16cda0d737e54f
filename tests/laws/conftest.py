"""What the laws need: more time than other tests, and sources of values."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.laws.strategies.secrets import SOURCES


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
