"""The typed client of one Semaphore organization: an async method for every endpoint.

    import asyncio
    from reconciler.remote import Semaphore

    async def main() -> None:
        async with Semaphore.open("https://acme.semaphoreci.com", "token") as semaphore:
            project = await semaphore.projects.describe("api")
            run = await semaphore.workflows.run(project_id=project.id, reference="refs/heads/main")
            pipeline = await semaphore.pipelines.wait(run.pipeline_id)
            print(pipeline.name, pipeline.result, pipeline.done_at)

    asyncio.run(main())

What holds for all methods:

- Answers are frozen models. Times are aware datetimes in UTC, None where there is none. States and
  results are members of the enumerations in ``words``, lower-case wherever the API writes them
  upper-case; a word this client does not know stays a text. Keys it does not know are ignored.
- Objects that a manifest can describe have a field ``definition``: the manifest's own model, which
  is also what ``create`` and ``update`` take.
- A listing is an async iterator over every item, once, whatever pages the server cuts it into.
- A secret value is a ``Sealed``: never shown or logged, opened by ``reveal()`` alone. To print an
  answer as JSON use ``shown``.
- What is safe to repeat is repeated when the server fails, and waits where it asks to. A method
  that starts something takes the token that makes it so, or says that it is never repeated.
- Errors are those of ``reconciler.errors``. Any method raises Unauthenticated (the token),
  UnknownOrganization (the host), PermissionDenied (a right), ServerFault, NoAnswer, NotSent,
  RateLimited (the way there and back) and BadAnswer; what else one raises, NotFound, Rejected and
  AlreadyTaken above all, is in its description. After an error whose ``outcome_unknown`` is true a
  write may have happened. BadSettings is a mistake in the call: nothing was sent.

Letters and numbers in descriptions, such as (D 10.2), are sections of the project's reference of
the API as it is.
"""

from reconciler.remote.client.agents import Agent, AgentType
from reconciler.remote.client.artifacts import Access, Artifact, Scope, SignedUrl, Stored
from reconciler.remote.client.dashboards import Dashboard
from reconciler.remote.client.jobs import (
    Container,
    File,
    Job,
    JobAgent,
    JobHost,
    JobSpec,
    Machine,
    Named,
    Port,
)
from reconciler.remote.client.log_models import LogEvent
from reconciler.remote.client.model import EnvVar
from reconciler.remote.client.notifications import Notification
from reconciler.remote.client.pipeline_models import (
    Block,
    BlockJob,
    Pipeline,
    Queue,
    TopologyBlock,
    Triggerer,
)
from reconciler.remote.client.projects import Project, ProjectTask
from reconciler.remote.client.promotions import Promotion
from reconciler.remote.client.schedules import Schedule, Trigger
from reconciler.remote.client.secrets import ProjectSecret, Secret
from reconciler.remote.client.semaphore import Semaphore
from reconciler.remote.client.showing import shown
from reconciler.remote.client.target_models import Deployment, DeploymentPage, DeploymentTarget
from reconciler.remote.client.words import (
    AgentState,
    BlockState,
    DeploymentState,
    JobState,
    LogEventType,
    PipelineState,
    PipelineTrigger,
    PromotionStatus,
    QueueType,
    Result,
    ResultReason,
    TargetState,
    TaskState,
    WorkflowTrigger,
)
from reconciler.remote.client.workflows import Run, Workflow
from reconciler.remote.client.yaml import Verdict

__all__ = [
    "Access",
    "Agent",
    "AgentState",
    "AgentType",
    "Artifact",
    "Block",
    "BlockJob",
    "BlockState",
    "Container",
    "Dashboard",
    "Deployment",
    "DeploymentPage",
    "DeploymentState",
    "DeploymentTarget",
    "EnvVar",
    "File",
    "Job",
    "JobAgent",
    "JobHost",
    "JobSpec",
    "JobState",
    "LogEvent",
    "LogEventType",
    "Machine",
    "Named",
    "Notification",
    "Pipeline",
    "PipelineState",
    "PipelineTrigger",
    "Port",
    "Project",
    "ProjectSecret",
    "ProjectTask",
    "Promotion",
    "PromotionStatus",
    "Queue",
    "QueueType",
    "Result",
    "ResultReason",
    "Run",
    "Schedule",
    "Scope",
    "Secret",
    "Semaphore",
    "SignedUrl",
    "Stored",
    "TargetState",
    "TaskState",
    "TopologyBlock",
    "Trigger",
    "Triggerer",
    "Verdict",
    "Workflow",
    "WorkflowTrigger",
    "shown",
]
