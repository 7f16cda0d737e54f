"""Secrets of the organization and of projects (B 2)."""

from collections.abc import AsyncIterator

from pydantic import Field

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item
from reconciler.kinds.project_secret import ProjectSecret as ProjectSecretDefinition
from reconciler.kinds.secret import Secret as SecretDefinition
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.model import Model
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.times import Moment


class Secret(Model):
    """A secret of the organization.

    Where ``content_included`` is false the server keeps the values: the ``definition`` has the
    names alone, and the secret can't be updated, only deleted and created again.
    """

    id: str
    name: str
    create_time: Moment = None
    update_time: Moment = None
    checkout_at: Moment = Field(default=None, description="when a job used it last")
    content_included: bool = False
    definition: SecretDefinition = Field(description="what a manifest says of it")


class ProjectSecret(Model):
    """A secret of one project; see Secret."""

    id: str
    name: str
    project_id: str = Field(default="", validation_alias="project_id_or_name")
    create_time: Moment = None
    update_time: Moment = None
    checkout_at: Moment = Field(default=None, description="when a job used it last")
    content_included: bool = False
    definition: ProjectSecretDefinition = Field(description="what a manifest says of it")


class Secrets:
    """Methods on secrets of the organization. A key is an id or a name.

    What the server calls missing may be there for others: here that is PermissionDenied.
    """

    def __init__(self, calls: Calls) -> None:
        self._objects = Objects(calls, KINDS["Secret"], Secret, hides=True)

    def list(self) -> AsyncIterator[Secret]:
        """Yield all secrets, by name. Raises PermissionDenied."""
        return self._objects.list()

    async def describe(self, key: str) -> Secret:
        """Read one secret. Raises NotFound, PermissionDenied."""
        return await self._objects.describe(key)

    async def create(self, definition: SecretDefinition) -> Secret:
        """Create a secret (B 2.5).

        Its values must be in hand, and not blank. Without an ``org_config`` every project may use
        it. Raises AlreadyTaken, Rejected, PermissionDenied; NotSent for a hidden value.
        """
        return await self._objects.create(Item(definition))

    async def update(self, key: str, definition: SecretDefinition) -> Secret:
        """Replace a secret's name and values; without an ``org_config`` that one stays (B 2.5).

        Raises Rejected where the server keeps values to itself, NotFound, AlreadyTaken,
        PermissionDenied; NotSent for a hidden value.
        """
        return await self._objects.update(key, Item(definition))

    async def delete(self, key: str) -> None:
        """Delete a secret. Raises NotFound, PermissionDenied."""
        await self._objects.delete(key)


class ProjectSecrets:
    """Methods on secrets of a project.

    ``project_id`` is the project's id: names with a dot do not reach the server (B 1.1). A key is
    an id or a name; prefer the id, for a name of 16 characters is taken for one (B 2.4).
    """

    def __init__(self, calls: Calls) -> None:
        self._objects = Objects(calls, KINDS["ProjectSecret"], ProjectSecret)

    def list(self, project_id: str) -> AsyncIterator[ProjectSecret]:
        """Yield a project's secrets, by name. Raises PermissionDenied."""
        return self._objects.list(project_id)

    async def describe(self, project_id: str, key: str) -> ProjectSecret:
        """Read one secret. Raises NotFound, PermissionDenied."""
        return await self._objects.describe(key, project_id)

    async def create(self, project_id: str, definition: ProjectSecretDefinition) -> ProjectSecret:
        """Create a secret; its values must be in hand, and not blank (B 2.6).

        Raises AlreadyTaken, Rejected, PermissionDenied; NotSent for a hidden value.
        """
        return await self._objects.create(Item(definition, project=project_id))

    async def update(
        self, project_id: str, key: str, definition: ProjectSecretDefinition
    ) -> ProjectSecret:
        """Replace a secret's name and values (B 2.6).

        Raises Rejected where the server keeps values to itself, NotFound, AlreadyTaken,
        PermissionDenied; NotSent for a hidden value.
        """
        return await self._objects.update(key, Item(definition, project=project_id))

    async def delete(self, project_id: str, key: str) -> None:
        """Delete a secret. Raises NotFound, PermissionDenied."""
        await self._objects.delete(key, project_id)
