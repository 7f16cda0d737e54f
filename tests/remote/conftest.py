"""What answers, and time that nobody has to wait for."""

import pytest
import respx

from tests.remote.calling import Clock


@pytest.fixture
def server() -> respx.Router:
    """Answer what a test says, on any address."""
    return respx.Router(assert_all_called=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()
