"""Projects of the organization (A 1-7)."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from pydantic import AliasPath, Field, model_validator

from reconciler.errors import AlreadyTaken, ApiError, NotFound, PermissionDenied, ServerFault
from reconciler.kinds import KINDS
from reconciler.kinds.api import Echo, Item
from reconciler.kinds.kind import settle
from reconciler.kinds.project import Project as ProjectDefinition
from reconciler.kinds.schedule import Schedule as ScheduleDefinition
from reconciler.kinds.task import section_of_task
from reconciler.kinds.twins import repeated
from reconciler.model import Spec
from reconciler.remote import routes
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.model import Model
from reconciler.remote.client.objects import Objects
from reconciler.remote.decoding import within
from reconciler.remote.pages import pages


class ProjectTask(Model):
    """A schedule, as its project shows it."""

    id: str = ""
    definition: ScheduleDefinition = Field(description="what a Schedule's manifest says of it")

    @model_validator(mode="before")
    @classmethod
    def _as_schedule(cls, data: Any) -> Any:
        if not isinstance(data, dict) or "definition" in data:
            return data
        section = section_of_task("spec.tasks", data)
        return {"id": data.get("id"), "definition": settle(KINDS["Schedule"].observed(section))}


class Project(Model):
    """A project."""

    id: str
    name: str
    org_id: str = ""
    owner_id: str = Field(default="", description="id of the user who created it")
    description: str = ""
    repository_owner: str = Field(
        default="", validation_alias=AliasPath("spec", "repository", "owner")
    )
    repository_name: str = Field(
        default="", validation_alias=AliasPath("spec", "repository", "name")
    )
    tasks: tuple[ProjectTask, ...] = Field(
        default=(), description="by name; never in a listing (A 5)"
    )
    definition: ProjectDefinition = Field(description="what a manifest says of it, without tasks")

    @model_validator(mode="before")
    @classmethod
    def _find_tasks(cls, data: Any) -> Any:
        """Some organizations have their tasks under the older name (A 2.2)."""
        if not isinstance(data, dict) or "tasks" in data:
            return data
        spec = data.get("spec") or {}
        return {**data, "tasks": [*(spec.get("tasks") or ()), *(spec.get("schedulers") or ())]}


class Projects:
    """Methods on projects. They are read and deleted by name, updated by id (A 1)."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._objects = Objects(calls, KINDS["Project"], Project)

    def list(self) -> AsyncIterator[Project]:
        """Yield all projects that can be seen, in no order, without their tasks (A 5).

        A project that was just created is missing for some seconds.
        """
        return self._objects.list()

    async def describe(self, name: str) -> Project:
        """Read one project with its tasks. Raises NotFound, PermissionDenied."""
        return await self._objects.describe(name)

    async def create(self, definition: ProjectDefinition) -> Project:
        """Create a project (A 4).

        The server ignores ``description`` and ``visibility`` here: they need an update. Raises
        AlreadyTaken, Rejected (repository, quota), PermissionDenied.
        """
        return await self._objects.create(Item(definition))

    async def update(self, project_id: str, definition: ProjectDefinition) -> Project:
        """Replace a project's settings; what the definition does not say is reset (A 3).

        Its tasks are read first and sent along, since the server deletes those that are not;
        one that somebody adds in between is lost. Raises NotFound, Rejected, PermissionDenied,
        AlreadyTaken for a name in use.
        """
        kind = self._objects.kind
        body = kind.encode(Item(definition, id=project_id), None)
        if kind.api.echo:
            tasks = await _tasks(self._calls, kind.api.echo, project_id)
            name = definition.metadata.name
            shown = await self._shown_tasks(project_id, name) if tasks else {}
            routes.put(body, kind.api.echo.path, repeated(kind.api.echo, tasks, shown))
        path = self._objects.path(project_id)
        try:
            answer = await self._calls.send("PATCH", path, body=body, repeatable=True)
        except ServerFault as error:
            fault = error
        else:
            return self._objects.read(answer.data, path, "PATCH")
        await self._explain(fault, project_id, definition)
        raise fault

    async def delete(self, name: str) -> None:
        """Delete a project; its name is free at once (A 4). Raises NotFound, PermissionDenied."""
        try:
            await self._objects.delete(name)
        except PermissionDenied as error:
            denied = error
        else:
            return
        await self.describe(name)  # a missing one is refused like a forbidden one (A 4)
        raise denied

    async def _shown_tasks(self, id_: str, name: str) -> Mapping[str, Spec]:
        """Return a project's tasks by id as it shows them itself; ``name`` may be its next one."""
        try:
            found = await self._objects.item(name)
        except (NotFound, PermissionDenied):
            found = Item(Spec())
        if found.id == id_:
            return found.children
        async for project in self.list():
            if project.id == id_:
                return (await self._objects.item(project.name)).children
        return {}

    async def _explain(self, fault: ServerFault, id_: str, definition: ProjectDefinition) -> None:
        """Raise AlreadyTaken if the fault was a name in use, which the server trips over (A 3)."""
        name = definition.metadata.name
        try:
            holder = await self.describe(name)
        except ApiError:
            return
        if holder.id != id_:
            words = f"another project is called {name}"
            raise AlreadyTaken(fault.method, fault.path, status=fault.status, words=words)


async def _tasks(calls: Calls, echo: Echo, project_id: str) -> list[Item]:
    """Return a project's tasks as schedules."""
    kind = KINDS[echo.kind]
    path, params = routes.collection(kind, project_id)
    size = kind.api.page_size or None
    found = pages(calls.http, path, scheme=kind.api.paging, params=params, size=size)
    return [within(kind, body, path, project_id) async for body in found]
