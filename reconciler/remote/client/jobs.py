"""Jobs: the machines' share of a pipeline (D 14)."""

from collections.abc import AsyncIterator, Collection
from typing import Annotated, Any

from pydantic import AliasPath, Field

from reconciler.kinds.api import Paging
from reconciler.remote.client.calls import V1ALPHA, Calls
from reconciler.remote.client.model import EnvVar, Model, Secret
from reconciler.remote.client.sending import plain
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import JobState, Result, word
from reconciler.remote.order import segment
from reconciler.remote.waiting import Patience

PATH = f"{V1ALPHA}/jobs"
_PAGE = 30
_NEWEST_FIRST = "BY_CREATE_TIME_DESC"
SELF_HOSTED = "s1"


class Named(Model):
    """A secret, known by its name."""

    name: str


class File(Model):
    """A file put into a job: its content is base64."""

    path: str
    content: Secret


class Machine(Model):
    """What a job runs on; a type of ``s1-…`` is an agent type of your own."""

    type: str = ""
    os_image: str = ""


class Container(Model):
    """One container of a job that runs in containers; the first one has its commands."""

    name: str = ""
    image: str = ""
    command: str = ""
    env_vars: tuple[EnvVar, ...] = ()
    secrets: tuple[Named, ...] = ()


class JobAgent(Model):
    """Where a job is to run."""

    machine: Machine | None = None
    containers: tuple[Container, ...] = ()
    image_pull_secrets: tuple[Named, ...] = ()


class JobSpec(Model):
    """What a job does; this is also what :meth:`Jobs.create` takes."""

    project_id: str = ""
    agent: JobAgent | None = None
    secrets: tuple[Named, ...] = ()
    env_vars: tuple[EnvVar, ...] = ()
    files: tuple[File, ...] = ()
    commands: tuple[str, ...] = ()
    epilogue_commands: tuple[str, ...] = ()
    epilogue_always_commands: tuple[str, ...] = ()
    epilogue_on_pass_commands: tuple[str, ...] = ()
    epilogue_on_fail_commands: tuple[str, ...] = ()


class Port(Model):
    """An open port of the machine that runs a job."""

    name: str = ""
    number: int = 0


class JobHost(Model):
    """The machine that runs a job."""

    ip: str = ""
    name: str = ""
    ports: tuple[Port, ...] = ()


def _metadata(key: str) -> AliasPath:
    return AliasPath("metadata", key)


class Job(Model):
    """One job. Times are None until they come."""

    id: str = Field(validation_alias=_metadata("id"))
    name: str = Field(default="", validation_alias=_metadata("name"))
    create_time: Moment = Field(default=None, validation_alias=_metadata("create_time"))
    update_time: Moment = Field(default=None, validation_alias=_metadata("update_time"))
    start_time: Moment = Field(default=None, validation_alias=_metadata("start_time"))
    finish_time: Moment = Field(default=None, validation_alias=_metadata("finish_time"))
    state: Annotated[JobState | str | None, word(JobState)] = Field(
        validation_alias=AliasPath("status", "state")
    )
    result: Annotated[Result | str | None, word(Result, "none")] = Field(
        default=None,
        validation_alias=AliasPath("status", "result"),
        description="None until it is finished",
    )
    host: JobHost | None = Field(
        default=None,
        validation_alias=AliasPath("status", "agent"),
        description="None before it runs",
    )
    spec: JobSpec = JobSpec()

    @property
    def is_finished(self) -> bool:
        """Whether it has come to its end, with whatever result."""
        return self.state == JobState.FINISHED

    @property
    def is_self_hosted(self) -> bool:
        """Whether it runs on an agent of your own."""
        machine = self.spec.agent.machine if self.spec.agent else None
        return machine is not None and machine.type.startswith(SELF_HOSTED)


class Jobs:
    """Methods on jobs. Ids are UUIDs: what is none is Rejected, what can't be seen NotFound."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def describe(self, job_id: str) -> Job:
        """Read one job (D 14.2). A job with restricted secrets shows no variables and files.

        Raises NotFound.
        """
        return await self._calls.get(Job, f"{PATH}/{segment(job_id)}")

    def list(self, states: Collection[JobState] = tuple(JobState)) -> AsyncIterator[Job]:
        """Yield the jobs in these states, of all projects that can be seen, newest first (D 14.2).

        All states unless given; the server has no other filter.
        """
        params = {"states": [state.value.upper() for state in states], "order": _NEWEST_FIRST}
        return self._calls.list(
            Job, PATH, scheme=Paging.TOKENS, key="jobs", params=params, size=_PAGE
        )

    async def create(self, name: str, spec: JobSpec) -> Job:
        """Start a job outside of any pipeline (D 14.2, undocumented).

        Never repeated by itself: after an error whose ``outcome_unknown`` is true, look with
        :meth:`list` first. Raises Rejected for a self-hosted machine, PermissionDenied where the
        project or a secret refuses.
        """
        body: dict[str, Any] = {"metadata": {"name": name}, "spec": plain(spec)}
        return await self._calls.post(Job, PATH, body)

    async def stop(self, job_id: str) -> None:
        """Stop a job (D 14.2); harmless when it is finished. It takes about a second.

        Raises NotFound.
        """
        await self._calls.send("POST", f"{PATH}/{segment(job_id)}/stop", repeatable=True)

    async def wait(self, job_id: str, *, patience: Patience | None = None) -> Job:
        """Wait until a job is finished; return it as it was read last.

        ``patience`` bounds the waiting (an hour unless given); where it ends first, the result's
        ``is_finished`` is false. Raises NotFound.
        """
        return await (patience or self._calls.patience).until(
            lambda: self.describe(job_id), lambda job: job.is_finished
        )
