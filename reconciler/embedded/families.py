"""The resource families the server consists of: their tables, first rows and routes."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.embedded import signing
from reconciler.embedded.agent_types import storage as agent_type_storage
from reconciler.embedded.agents import storage as agent_storage
from reconciler.embedded.artifacts import storage as artifact_storage
from reconciler.embedded.dashboards import storage as dashboard_storage
from reconciler.embedded.notifications import storage as notification_storage
from reconciler.embedded.people import storage as people_storage
from reconciler.embedded.project_secrets import storage as project_secret_storage
from reconciler.embedded.projects import storage as project_storage
from reconciler.embedded.promotions import automatic as automatic_promotions
from reconciler.embedded.promotions import storage as promotion_storage
from reconciler.embedded.retention import storage as retention_storage
from reconciler.embedded.runs import storage as run_storage
from reconciler.embedded.schedules import firing
from reconciler.embedded.schedules import storage as schedule_storage
from reconciler.embedded.schedules import triggers as schedule_triggers
from reconciler.embedded.secrets import storage as secret_storage
from reconciler.embedded.store import World
from reconciler.embedded.targets import deployments, lifecycle
from reconciler.embedded.targets import storage as target_storage


def _nothing(_world: World) -> None:
    """Most families start empty."""


@dataclass(frozen=True)
class Family:
    schema: str
    prepare: Callable[[World], None] = _nothing
    """Called each time a database is opened; must be idempotent."""


# A family's tables may refer to those of the families above it.
FAMILIES: tuple[Family, ...] = (
    Family(people_storage.SCHEMA, people_storage.prepare),
    Family(project_storage.SCHEMA),
    Family(schedule_storage.SCHEMA),
    Family(run_storage.SCHEMA),
    Family(schedule_triggers.SCHEMA, firing.prepare),
    Family(target_storage.SCHEMA, lifecycle.prepare),
    Family(deployments.SCHEMA),
    Family(promotion_storage.SCHEMA, automatic_promotions.prepare),
    Family(artifact_storage.SCHEMA, signing.prepare),
    Family(agent_type_storage.SCHEMA),
    Family(agent_storage.SCHEMA),
    Family(retention_storage.SCHEMA),
    Family(secret_storage.SCHEMA),
    Family(project_secret_storage.SCHEMA),
    Family(dashboard_storage.SCHEMA),
    Family(notification_storage.SCHEMA),
)

# Whose routes answer a path by how it begins; the first that matches does. They are loaded when
# such a path is asked for: to make all of them takes longer than most of what is asked.
ANSWERING = {
    "/api/v1/artifacts": ("artifacts",),
    "/api/v1/logs": ("logs",),
    "/api/v1/projects": ("project_secrets",),
    "/api/v1alpha/agents": ("agents",),
    "/api/v1alpha/artifacts": ("artifacts",),
    "/api/v1alpha/artifacts_retention_policies": ("retention",),
    "/api/v1alpha/dashboards": ("dashboards",),
    "/api/v1alpha/deployment_targets": ("targets",),
    "/api/v1alpha/jobs": ("jobs",),
    "/api/v1alpha/logs": ("logs",),
    "/api/v1alpha/members": ("people",),
    "/api/v1alpha/notifications": ("notifications",),
    "/api/v1alpha/pipelines": ("pipelines",),
    "/api/v1alpha/plumber-workflows": ("workflows",),
    "/api/v1alpha/projects": ("people", "projects"),
    "/api/v1alpha/promotions": ("promotions",),
    "/api/v1alpha/roles": ("people",),
    "/api/v1alpha/schedules": ("schedules",),
    "/api/v1alpha/self_hosted_agent_types": ("agent_types",),
    "/api/v1alpha/tasks": ("schedules",),
    "/api/v1alpha/troubleshoot": ("troubleshoot",),
    "/api/v1alpha/yaml": ("yaml_validation",),
    "/api/v1beta/secrets": ("secrets",),
    "/jobs": ("logs",),
}
