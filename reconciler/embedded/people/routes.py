"""Read endpoints of roles and members (D 18.1, F B2, F B3)."""

import json
import re
import sqlite3
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.params import world_of
from reconciler.embedded.people import storage
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Refused, json_string, json_untyped, text
from reconciler.embedded.settings import Edition
from reconciler.embedded.store import World

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def list_roles(request: Request) -> Response:
    """Roles of the organization only, and not in the form of the documents (C 1.5, F B3).

    Those of projects are found by id or at members.
    """
    world = _permitted(request, "organization.custom_roles.view")
    return json_untyped(200, [_listed(world, row) for row in storage.roles(world, "org")])


async def describe_role(request: Request) -> Response:
    world = _permitted(request, "organization.custom_roles.view")
    role_id = request.path_params["id"]
    if not _UUID.fullmatch(role_id):
        return json_string(400, "Invalid uuid passed as an argument where uuid v4 was expected.")
    row = storage.find_role(world, role_id)
    if row is None:
        return json_string(404, f"Role with id {role_id} not found")
    return json_untyped(200, _role(world, row))


async def list_members(request: Request) -> Response:
    world = _permitted(request, "organization.people.view")
    found = [_member(row, row["org_role_id"]) for row in storage.organization_members(world)]
    return json_untyped(200, {"members": found, "total_pages": 1})


async def list_project_members(request: Request) -> Response:
    world = world_of(request)
    project = projects.find_by_id(world, request.path_params["project_id"])
    if project is None:
        return text(404, "Not found")
    _permitted(request, "project.access.view")
    found = storage.members(world, project["id"])
    return json_untyped(200, {"members": [_member_of_project(world, row) for row in found]})


def _permitted(request: Request, permission: str) -> World:
    world = world_of(request)
    if not world.allowed(permission):
        raise Refused(text(403, "Permission denied"))
    return world


def _role(world: World, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "org_id": _organization(world),
        "scope": row["scope"],
        "description": row["description"],
        "permissions": json.loads(row["permissions"]),
        "readonly": storage.is_built_in(world, row),
    }


def _listed(world: World, row: sqlite3.Row) -> dict[str, Any]:
    """The list shows a role as it is inside the server: scopes are numbers (F B3)."""
    return _role(world, row) | {
        "scope": _SCOPES[row["scope"]],
        "rbac_permissions": [_permission(world, name) for name in json.loads(row["permissions"])],
        "maps_to": None,
        "inherited_role": None,
    }


def _permission(world: World, name: str) -> dict[str, Any]:
    """Its id is random in every organization (F B3)."""
    id_ = str(uuid.uuid5(uuid.UUID(world.org_id), name))
    scope = _SCOPES["project" if name.startswith("project.") else "org"]
    return {"id": id_, "name": name, "description": "", "scope": scope}


def _organization(world: World) -> str:
    return "" if world.settings.edition is Edition.CE else world.org_id


def _member(row: sqlite3.Row, role_id: str) -> dict[str, Any]:
    return _person(row, [_binding(row, role_id, "manually")])


def _member_of_project(world: World, row: sqlite3.Row) -> dict[str, Any]:
    """Whoever created a project is its Admin, and as an Owner once more (F B2, F G1)."""
    role_id = row["project_role_id"]
    bindings = [_binding(row, role_id, "manually")]
    if world.settings.edition is not Edition.CE:
        bindings.append(_binding(row, role_id, "inherited_from_org_role"))
    return _person(row, bindings)


def _person(row: sqlite3.Row, roles: list[dict[str, Any]]) -> dict[str, Any]:
    return {"id": row["id"], "subject_type": "user", "name": row["name"], "roles": roles}


def _binding(row: sqlite3.Row, role_id: str, source: str) -> dict[str, Any]:
    return {"role_id": role_id, "role_name": row["role_name"], "source": source}


_SCOPES = {"org": 1, "project": 2}
_V1 = "/api/v1alpha"

ROUTES = [
    Route(f"{_V1}/roles", list_roles, methods=["GET"]),
    Route(f"{_V1}/roles/{{id}}", describe_role, methods=["GET"]),
    Route(f"{_V1}/members", list_members, methods=["GET"]),
    Route(f"{_V1}/projects/{{project_id}}/members", list_project_members, methods=["GET"]),
]
