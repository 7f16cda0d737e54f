"""The resource families the server consists of: their tables, routes and first rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import BaseRoute

from reconciler.embedded.agent_types import routes as agent_type_routes
from reconciler.embedded.agent_types import storage as agent_type_storage
from reconciler.embedded.agents import routes as agent_routes
from reconciler.embedded.agents import storage as agent_storage
from reconciler.embedded.retention import routes as retention_routes
from reconciler.embedded.retention import storage as retention_storage
from reconciler.embedded.store import World
from reconciler.embedded.targets import routes as target_routes
from reconciler.embedded.targets import storage as target_storage


def _nothing(_world: World) -> None:
    """Most families start empty."""


@dataclass(frozen=True)
class Family:
    schema: str
    routes: Sequence[BaseRoute]
    prepare: Callable[[World], None] = _nothing
    """Called each time a database is opened; must be idempotent."""


# A family's tables may refer to those of the families above it; the first matching route answers.
FAMILIES: tuple[Family, ...] = (
    Family(target_storage.SCHEMA, target_routes.ROUTES),
    Family(agent_type_storage.SCHEMA, agent_type_routes.ROUTES),
    Family(agent_storage.SCHEMA, agent_routes.ROUTES),
    Family(retention_storage.SCHEMA, retention_routes.ROUTES),
)
