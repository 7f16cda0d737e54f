"""Where each kind shows what its manifests say; a key that is missing here fails the law."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tests.laws.held import forms
from tests.laws.held.forms import Form, default, listed, number, text, word


def _as_it_is(held: Any) -> Any:
    return held


@dataclass(frozen=True)
class Leaf:
    """One value: where it is shown, and in which form. ``shown`` brings what is held into it.

    ``entries``: it is a list of mappings. Null, which is all of them commented out, keeps those.
    """

    at: str
    form: Form = text
    shown: Callable[[Any], Any] = _as_it_is
    entries: bool = False


@dataclass(frozen=True)
class Items:
    """A list that is complete, whose items have leaves: known ``by`` a key, else by position.

    ``objects``: its items are objects of their own.
    """

    at: str
    table: Mapping[str, "Leaf | Items"]
    by: str = ""
    ordered: bool = True
    objects: bool = False
    entries: Literal[True] = True


Table = Mapping[str, Leaf | Items]

_HERE = Leaf("", lambda _, __: forms.KEPT)
"""A key that says only where this object is."""


_YES, _NO, _ON = default(True), default(False), word("ACTIVE")

_PARAMETERS = Items(
    "parameters",
    {
        "name": Leaf("name"),
        "description": Leaf("description"),
        "required": Leaf("required", _NO),
        "default_value": Leaf("default_value"),
        "options": Leaf("options", listed),
        "validate_input_format": Leaf("validate_input_format", _NO),
        "regex_pattern": Leaf("regex_pattern"),
    },
    by="name",
)


def _values(above: str, shown: str = "") -> Table:
    """Return environment variables and files below a key of a manifest."""
    env_vars = {
        "name": Leaf("name"),
        "value": Leaf("value"),
        "value_from": Leaf("value", forms.sourced),
    }
    files = {
        "path": Leaf("path"),
        "content": Leaf("content", forms.content, forms.content_held),
        "content_from": Leaf("content", forms.sourced_content, forms.content_held),
    }
    return {
        f"{above}.env_vars": Items(f"{shown}env_vars", env_vars, by="name", ordered=False),
        f"{above}.files": Items(f"{shown}files", files, by="path", ordered=False),
    }


_SECRET: Table = {
    "metadata.name": Leaf("metadata.name"),
    **_values("data", "data."),
    "org_config.projects_access": Leaf("org_config.projects_access", forms.policy(word("ALL"))),
    "org_config.project_ids": Leaf(
        "org_config.project_ids", forms.policy(forms.project_ids), forms.as_set
    ),
    "org_config.debug_access": Leaf("org_config.debug_access", forms.policy(word("JOB_DEBUG_YES"))),
    "org_config.attach_access": Leaf(
        "org_config.attach_access", forms.policy(word("JOB_ATTACH_YES"))
    ),
}

_PROJECT_SECRET: Table = {
    "metadata.name": Leaf("metadata.name"),
    "metadata.project_id_or_name": Leaf("metadata.project_id_or_name", forms.project_id),
    **_values("data", "data."),
}

_TARGET: Table = {
    "metadata.name": Leaf("name"),
    "metadata.project_id_or_name": Leaf("project_id", forms.project_id),
    "metadata.project_id": Leaf("project_id", forms.project_id),
    "metadata.description": Leaf("description"),
    "metadata.url": Leaf("url"),
    "spec.subject_rules": Leaf(
        "subject_rules", forms.subject_rules, forms.subjects_held, entries=True
    ),
    "spec.object_rules": Leaf("object_rules", forms.object_rules, forms.objects_held, entries=True),
    **{f"spec.bookmark_parameter{n}": Leaf(f"bookmark_parameter{n}") for n in (1, 2, 3)},
    **_values("spec"),
    "spec.active": Leaf("active", _YES),
}

_REPOSITORY: Table = {
    "url": Leaf("spec.repository.url", forms.remote),
    "integration_type": Leaf("spec.repository.integration_type", word("github_token")),
    "run_on": Leaf("spec.repository.run_on", forms.a_set(str.lower), sorted),
    "pipeline_file": Leaf("spec.repository.pipeline_file", forms.pipeline_file),
    "status.pipeline_files": Leaf(
        "spec.repository.status.pipeline_files", forms.statuses, entries=True
    ),
    "whitelist.branches": Leaf("spec.repository.whitelist.branches", forms.a_set(), forms.as_set),
    "whitelist.tags": Leaf("spec.repository.whitelist.tags", forms.a_set(), forms.as_set),
    **{
        f"forked_pull_requests.{name}": Leaf(
            f"spec.repository.forked_pull_requests.{name}", forms.split, sorted
        )
        for name in ("allowed_secrets", "allowed_contributors")
    },
}

TASK: Table = {
    "name": Leaf("name"),
    "description": Leaf("description"),
    "scheduled": Leaf("recurring", _YES),
    "branch": Leaf("reference", forms.branch),
    "reference": Leaf("reference", forms.reference),
    "at": Leaf("at"),
    "pipeline_file": Leaf("pipeline_file"),
    "status": Leaf("paused", forms.paused_by_status),
    "parameters": _PARAMETERS,
}
"""An entry of a project's ``tasks`` or ``schedulers``, as the schedule it is (A 12)."""

