"""The resource families the server consists of: their tables, routes and first rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.routing import Route

from reconciler.embedded import signing
from reconciler.embedded.agent_types import routes as agent_type_routes
from reconciler.embedded.agent_types import storage as agent_type_storage
from reconciler.embedded.agents import routes as agent_routes
from reconciler.embedded.agents import storage as agent_storage
from reconciler.embedded.artifacts import routes as artifact_routes
from reconciler.embedded.artifacts import storage as artifact_storage
from reconciler.embedded.dashboards import routes as dashboard_routes
from reconciler.embedded.dashboards import storage as dashboard_storage
from reconciler.embedded.jobs import routes as job_routes
from reconciler.embedded.logs import routes as log_routes
from reconciler.embedded.notifications import routes as notification_routes
from reconciler.embedded.notifications import storage as notification_storage
from reconciler.embedded.people import routes as people_routes
from reconciler.embedded.people import storage as people_storage
from reconciler.embedded.pipelines import routes as pipeline_routes
from reconciler.embedded.project_secrets import routes as project_secret_routes
from reconciler.embedded.project_secrets import storage as project_secret_storage
from reconciler.embedded.projects import routes as project_routes
from reconciler.embedded.projects import storage as project_storage
from reconciler.embedded.promotions import automatic as automatic_promotions
from reconciler.embedded.promotions import routes as promotion_routes
from reconciler.embedded.promotions import storage as promotion_storage
from reconciler.embedded.retention import routes as retention_routes
from reconciler.embedded.retention import storage as retention_storage
from reconciler.embedded.runs import storage as run_storage
from reconciler.embedded.schedules import firing
from reconciler.embedded.schedules import routes as schedule_routes
from reconciler.embedded.schedules import storage as schedule_storage
from reconciler.embedded.schedules import triggers as schedule_triggers
from reconciler.embedded.secrets import routes as secret_routes
from reconciler.embedded.secrets import storage as secret_storage
from reconciler.embedded.store import World
from reconciler.embedded.targets import deployments, lifecycle
from reconciler.embedded.targets import routes as target_routes
from reconciler.embedded.targets import storage as target_storage
from reconciler.embedded.troubleshoot import routes as troubleshoot_routes
from reconciler.embedded.workflows import routes as workflow_routes
from reconciler.embedded.yaml_validation import routes as yaml_validation_routes


def _nothing(_world: World) -> None:
    """Most families start empty."""


@dataclass(frozen=True)
class Family:
    schema: str
    routes: Sequence[Route]
    prepare: Callable[[World], None] = _nothing
    """Called each time a database is opened; must be idempotent."""


# A family's tables may refer to those of the families above it; the first matching route answers.
FAMILIES: tuple[Family, ...] = (
    Family(people_storage.SCHEMA, people_routes.ROUTES, people_storage.prepare),
    Family(project_storage.SCHEMA, project_routes.ROUTES),
    Family(schedule_storage.SCHEMA, schedule_routes.ROUTES),
    Family(run_storage.SCHEMA, workflow_routes.ROUTES),
    Family(schedule_triggers.SCHEMA, (), firing.prepare),
    Family("", pipeline_routes.ROUTES),
    Family("", job_routes.ROUTES),
    Family(target_storage.SCHEMA, target_routes.ROUTES, lifecycle.prepare),
    Family(deployments.SCHEMA, ()),
    Family(promotion_storage.SCHEMA, promotion_routes.ROUTES, automatic_promotions.prepare),
    Family("", yaml_validation_routes.ROUTES),
    Family(artifact_storage.SCHEMA, artifact_routes.ROUTES, signing.prepare),
    Family("", log_routes.ROUTES),
    Family("", troubleshoot_routes.ROUTES),
    Family(agent_type_storage.SCHEMA, agent_type_routes.ROUTES),
    Family(agent_storage.SCHEMA, agent_routes.ROUTES),
    Family(retention_storage.SCHEMA, retention_routes.ROUTES),
    Family(secret_storage.SCHEMA, secret_routes.ROUTES),
    Family(project_secret_storage.SCHEMA, project_secret_routes.ROUTES),
    Family(dashboard_storage.SCHEMA, dashboard_routes.ROUTES),
    Family(notification_storage.SCHEMA, notification_routes.ROUTES),
)
