"""One place to run the program in, with a Vault beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.canary import organization
from tests.canary.world import World
from tests.sources.vault_server import Vault

M = "../m"
"""The manifests, from the working directory."""


class Stage(NamedTuple):
    world: World
    vault: Vault

    def turn(self, version: str) -> None:
        """Give every secret another value."""
        organization.write(self.world, version)
        organization.turn(self.vault, version)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    world = World(tmp_path, organization.values())
    with organization.vault(world) as running:
        found = Stage(world, running)
        found.turn("first")
        yield found