_PROJECT: Table = {
    "metadata.name": Leaf("metadata.name"),
    "metadata.description": Leaf("metadata.description"),
    "spec.visibility": Leaf("spec.visibility", word("private")),
    "spec.custom_permissions": Leaf("spec.custom_permissions", _NO),
    "spec.debug_permissions": Leaf("spec.debug_permissions", forms.a_set(), sorted),
    "spec.attach_permissions": Leaf("spec.attach_permissions", forms.a_set(str, "empty"), sorted),
    **{f"spec.repository.{key}": leaf for key, leaf in _REPOSITORY.items()},
    **dict.fromkeys(("spec.tasks", "spec.schedulers"), Items("", TASK, objects=True)),
}

_SCHEDULE: Table = {
    "apiVersion": Leaf("recurring", forms.recurring_by_version),
    "metadata.name": Leaf("name"),
    "metadata.description": Leaf("description"),
    "spec.project": Leaf("project_id", forms.project_id),
    "spec.recurring": Leaf("recurring", _YES),
    "spec.branch": Leaf("reference", forms.branch),
    "spec.reference": Leaf("reference", forms.reference),
    "spec.at": Leaf("at"),
    "spec.pipeline_file": Leaf("pipeline_file"),
    "spec.paused": Leaf("paused", _NO),
    "spec.parameters": _PARAMETERS,
}

_RULE: Table = {
    "name": Leaf("name"),
    **{
        f"filter.{name}": Leaf(f"filter.{name}", forms.a_set(), forms.as_set)
        for name in ("projects", "branches", "pipelines", "blocks", "results", "tags")
    },
    "filter.states": Leaf("filter.states", listed),
    "notify.slack.endpoint": Leaf("notify.slack.endpoint"),
    "notify.slack.endpoint_from": Leaf("notify.slack.endpoint", forms.sourced),
    "notify.slack.channels": Leaf("notify.slack.channels", listed),
    "notify.slack.message": Leaf("notify.slack.message"),
    "notify.slack.status": Leaf("notify.slack.status", _ON),
    "notify.email.subject": Leaf("notify.email.subject"),
    "notify.email.cc": Leaf("notify.email.cc", listed),
    "notify.email.bcc": Leaf("notify.email.bcc", listed),
    "notify.email.content": Leaf("notify.email.content"),
    "notify.email.status": Leaf("notify.email.status", _ON),
    "notify.webhook.endpoint": Leaf("notify.webhook.endpoint"),
    "notify.webhook.endpoint_from": Leaf("notify.webhook.endpoint", forms.sourced),
    "notify.webhook.timeout": Leaf("notify.webhook.timeout", number),
    "notify.webhook.action": Leaf("notify.webhook.action"),
    "notify.webhook.retries": Leaf("notify.webhook.retries", number),
    "notify.webhook.status": Leaf("notify.webhook.status", _ON),
    "notify.webhook.secret": Leaf("notify.webhook.secret"),
}

_NOTIFICATION: Table = {
    "metadata.name": Leaf("metadata.name"),
    "spec.rules": Items("spec.rules", _RULE),
}

_WIDGET: Table = {
    "name": Leaf("name"),
    "type": Leaf("type"),
    "filters.project_id": Leaf("filters.project_id", forms.project_or_none),
    **{
        f"filters.{name}": Leaf(f"filters.{name}", default(None))
        for name in ("branch", "github_uid", "pipeline_file")
    },
}

_DASHBOARD: Table = {
    "metadata.name": Leaf("metadata.name"),
    "metadata.title": Leaf("metadata.title", forms.title),
    "spec.widgets": Items("spec.widgets", _WIDGET),
}

_SETTINGS = "spec.agent_name_settings"

_AGENT_TYPE: Table = {
    "metadata.name": Leaf("metadata.name"),
    f"{_SETTINGS}.assignment_origin": Leaf(
        f"{_SETTINGS}.assignment_origin", word("assignment_origin_agent", str.lower)
    ),
    f"{_SETTINGS}.release_after": Leaf(f"{_SETTINGS}.release_after", number),
    **{
        f"{_SETTINGS}.aws.{name}": Leaf(f"{_SETTINGS}.aws.{name}", shown=lambda held: held or "")
        for name in ("account_id", "role_name_patterns")
    },
}

_POLICY: Table = {
    "metadata.project_id_or_name": _HERE,
    **{
        f"spec.{level}_level_retention_policies": Leaf(
            f"{level}_level_retention_policies", forms.retention, forms.retention_held, entries=True
        )
        for level in ("project", "workflow", "job")
    },
}

HELD: Mapping[str, Table] = {
    "ArtifactsRetentionPolicy": _POLICY,
    "Dashboard": _DASHBOARD,
    "DeploymentTarget": _TARGET,
    "Notification": _NOTIFICATION,
    "Project": _PROJECT,
    "ProjectSecret": _PROJECT_SECRET,
    "Schedule": _SCHEDULE,
    "Secret": _SECRET,
    "SelfHostedAgentType": _AGENT_TYPE,
}
