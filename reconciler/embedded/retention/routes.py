"""The routes of retention policies: one call to set, one to read, none to remove (C 4.1)."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.params import merged, world_of
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import json_untyped
from reconciler.embedded.retention import rules, storage
from reconciler.embedded.retention.ages import to_text
from reconciler.embedded.store import World
from reconciler.embedded.verification import (
    is_present,
    refused,
    verify,
    verify_uuid,
)


async def describe(request: Request) -> Response:
    world = world_of(request)
    given = _verified_project_id(request.path_params["project_id"])
    project_id = _provisioned(world, given, "project.general_settings.view")
    return json_untyped(200, _shape(storage.find(world, project_id)))


async def apply(request: Request) -> Response:
    """Create and update alike: all three levels are replaced (C 4.2)."""
    world = world_of(request)
    params = await merged(request)
    given = _verified_project_id(params.get("project_id"))
    levels = rules.read(params)
    project_id = _provisioned(world, given, "project.general_settings.manage")
    rules.verify_limits(levels)
    storage.replace(world, project_id, levels)
    return json_untyped(200, _shape(storage.find(world, project_id)))


def _verified_project_id(given: Any) -> str:
    verify(is_present(given), "project_id must be present")
    verify_uuid(given, "project id must be a valid UUID")
    return str(given)


def _provisioned(world: World, project_id: str, permission: str) -> str:
    """The project's id; a fresh project has no artifact store yet (C 4.4)."""
    project = permitted_project(world, project_id, permission)
    if projects.is_ready(world, project):
        return str(project["id"])
    raise refused(400, "artifact bucket ID is malformed")


def _shape(levels: rules.Levels) -> dict[str, Any]:
    return {
        level: [{"age": to_text(rule.seconds), "selector": rule.selector} for rule in levels[level]]
        for level in sorted(levels)
    }


_POLICIES = "/api/v1alpha/artifacts_retention_policies"
ROUTES = [
    Route(_POLICIES, apply, methods=["POST"]),
    Route(_POLICIES + "/{project_id}", describe, methods=["GET"]),
]
