"""Which keys the official client takes in a manifest: an unlisted one is an error there (E 3)."""

from collections.abc import Iterator
from typing import Any

KEYS: dict[str, Any] = {
    "Project": {
        "metadata": {"name", "id", "description"},
        "spec": {
            "visibility": None,
            "repository": {
                "url": None,
                "run_on": None,
                "forked_pull_requests": {"allowed_secrets", "allowed_contributors"},
                "pipeline_file": None,
                "status": {"pipeline_files": {"path", "level"}},
                "whitelist": {"branches", "tags"},
                "integration_type": None,
            },
            "custom_permissions": None,
            "debug_permissions": None,
            "attach_permissions": None,
        },
    },
    "Secret": {
        "metadata": {"name"},
        "data": {"env_vars": {"name", "value"}, "files": {"path", "content"}},
        "org_config": {"projects_access", "project_ids", "debug_access", "attach_access"},
    },
    "ProjectSecret": {
        "metadata": {"name", "project_id_or_name"},
        "data": {"env_vars": {"name", "value"}, "files": {"path", "content"}},
    },
    "Dashboard": {
        "metadata": {"name", "title"},
        "spec": {"widgets": {"name": None, "type": None, "filters": None}},
    },
    "Notification": {
        "metadata": {"name"},
        "spec": {
            "rules": {
                "name": None,
                "filter": {
                    *("projects", "branches", "tags", "pipelines", "blocks", "states", "results")
                },
                "notify": {
                    "slack": {"endpoint", "channels", "message"},
                    "email": {"subject", "cc", "bcc", "content"},
                    "webhook": {"endpoint", "timeout", "action", "retries", "secret"},
                },
            }
        },
    },
    "SelfHostedAgentType": {
        "metadata": {"name"},
        "spec": {
            "agent_name_settings": {
                "assignment_origin": None,
                "release_after": None,
                "aws": {"account_id", "role_name_patterns"},
            }
        },
    },
    "DeploymentTarget": {
        "metadata": {"name", "project_id", "description", "url"},
        "spec": {
            "active": None,
            "bookmark_parameter1": None,
            "bookmark_parameter2": None,
            "bookmark_parameter3": None,
            "subject_rules": {"type", "subject_id", "git_login"},
            "object_rules": {"type", "match_mode", "pattern"},
            "env_vars": {"name", "value"},
            "files": {"path", "content", "source"},
        },
    },
}
"""None: a value, or anything."""

OURS = ("value_from", "content_from", "endpoint_from", "project_id_or_name")
"""Keys that are ours on purpose: where a value is, and a name where the client wants an id."""

LATER = ("status",)
"""Of Slack, e-mail and webhook: the API has it, and version 0.35 of the client does not."""


def unknown(document: dict[str, Any]) -> list[str]:
    """Return the keys of a manifest that the client would refuse; none of a kind it lacks."""
    keys = KEYS.get(document["kind"])
    if keys is None:
        return []
    rest = {key: value for key, value in document.items() if key not in ("apiVersion", "kind")}
    return list(_unknown(rest, keys, ""))


def _unknown(value: Any, keys: Any, above: str) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from _unknown(item, keys, above)
    if keys is None or not isinstance(value, dict):
        return
    for key, inner in value.items():
        at = f"{above}{key}"
        if key not in keys and key not in OURS and not (key in LATER and "notify." in above):
            yield at
        elif isinstance(keys, dict):
            yield from _unknown(inner, keys.get(key), f"{at}.")
