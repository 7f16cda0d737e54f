"""The roles and the people of the organization; every person is a member of every project."""

import json
import sqlite3

from reconciler.embedded.store import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS roles (
    id TEXT PRIMARY KEY,
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    UNIQUE (scope, name)
);
CREATE TABLE IF NOT EXISTS users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    provider TEXT NOT NULL,
    login TEXT NOT NULL,
    org_role_id TEXT NOT NULL REFERENCES roles (id),
    project_role_id TEXT NOT NULL REFERENCES roles (id)
);
"""

LOGIN = "embedded-user"

_READ = ("project.view", "project.scheduler.view", "project.deployment_targets.view")
_WRITE = (
    *_READ,
    "project.job.rerun",
    "project.job.stop",
    "project.scheduler.manage",
    "project.scheduler.run_manually",
)
_MANAGE = (
    *_WRITE,
    "project.access.manage",
    "project.access.view",
    "project.delete",
    "project.deployment_targets.manage",
    "project.general_settings.manage",
    "project.general_settings.view",
    "project.repository_info.manage",
    "project.secrets.manage",
)
_SEE_ORGANIZATION = ("organization.view", "organization.people.view")
_RUN_ORGANIZATION = (
    *_SEE_ORGANIZATION,
    "organization.custom_roles.view",
    "organization.notifications.manage",
    "organization.notifications.view",
    "organization.people.manage",
    "organization.projects.create",
    "organization.secrets.manage",
    "organization.self_hosted_agents.manage",
    "organization.self_hosted_agents.view",
)
_OWN_ORGANIZATION = (*_RUN_ORGANIZATION, "organization.custom_roles.manage", "organization.delete")

_ROLES = (
    ("project", "Admin", "Changes everything in the project", _MANAGE),
    ("project", "Contributor", "Runs and changes things in the project", _WRITE),
    ("project", "Reader", "Sees the project", _READ),
    ("org", "Owner", "Owns the organization", _OWN_ORGANIZATION),
    ("org", "Admin", "Manages the organization", _RUN_ORGANIZATION),
    ("org", "Member", "Belongs to the organization", _SEE_ORGANIZATION),
)


def prepare(world: World) -> None:
    """The roles every organization has, and the one person who calls."""
    with world.transaction():
        for scope, name, description, permissions in _ROLES:
            world.db.execute(
                "INSERT OR IGNORE INTO roles VALUES (?, ?, ?, ?, ?)",
                (world.uuid(), scope, name, description, json.dumps(sorted(permissions))),
            )
        world.db.execute(
            "INSERT OR IGNORE INTO users SELECT ?, 'Embedded User', 'github', ?, org.id, project.id"
            " FROM roles AS org, roles AS project"
            " WHERE org.scope = 'org' AND org.name = 'Owner'"
            " AND project.scope = 'project' AND project.name = 'Admin'",
            (world.user_id, LOGIN),
        )


def roles(world: World, scope: str) -> list[sqlite3.Row]:
    found = world.db.execute("SELECT * FROM roles WHERE scope = ? ORDER BY name", (scope,))
    return found.fetchall()


def find_role(world: World, role_id: str) -> sqlite3.Row | None:
    """Of any scope."""
    found = world.db.execute("SELECT * FROM roles WHERE id = ?", (role_id.lower(),))
    row: sqlite3.Row | None = found.fetchone()
    return row


def role_by(world: World, name_or_id: str) -> sqlite3.Row | None:
    """A project-scope role by its name or id, both whatever their case (C 1.5)."""
    wanted = name_or_id.lower()
    candidates = roles(world, "project")
    return next((row for row in candidates if wanted in (row["id"], row["name"].lower())), None)


def members(world: World, _project_id: str) -> list[sqlite3.Row]:
    """Users with the name of their role in the project as `role_name`."""
    found = world.db.execute(
        "SELECT users.*, roles.name AS role_name FROM users"
        " JOIN roles ON roles.id = users.project_role_id ORDER BY users.name, users.id"
    )
    return found.fetchall()


def organization_members(world: World) -> list[sqlite3.Row]:
    """Users with the name of their role in the organization as `role_name`."""
    found = world.db.execute(
        "SELECT users.*, roles.name AS role_name FROM users"
        " JOIN roles ON roles.id = users.org_role_id ORDER BY users.name, users.id"
    )
    return found.fetchall()


def member_by_login(world: World, project_id: str, login: str) -> sqlite3.Row | None:
    """A member by the login at the git provider, whose case counts (C 1.5)."""
    return next((row for row in members(world, project_id) if row["login"] == login), None)


def is_member(world: World, project_id: str, user_id: str) -> bool:
    """Whether the user is a member; the id's case does not count (C 1.5)."""
    return any(row["id"] == user_id.lower() for row in members(world, project_id))
