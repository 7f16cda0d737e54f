"""The roles every organization has, by edition (F G2, F G3)."""

import re
from typing import NamedTuple

from reconciler.embedded.settings import Edition

_CHOICE = re.compile(r"(.*)\{(.*)\}")


class Role(NamedTuple):
    """A role as it comes with an organization; without an ``id`` it is given one."""

    scope: str
    name: str
    description: str
    permissions: frozenset[str]
    id: str = ""


def _permissions(area: str, words: str) -> frozenset[str]:
    """Return ``project.secrets.view`` and the like for ``secrets.{view,manage}``."""
    found: set[str] = set()
    for word in words.split():
        choice = _CHOICE.fullmatch(word)
        ends = choice[2].split(",") if choice else [""]
        found |= {f"{area}.{choice[1] if choice else word}{end}" for end in ends}
    return frozenset(found)


_ORGANIZATION = _permissions(
    "organization",
    "okta.{view,manage} contact_support delete view secrets_policy_settings.{manage,view}"
    " activity_monitor.view projects.create audit_logs.{view,manage} people.{view,invite,manage}"
    " change_owner groups.{view,manage} custom_roles.{view,manage}"
    " self_hosted_agents.{view,manage} general_settings.{view,manage} secrets.{view,manage}"
    " ip_allow_list.{view,manage} notifications.{view,manage} pre_flight_checks.{view,manage}"
    " plans_and_billing.{view,manage} dashboards.{view,manage} instance_git_integration.manage"
    " service_accounts.{view,manage}",
)
_OF_OWNERS = _permissions(
    "organization", "delete change_owner custom_roles.manage instance_git_integration.manage"
)
_OF_MEMBERS = _permissions(
    "organization",
    "contact_support secrets_policy_settings.view view activity_monitor.view projects.create"
    " self_hosted_agents.{view,manage} groups.view secrets.{view,manage}"
    " notifications.{view,manage} dashboards.{view,manage}",
)
_PROJECT = _permissions(
    "project",
    "view delete access.{view,manage} secrets.{view,manage} notifications.{view,manage}"
    " insights.{view,manage} flaky_tests.{view,manage}"
    " artifacts.{view,delete,view_settings,modify_settings}"
    " scheduler.{view,manage,run_manually} general_settings.{view,manage}"
    " repository_info.{view,manage} deployment_targets.{view,manage}"
    " pre_flight_checks.{view,manage} workflow.manage job.{rerun,stop,attach}",
)
_OF_ADMINS = _permissions("project", "access.manage deployment_targets.manage")
_OF_READERS = _permissions(
    "project",
    "view notifications.view access.view insights.view flaky_tests.view deployment_targets.view"
    " scheduler.view general_settings.view repository_info.view pre_flight_checks.view"
    " artifacts.view",
)
_ROLES = (
    Role("org", "Owner", "Owns the organization", _ORGANIZATION),
    Role(
        "org",
        "Admin",
        "Manages the organization",
        (_ORGANIZATION - _OF_OWNERS) | {"project.delete"},
    ),
    Role("org", "Member", "Belongs to the organization", _OF_MEMBERS),
    Role("project", "Admin", "Changes everything in the project", _PROJECT),
    Role("project", "Contributor", "Runs and changes things in it", _PROJECT - _OF_ADMINS),
    Role("project", "Reader", "Sees the project", _OF_READERS),
)

_CE_MEMBER = _permissions(
    "organization",
    "view activity_monitor.view self_hosted_agents.{view,manage} secrets.{view,manage}"
    " notifications.{view,manage} dashboards.{view,manage}",
) | _permissions(
    "project",
    "view access.view secrets.view notifications.view artifacts.{view,view_settings}"
    " scheduler.view general_settings.view repository_info.view",
)
_CE_ALL = (
    _CE_MEMBER
    | _permissions(
        "organization",
        "delete projects.create people.{view,invite,manage} change_owner custom_roles.view"
        " general_settings.{view,manage} pre_flight_checks.{view,manage}"
        " instance_git_integration.manage service_accounts.{view,manage}",
    )
    | _permissions(
        "project",
        "delete access.manage secrets.manage notifications.manage"
        " artifacts.{delete,modify_settings} scheduler.{manage,run_manually}"
        " general_settings.manage repository_info.manage workflow.manage job.{rerun,stop,attach}",
    )
)
_CE_ROLES = (
    Role(
        *("org", "Owner", "Owns the organization", _CE_ALL),
        id="ca5b2b01-79f7-4838-8b7b-2ebb5b7e7b5b",
    ),
    Role(
        *("org", "Admin", "Manages the organization", _CE_ALL),
        id="54d0e034-a77f-466b-8e49-819e94e8a2e1",
    ),
    Role(
        *("org", "Member", "Belongs to the organization", _CE_MEMBER),
        id="1cee59c8-055d-4dc7-807f-a008937a4b27",
    ),
)


def roles_of(edition: Edition) -> tuple[Role, ...]:
    """In the Community Edition there are none of projects."""
    return _CE_ROLES if edition is Edition.CE else _ROLES
