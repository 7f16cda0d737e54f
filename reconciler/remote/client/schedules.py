"""Schedules, which Semaphore also calls tasks: runs by time or by hand (A 9-15)."""

from collections.abc import AsyncIterator
from typing import Any

from pydantic import Field

from reconciler.errors import BadAnswer
from reconciler.kinds import KINDS
from reconciler.kinds.api import Item
from reconciler.kinds.reference import Reference
from reconciler.kinds.schedule import Schedule as ScheduleDefinition
from reconciler.remote import routes
from reconciler.remote.client.calls import Calls, Values, text_of
from reconciler.remote.client.model import EnvVar, Model
from reconciler.remote.client.objects import Objects
from reconciler.remote.client.times import Moment


class Trigger(Model):
    """One time that a schedule was set off, by the clock or by hand."""

    triggered_at: Moment = None
    scheduled_at: Moment = Field(default=None, description="None until it is handled")
    scheduling_status: str = ""
    scheduled_workflow_id: str = Field(default="", description='"" if none was started')
    error_description: str = ""
    reference: str = Field(default="", description="as refs/heads/main")
    pipeline_file: str = ""
    run_now_requester_id: str = Field(default="", description="id of the user, if run by hand")
    parameter_values: tuple[EnvVar, ...] = ()


class Schedule(Model):
    """A schedule."""

    id: str
    name: str
    project_id: str = ""
    organization_id: str = ""
    requester_id: str = Field(default="", description="id of the user whose rights it runs with")
    suspended: bool = Field(default=False, description="the organization is blocked")
    pause_toggled_by: str = ""
    pause_toggled_at: Moment = None
    inserted_at: Moment = None
    updated_at: Moment = None
    triggers: tuple[Trigger, ...] = Field(
        default=(), description="the last ten; never in a listing"
    )
    definition: ScheduleDefinition = Field(description="what a manifest says of it")


class Schedules:
    """Methods on schedules. They have UUIDs; there is no look-up by name."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls
        self._objects = Objects(calls, KINDS["Schedule"], Schedule)

    def list(self, project_id: str) -> AsyncIterator[Schedule]:
        """Yield a project's schedules, by name (A 13). Raises NotFound for what can't be seen."""
        return self._objects.list(project_id)

    async def describe(self, schedule_id: str) -> Schedule:
        """Read one schedule with its last triggers (A 9). Raises NotFound, Rejected."""
        path = self._objects.path(schedule_id)
        answer = await self._calls.send("GET", path)
        body: Any = answer.within(self._objects.kind.api.inside)
        if isinstance(body, dict):
            body = body | {"triggers": answer.within("triggers")}
        return self._objects.read(body, path)

    async def create(self, project: str, definition: ScheduleDefinition) -> str:
        """Create a schedule and return its id (A 11). ``project`` is the project's name.

        Raises AlreadyTaken for a name in use, Rejected for a bad definition or project name,
        NotFound for a missing permission.
        """
        return await self._apply(Item(definition, project_name=project))

    async def update(self, schedule_id: str, project: str, definition: ScheduleDefinition) -> str:
        """Replace a schedule and return its id (A 11). ``project`` is its project's *name*.

        Where no schedule has this id one is created, under a new id: compare what is returned.
        The schedule then runs with the caller's rights. Raises as :meth:`create`.
        """
        return await self._apply(Item(definition, id=schedule_id, project_name=project))

    async def delete(self, schedule_id: str) -> None:
        """Delete a schedule. Raises NotFound, Rejected for what is no UUID."""
        await self._objects.delete(schedule_id)

    async def run_now(
        self,
        schedule_id: str,
        *,
        reference: Reference | None = None,
        pipeline_file: str = "",
        parameters: Values | None = None,
    ) -> str:
        """Run a schedule once and return the id of its workflow (A 9).

        What is not given is as the schedule says. Never repeated by itself: after an error whose
        ``outcome_unknown`` is true, look at the triggers with :meth:`describe` first.

        Raises NotFound, Rejected for a full queue or bad parameters.
        """
        body: dict[str, Any] = {}
        if reference:
            body["reference"] = {"type": reference.type, "name": reference.name}
        if pipeline_file:
            body["pipeline_file"] = pipeline_file
        if parameters:
            body["parameters"] = dict(parameters)
        path = f"{self._objects.path(schedule_id)}/run_now"
        answer = await self._calls.send("POST", path, body=body)
        return text_of(answer, "workflow_id", "POST", path)

    async def _apply(self, item: Item) -> str:
        kind = self._objects.kind
        path, _ = routes.collection(kind, "")
        body = kind.encode(item, None)
        answer = await self._calls.send("POST", path, body=body, repeatable=bool(item.id))
        if not isinstance(answer.data, str):
            raise BadAnswer("POST", path, status=answer.status, words="expected an id")
        return answer.data
