"""Notifications of the organization (B 4)."""

from collections.abc import AsyncIterator

from pydantic import Field

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item
from reconciler.kinds.notification import Notification as NotificationDefinition
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.model import Model
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.times import Moment


class Notification(Model):
    """A notification.

    It fires for projects that ``creator_id``, the last one who wrote it, may see (B 4.3).
    """

    id: str
    name: str
    creator_id: str = ""
    create_time: Moment = None
    update_time: Moment = None
    definition: NotificationDefinition = Field(description="what a manifest says of it")


class Notifications:
    """Methods on notifications. A key is an id or a name.

    What the server calls missing may be there for others: here that is PermissionDenied.
    """

    def __init__(self, calls: Calls) -> None:
        self._objects = Objects(calls, KINDS["Notification"], Notification, hides=True)

    def list(self) -> AsyncIterator[Notification]:
        """Yield all notifications, by name. Raises PermissionDenied."""
        return self._objects.list()

    async def describe(self, key: str) -> Notification:
        """Read one notification. Raises NotFound, PermissionDenied."""
        return await self._objects.describe(key)

    async def create(self, definition: NotificationDefinition) -> Notification:
        """Create a notification (B 4.2). Raises AlreadyTaken, Rejected, PermissionDenied."""
        return await self._objects.create(Item(definition))

    async def update(self, key: str, definition: NotificationDefinition) -> Notification:
        """Replace name and rules, and become its creator (B 4.2).

        Raises NotFound, AlreadyTaken, Rejected, PermissionDenied.
        """
        return await self._objects.update(key, Item(definition))

    async def delete(self, key: str) -> None:
        """Delete a notification. Raises NotFound, PermissionDenied."""
        await self._objects.delete(key)
