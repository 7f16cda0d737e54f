"""One organization's API: a family of methods for each sort of thing."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from reconciler.model import Sealed
from reconciler.remote.client.agents import Agents, AgentTypes
from reconciler.remote.client.artifacts import Artifacts
from reconciler.remote.client.calls import Calls
from reconciler.remote.client.dashboards import Dashboards
from reconciler.remote.client.jobs import Jobs
from reconciler.remote.client.logs import Logs
from reconciler.remote.client.notifications import Notifications
from reconciler.remote.client.pipelines import Pipelines
from reconciler.remote.client.projects import Projects
from reconciler.remote.client.promotions import Promotions
from reconciler.remote.client.retention import RetentionPolicies
from reconciler.remote.client.schedules import Schedules
from reconciler.remote.client.secrets import ProjectSecrets, Secrets
from reconciler.remote.client.targets import DeploymentTargets
from reconciler.remote.client.workflows import Workflows
from reconciler.remote.client.yaml import PipelineYaml
from reconciler.remote.http import Http
from reconciler.remote.limit import Limit
from reconciler.remote.transport import checked_url, network_transport
from reconciler.remote.waiting import Patience
from reconciler.remote.wire import Transport

AN_HOUR = Patience(longest=3600.0)


class Semaphore:
    """All methods on one organization, over a connection that somebody opened.

    ``patience`` is what the waiting methods use unless they are given their own.
    """

    def __init__(self, http: Http, *, patience: Patience = AN_HOUR) -> None:
        calls = Calls(http, patience)
        self.projects = Projects(calls)
        self.workflows = Workflows(calls)
        self.pipelines = Pipelines(calls)
        self.yaml = PipelineYaml(calls)
        self.promotions = Promotions(calls, self.pipelines)
        self.jobs = Jobs(calls)
        self.logs = Logs(calls, self.jobs)
        self.artifacts = Artifacts(calls)
        self.agent_types = AgentTypes(calls)
        self.agents = Agents(calls)
        self.deployment_targets = DeploymentTargets(calls)
        self.retention_policies = RetentionPolicies(calls)
        self.schedules = Schedules(calls)
        self.dashboards = Dashboards(calls)
        self.notifications = Notifications(calls)
        self.secrets = Secrets(calls)
        self.project_secrets = ProjectSecrets(calls)

    @classmethod
    @asynccontextmanager
    async def open(  # noqa: PLR0913 — what can be said about a connection
        cls,
        url: str,
        token: str | Sealed,
        *,
        parallelism: int = 10,
        timeout: float | None = None,  # noqa: ASYNC109 — of the whole connection, kept by Http
        read_only: bool = False,
        patience: Patience = AN_HOUR,
        transport: Transport | None = None,
    ) -> AsyncIterator["Semaphore"]:
        """Connect to the organization at ``url``, such as https://acme.semaphoreci.com.

        ``parallelism``: how many requests may be under way at a time. ``timeout``: seconds until
        no more requests are sent at all. ``read_only``: what would change something raises
        NotSent. ``transport``: what carries the requests, the network unless given.

        Raises BadSettings for an address or a token that can't be one.
        """
        base = checked_url(url)
        http = Http(
            base,
            token if isinstance(token, Sealed) else Sealed(token),
            transport=transport or network_transport(parallelism),
            parallelism=parallelism,
            left=Limit(timeout).left,
            read_only=read_only,
        )
        async with http:
            yield cls(http, patience=patience)
