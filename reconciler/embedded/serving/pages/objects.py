"""What an organization holds: the kinds of objects, how many there are, and their names."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

MOST = 50
"""Names of a list that are shown at once."""

_LIVE = "project_id NOT IN (SELECT id FROM projects WHERE deleted_at IS NOT NULL)"
_VALUES = r"data\.env_vars\.\d+\.value|data\.files\.\d+\.content"


@dataclass(frozen=True)
class Kind:
    word: str
    """As addresses of pages have it."""
    one: str
    more: str
    rows: str
    """A query of `id`, `name` and `project_id`; "" where there is no project around it."""
    api: str
    """Where the API shows one."""
    secret: str = ""
    """A pattern of the fields whose values are secret."""


@dataclass(frozen=True)
class Item:
    kind: Kind
    id: str
    name: str
    project_id: str

    @property
    def path(self) -> str:
        return f"{self.kind.word}/{quote(self.id, safe='')}"

    @property
    def api(self) -> str:
        """The path at which the API shows it."""
        return self.kind.api.format(id=self.id, name=self.name, project_id=self.project_id)


@dataclass(frozen=True)
class Names:
    """The first names of a list, and how many there are in all."""

    kind: Kind
    items: Sequence[Item]
    total: int

    @property
    def more(self) -> int:
        return self.total - len(self.items)


def _in_project(table: str) -> str:
    return f"SELECT id, coalesce(name, '') AS name, project_id FROM {table} WHERE {_LIVE}"  # noqa: S608 - our own names


def _of_organization(table: str, key: str = "id", where: str = "1") -> str:
    return f"SELECT {key} AS id, name, '' AS project_id FROM {table} WHERE {where}"  # noqa: S608 - our own names


PROJECT = Kind(
    "projects",
    "Project",
    "Projects",
    _of_organization("projects", where="deleted_at IS NULL"),
    "/api/v1alpha/projects/{name}",
)
IN_PROJECT = (
    Kind(
        "schedules",
        "Schedule",
        "Schedules",
        _in_project("schedules"),
        "/api/v1alpha/schedules/{id}",
    ),
    Kind(
        "deployment_targets",
        "Deployment target",
        "Deployment targets",
        _in_project("targets"),
        "/api/v1alpha/deployment_targets/{id}?include_secrets=true",
        r"env_vars\.\d+\.value|files\.\d+\.content",
    ),
    Kind(
        "project_secrets",
        "Project secret",
        "Project secrets",
        _in_project("project_secrets"),
        "/api/v1/projects/{project_id}/secrets/{id}",
        _VALUES,
    ),
    Kind(
        "retention_policies",
        "Artifact retention policy",
        "Artifact retention policies",
        f"SELECT project_id AS id, 'artifacts' AS name, project_id FROM retention_policies"  # noqa: S608 - our own names
        f" WHERE {_LIVE}",
        "/api/v1alpha/artifacts_retention_policies/{id}",
    ),
)
OF_ORGANIZATION = (
    Kind(
        "secrets",
        "Secret",
        "Secrets",
        _of_organization("secrets"),
        "/api/v1beta/secrets/{id}",
        _VALUES,
    ),
    Kind(
        "notifications",
        "Notification",
        "Notifications",
        _of_organization("notifications"),
        "/api/v1alpha/notifications/{id}",
        r"spec\.rules\.\d+\.notify\.\w+\.endpoint",
    ),
    Kind(
        "dashboards",
        "Dashboard",
        "Dashboards",
        _of_organization("dashboards"),
        "/api/v1alpha/dashboards/{id}",
    ),
    Kind(
        "agent_types",
        "Self-hosted agent type",
        "Self-hosted agent types",
        _of_organization("agent_types", "name"),
        "/api/v1alpha/self_hosted_agent_types/{id}",
    ),
    Kind(
        "agents",
        "Agent",
        "Agents",
        _of_organization("agents", "name", "state = 'registered'"),
        "/api/v1alpha/agents/{id}",
    ),
)
KINDS = {kind.word: kind for kind in (PROJECT, *IN_PROJECT, *OF_ORGANIZATION)}


def count(db: sqlite3.Connection, kind: Kind) -> int:
    found: int = db.execute(f"SELECT count(*) FROM ({kind.rows})").fetchone()[0]  # noqa: S608 - a constant
    return found


def find(db: sqlite3.Connection, kind: Kind, id_: str) -> Item | None:
    row = db.execute(f"SELECT * FROM ({kind.rows}) WHERE id = ?", (id_,)).fetchone()  # noqa: S608 - a constant
    return None if row is None else Item(kind, *row)


def names(db: sqlite3.Connection, kind: Kind, after: str = "", most: int = MOST) -> Names:
    """Those after a name, in their order."""
    return _names(db, kind, "name > ?", after, most)


def names_in(db: sqlite3.Connection, kind: Kind, project_id: str, most: int = MOST) -> Names:
    return _names(db, kind, "project_id = ?", project_id, most)


def _names(db: sqlite3.Connection, kind: Kind, where: str, value: str, most: int) -> Names:
    query = f"({kind.rows}) WHERE {where}"
    rows = db.execute(f"SELECT * FROM {query} ORDER BY name, id LIMIT {most}", (value,)).fetchall()  # noqa: S608 - constants
    total = len(rows)
    if total == most:
        total = db.execute(f"SELECT count(*) FROM {query}", (value,)).fetchone()[0]  # noqa: S608 - constants
    return Names(kind, [Item(kind, *row) for row in rows], total)
