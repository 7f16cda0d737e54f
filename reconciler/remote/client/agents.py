"""Self-hosted agents and the types they belong to (C 2, C 3)."""

from collections.abc import AsyncIterator
from typing import Annotated

from pydantic import AliasPath, Field

from reconciler.kinds import KINDS
from reconciler.kinds.api import Item, Paging
from reconciler.kinds.self_hosted_agent_type import SelfHostedAgentType as AgentTypeDefinition
from reconciler.remote.client.calls import V1ALPHA, Calls, given
from reconciler.remote.client.model import Model, Secret
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import AgentState, word
from reconciler.remote.order import segment

PATH = f"{V1ALPHA}/agents"
_PAGE = 200


class AgentType(Model):
    """A type of self-hosted agents, known by its name."""

    name: str
    create_time: Moment = None
    update_time: Moment = None
    total_agent_count: int = Field(
        default=0, description="registered agents; always 0 in the answer to a write"
    )
    registration_token: Secret | None = Field(
        default=None, description="only in the answer to create, and never again"
    )
    definition: AgentTypeDefinition = Field(description="what a manifest says of it")


def _metadata(key: str) -> AliasPath:
    return AliasPath("metadata", key)


class Agent(Model):
    """A self-hosted agent that is connected."""

    name: str = Field(validation_alias=_metadata("name"))
    type: str = Field(default="", validation_alias=_metadata("type"))
    version: str = Field(default="", validation_alias=_metadata("version"))
    os: str = Field(default="", validation_alias=_metadata("os"))
    arch: str = Field(default="", validation_alias=_metadata("arch"))
    hostname: str = Field(default="", validation_alias=_metadata("hostname"))
    ip_address: str = Field(default="", validation_alias=_metadata("ip_address"))
    pid: int | None = Field(default=None, validation_alias=_metadata("pid"))
    connected_at: Moment = Field(default=None, validation_alias=_metadata("connected_at"))
    disabled_at: Moment = Field(
        default=None, validation_alias=_metadata("disabled_at"), description="None if it is not"
    )
    state: Annotated[AgentState | str | None, word(AgentState)] = Field(
        default=None, validation_alias=AliasPath("status", "state")
    )


class AgentTypes:
    """Methods on agent types. All raise PermissionDenied where the right is missing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._objects = Objects(calls, KINDS["SelfHostedAgentType"], AgentType)

    def list(self) -> AsyncIterator[AgentType]:
        """Yield all agent types, oldest first."""
        return self._objects.list()

    async def describe(self, name: str) -> AgentType:
        """Read one agent type. Raises NotFound."""
        return await self._objects.describe(name)

    async def create(self, definition: AgentTypeDefinition) -> AgentType:
        """Create an agent type (C 2.3).

        The result's ``registration_token`` is shown this once; losing it means deleting the type.
        Raises AlreadyTaken, Rejected.
        """
        return await self._objects.create(Item(definition))

    async def update(self, definition: AgentTypeDefinition) -> AgentType:
        """Replace the settings of the type that the definition names (C 2.3).

        A type can't be renamed: the server goes by the name inside. Raises NotFound, Rejected.
        """
        return await self._objects.update(definition.metadata.name, Item(definition))

    async def delete(self, name: str) -> None:
        """Delete an agent type. Raises NotFound, Rejected while it has agents."""
        await self._objects.delete(name)

    async def disable_all(self, name: str, *, only_idle: bool = True) -> None:
        """Make a type's agents leave: the idle ones, or all (C 2.3).

        They leave one by one; ``total_agent_count`` tells how many are left. A type that does not
        exist is no error.
        """
        path = f"{self._objects.path(name)}/disable_all"
        await self._calls.send("POST", path, body={"only_idle": only_idle}, repeatable=True)


class Agents:
    """Methods on agents. All raise PermissionDenied where the right is missing."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    def list(self, *, agent_type: str = "") -> AsyncIterator[Agent]:
        """Yield connected agents, longest connected first; of one type or of all (C 3).

        An unknown type has none.
        """
        return self._calls.list(
            Agent,
            PATH,
            scheme=Paging.CURSOR,
            key="agents",
            params=given(agent_type=agent_type),
            size=_PAGE,
        )

    async def describe(self, name: str) -> Agent:
        """Read one agent, also one that is away and whose name is held (C 3). Raises NotFound."""
        return await self._calls.get(Agent, f"{PATH}/{segment(name)}")
