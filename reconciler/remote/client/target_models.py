"""What the answers about deployment targets say (C 1.2)."""

from typing import Annotated

from pydantic import Field

from reconciler.kinds.deployment_target import DeploymentTarget as TargetDefinition
from reconciler.remote.client.model import EnvVar, Model
from reconciler.remote.client.times import Moment
from reconciler.remote.client.words import DeploymentState, TargetState, word


class Deployment(Model):
    """One promotion that went to a target."""

    id: str
    target_id: str = ""
    target_name: str = ""
    pipeline_id: str = ""
    prev_pipeline_id: str = Field(default="", description="the pipeline it was promoted from")
    triggered_by: str = Field(default="", description="id of a user")
    triggered_at: Moment = None
    state: Annotated[DeploymentState | str | None, word(DeploymentState)] = None
    state_message: str = ""
    switch_id: str = ""
    env_vars: tuple[EnvVar, ...] = Field(default=(), description="the promotion's parameters")
    can_requester_rerun: bool = False


class DeploymentPage(Model):
    """At most ten deployments, newest first, and where to go on; None where nothing is left."""

    deployments: tuple[Deployment, ...] = ()
    cursor_before: Moment = None
    cursor_after: Moment = None


class DeploymentTarget(Model):
    """A deployment target."""

    id: str
    name: str
    project_id: str = ""
    organization_id: str = ""
    created_by: str = ""
    updated_by: str = ""
    created_at: Moment = Field(default=None, description="to the second")
    updated_at: Moment = Field(default=None, description="to the second")
    state: Annotated[TargetState | str | None, word(TargetState)] = None
    state_message: str = Field(default="", description="why its secrets could not be stored")
    active: bool = True
    last_deployment: Deployment | None = Field(default=None, description="only in a listing")
    definition: TargetDefinition = Field(
        description="what a manifest says of it; env_vars and files only if asked for, as digests"
    )

    @property
    def is_syncing(self) -> bool:
        """Whether it is storing its secrets, and refuses to be changed meanwhile."""
        return self.state == TargetState.SYNCING
