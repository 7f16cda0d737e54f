"""The server whose artifacts have the ledger, and what its jobs declare."""

from collections.abc import Iterator

import pytest

from tests.embedded.servers import Server, served

OBJECTS = "*/objects/*"


@pytest.fixture(scope="module")
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The hosted edition, unless a test asks for another one, whose store is another, too."""
    edition = getattr(request, "param", "cloud")
    place = tmp_path_factory.mktemp("served")
    with served(place, "--edition", edition, "--db", ":memory:") as found:
        yield found


def secret(name: str) -> str:
    return f"""\
apiVersion: v1beta
kind: Secret
metadata: {{name: {name}}}
data: {{env_vars: [{{name: TOKEN, value_from: {{env: ROTATED}}}}]}}
reconciler: {{replace: allow}}
---
"""
