"""Read endpoints of roles and members (D 18.1)."""

import json
import re
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.params import world_of
from reconciler.embedded.people import storage
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Refused, json_string, json_untyped, text
from reconciler.embedded.store import World

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def list_roles(request: Request) -> Response:
    """Roles of the organization only: those of projects are found by id or at members (C 1.5)."""
    world = _permitted(request, "organization.custom_roles.view")
    return json_untyped(200, {"roles": [_role(world, row) for row in storage.roles(world, "org")]})


async def describe_role(request: Request) -> Response:
    world = _permitted(request, "organization.custom_roles.view")
    role_id = request.path_params["id"]
    row = storage.find_role(world, role_id) if _UUID.fullmatch(role_id) else None
    if row is None:
        return json_string(404, "Role not found")
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
    listed = [_member(row, row["project_role_id"]) for row in found]
    return json_untyped(200, {"members": listed, "total_pages": 1})


def _permitted(request: Request, permission: str) -> World:
    world = world_of(request)
    if not world.allowed(permission):
        raise Refused(text(403, "Permission denied"))
    return world


def _role(world: World, row: sqlite3.Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "name": row["name"],
        "org_id": world.org_id,
        "scope": row["scope"],
        "description": row["description"],
        "permissions": json.loads(row["permissions"]),
        "readonly": True,
    }


def _member(row: sqlite3.Row, role_id: str) -> dict[str, Any]:
    binding = {"role_id": role_id, "role_name": row["role_name"], "source": "manually"}
    return {"id": row["id"], "subject_type": "user", "name": row["name"], "roles": [binding]}


_V1 = "/api/v1alpha"

ROUTES = [
    Route(f"{_V1}/roles", list_roles, methods=["GET"]),
    Route(f"{_V1}/roles/{{id}}", describe_role, methods=["GET"]),
    Route(f"{_V1}/members", list_members, methods=["GET"]),
    Route(f"{_V1}/projects/{{project_id}}/members", list_project_members, methods=["GET"]),
]
