"""The resource families the server consists of: their tables, routes and first rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from reconciler.embedded.store import World


def _nothing(_world: World) -> None:
    """Most families start empty."""


@dataclass(frozen=True)
class Family:
    schema: str
    routes: Sequence[BaseRoute]
    prepare: Callable[[World], None] = _nothing
    """Called each time a database is opened; must be idempotent."""


# A family's tables may refer to those of the families above it; the first matching route answers.
FAMILIES: tuple[Family, ...] = ()
