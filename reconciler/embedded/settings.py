"""What one embedded organization is like: its edition, its feature flags and its habits."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any


class Edition(StrEnum):
    CLOUD = "cloud"
    EE = "ee"
    CE = "ce"


class ObjectStore(StrEnum):
    """Where artifacts lie, which decides what else a signed address permits."""

    GOOGLE = "google"
    S3 = "s3"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Every switch of the server; the defaults are those of the hosted edition."""

    edition: Edition = Edition.CLOUD

    secrets_exposed_content: bool = False
    secrets_access_policy: bool = True
    project_level_secrets: bool = True
    deployment_targets: bool = True
    advanced_deployment_targets: bool = True
    just_run: bool = True
    self_hosted_agents: bool = True
    skip_schedulers: bool = False
    git_integration: bool = False
    restrict_job_ssh_access: bool = True
    open_source: bool = False
    promotions: bool = True
    job_level_partial_rerun: bool = True
    """Whether a partial rebuild keeps the jobs that passed in a block that did not."""

    tokens: frozenset[str] = frozenset()
    """The tokens that open the door; none listed means that any non-empty one does."""
    organization: str = "embedded"
    project_page_size: int = 500
    project_ready_seconds: float = 1.0
    """From a creation until lists show the new project."""
    target_sync_seconds: float = 0.3
    """From a write until a SYNCING deployment target is USABLE."""
    target_retry_seconds: float = 150.0
    """From a write of values that cannot be stored until the target is UNUSABLE."""
    permissions_denied: frozenset[str] = frozenset()
    """Names of the permissions the caller lacks."""
    legacy_role_names: bool = False
    everybody: bool = False
    """Whether who is named in a rule of a target is a member, whoever that may be."""
    inert_roles: bool = False
    """Whether text that is no id stays what it is as the role of a rule, as old targets have it."""
    workflows_kept: int = 10_000
    """The latest of those that are over; what came before is forgotten."""
    pipeline_queue_limit: int = 30
    """Pipelines in a queue from which on no more are let in."""
    promotion_processing_seconds: float = 0.3
    """From a promotion until it is no longer `processing`."""
    auto_promotion_seconds: float = 0.3
    """From the end of a pipeline until what is promoted automatically starts."""
    archived_logs_lose_tail: bool = True
    """Whether a follower who crosses the end of a self-hosted job gets no more events (D 15.2)."""
    artifacts_api: bool = True
    object_store: ObjectStore = ObjectStore.GOOGLE
    api_token_in_ui: bool = True
    """Whether tokens open the plain logs of private projects, too (D 15.3)."""

    @classmethod
    def of(cls, edition: Edition, **overrides: Any) -> "Settings":
        """The settings of an edition, some of them overridden."""
        flags: dict[str, Any] = {**_EDITIONS[edition], **overrides}
        return replace(cls(edition=edition), **flags)


_SELF_HOSTED: dict[str, Any] = {
    "job_level_partial_rerun": False,
    "object_store": ObjectStore.S3,
    "restrict_job_ssh_access": False,
    "secrets_access_policy": False,
    "skip_schedulers": True,
}
_EDITIONS: dict[Edition, dict[str, Any]] = {
    Edition.CLOUD: {},
    Edition.EE: _SELF_HOSTED,
    Edition.CE: {
        **_SELF_HOSTED,
        "promotions": False,
        "deployment_targets": False,
        "advanced_deployment_targets": False,
        "git_integration": True,
    },
}
