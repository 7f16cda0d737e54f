"""The roles and the people of the organization; every person is a member of every project."""

import json
import sqlite3

from reconciler.embedded.people.roles import roles_of
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


def prepare(world: World) -> None:
    """The roles every organization has, and the one person who calls."""
    with world.transaction():
        for role in roles_of(world.settings.edition):
            listed = json.dumps(sorted(role.permissions))
            world.db.execute(
                "INSERT INTO roles VALUES (?, ?, ?, ?, ?) ON CONFLICT (scope, name) DO UPDATE"
                " SET permissions = excluded.permissions WHERE permissions != excluded.permissions",
                (role.id or world.uuid(), role.scope, role.name, role.description, listed),
            )
        owner, admin = _role(world, "org", "Owner"), _role(world, "project", "Admin")
        assert owner is not None  # noqa: S101 — in every edition there is one
        world.db.execute(
            "INSERT OR IGNORE INTO users VALUES (?, 'Embedded User', 'github', ?, ?, ?)",
            (world.user_id, LOGIN, owner["id"], (admin or owner)["id"]),
        )


def admit(
    world: World, login: str, *, id_: str = "", role: str = "Reader", role_id: str = ""
) -> str:
    """Make somebody a member who has a role in projects, and return its id.

    A role that is not there is made.
    """
    known = role_by(world, role_id or role)
    role_id = known["id"] if known else role_id or world.uuid()
    owner = _role(world, "org", "Owner")
    assert owner is not None  # noqa: S101 — in every edition there is one
    with world.transaction():
        if known is None:
            row = (role_id, "project", role, "", "[]")
            world.db.execute("INSERT INTO roles VALUES (?, ?, ?, ?, ?)", row)
        world.db.execute(
            "INSERT OR IGNORE INTO users VALUES (?, ?, 'github', ?, ?, ?)",
            (id_ or world.uuid(), login, login, owner["id"], role_id),
        )
    return str(role_id)


def is_built_in(world: World, row: sqlite3.Row) -> bool:
    known = {(role.scope, role.name) for role in roles_of(world.settings.edition)}
    return (row["scope"], row["name"]) in known


def roles(world: World, scope: str) -> list[sqlite3.Row]:
    found = world.db.execute("SELECT * FROM roles WHERE scope = ? ORDER BY rowid", (scope,))
    return found.fetchall()


def _role(world: World, scope: str, name: str) -> sqlite3.Row | None:
    return next((row for row in roles(world, scope) if row["name"] == name), None)


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
