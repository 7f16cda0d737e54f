"""Putting files where a project's runs are read from."""

from reconciler.embedded.runs import repository
from reconciler.embedded.runs.engine import advance
from reconciler.embedded.runs.repository import DEFAULT_PATH
from reconciler.embedded.store import World

__all__ = ["DEFAULT_PATH", "put"]


def put(world: World, project_id: str, path: str, content: str) -> None:
    """Runs that should have read the file before now still read what was there."""
    advance(world)
    repository.write(world, project_id, path, content)
