"""Dashboards of the organization (B 3)."""

from collections.abc import AsyncIterator

from pydantic import Field

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item
from reconciler.kinds.dashboard import Dashboard as DashboardDefinition
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.model import Model
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.times import Moment


class Dashboard(Model):
    """A dashboard."""

    id: str
    name: str
    title: str = Field(default="", description="derived from the name unless given")
    create_time: Moment = None
    update_time: Moment = None
    definition: DashboardDefinition = Field(description="what a manifest says of it")


class Dashboards:
    """Methods on dashboards. A key is an id or a name."""

    def __init__(self, calls: Calls) -> None:
        self._objects = Objects(calls, KINDS["Dashboard"], Dashboard)

    def list(self) -> AsyncIterator[Dashboard]:
        """Yield all dashboards, oldest first."""
        return self._objects.list()

    async def describe(self, key: str) -> Dashboard:
        """Read one dashboard. Raises NotFound."""
        return await self._objects.describe(key)

    async def create(self, definition: DashboardDefinition) -> Dashboard:
        """Create a dashboard (B 3.2). Raises AlreadyTaken, Rejected."""
        return await self._objects.create(Item(definition))

    async def update(self, key: str, definition: DashboardDefinition) -> Dashboard:
        """Replace name, title and widgets (B 3.3). Raises NotFound, AlreadyTaken, Rejected."""
        return await self._objects.update(key, Item(definition))

    async def delete(self, key: str) -> None:
        """Delete a dashboard. Raises NotFound."""
        await self._objects.delete(key)
