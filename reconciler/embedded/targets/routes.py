"""The routes of deployment targets (C 1.1)."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.params import merged, world_of
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import Refused, json_untyped, text
from reconciler.embedded.store import World
from reconciler.embedded.targets import checks, draft, history, lifecycle, storage
from reconciler.embedded.targets.secrets import Secret
from reconciler.embedded.targets.shapes import shape
from reconciler.embedded.verification import internal_error, refused


async def list_targets(request: Request) -> Response:
    """All of a project, or the one with a name: an unknown name is an empty list (C 1.9)."""
    world, params = world_of(request), await merged(request)
    checks.verify_listing(params)
    checks.available(world)
    project_id = params.get("project_id")
    if project_id is None:
        raise Refused(text(404, "Project not found"))
    permitted_project(world, project_id, checks.VIEW)
    if "target_name" in params:
        row = storage.find_by_name(world, project_id, params["target_name"])
        rows = [] if row is None else [row]
        return json_untyped(200, [shape(world, row) for row in rows])
    rows = storage.of_project(world, project_id)
    return json_untyped(200, [_listed(world, row) for row in rows])


async def create(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    checks.verify_creation(params)
    checks.available(world, params.get("subject_rules"))
    permitted_project(world, params["project_id"], checks.MANAGE)
    wanted = draft.for_creation(world, params)
    row = lifecycle.create(world, params["project_id"], wanted)
    return json_untyped(200, shape(world, row))


async def describe(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    checks.verify_description(params)
    checks.available(world)
    row = checks.permitted_target(world, params["target_id"], checks.VIEW)
    shown = shape(world, row)
    if str(params.get("include_secrets", "")).lower() in ("true", "yes"):
        shown |= Secret.load(row["secret"]).hashed()
    return json_untyped(200, shown)


async def update(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    checks.verify_update(params)
    checks.available(world, params.get("subject_rules"))
    row = checks.permitted_target(world, params["target_id"], checks.MANAGE)
    wanted = draft.for_update(world, params, row)
    return json_untyped(200, shape(world, lifecycle.update(world, row, wanted)))


async def delete(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    checks.verify_ids(params, "unique_token", "id", "target_id")
    checks.available(world)
    row = checks.permitted_target(world, params["target_id"], checks.MANAGE)
    if "unique_token" not in params:
        raise refused(400, "target_id and unique_token are required to delete a deployment target")
    if params["unique_token"] is None:
        raise internal_error()
    return json_untyped(200, {"target_id": lifecycle.delete(world, row, params["unique_token"])})


def _cordoning(*, cordoned: bool) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        world, params = world_of(request), await merged(request)
        checks.verify_ids(params, "target_id", "id")
        checks.available(world)
        row = checks.permitted_target(world, params["target_id"], checks.MANAGE)
        lifecycle.cordon(world, row, cordoned=cordoned)
        return json_untyped(200, {"cordoned": cordoned, "target_id": row["id"]})

    return answer


async def show_history(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    checks.verify_history(params)
    checks.available(world)
    row = checks.permitted_target(world, params["target_id"], checks.VIEW)
    return json_untyped(200, history.page(world, row["id"], params))


def _listed(world: World, row: sqlite3.Row) -> dict[str, Any]:
    """Only the plain list knows the last deployment (C 1.2)."""
    return shape(world, row) | {"last_deployment": history.last_deployment(world, row)}


_TARGETS = "/api/v1alpha/deployment_targets"
_TARGET = _TARGETS + "/{target_id}"
ROUTES = [
    Route(_TARGETS, list_targets, methods=["GET"]),
    Route(_TARGETS, create, methods=["POST"]),
    Route(_TARGET, describe, methods=["GET"]),
    Route(_TARGET, update, methods=["PATCH"]),
    Route(_TARGET, delete, methods=["DELETE"]),
    Route(_TARGET + "/deactivate", _cordoning(cordoned=True), methods=["PATCH"]),
    Route(_TARGET + "/activate", _cordoning(cordoned=False), methods=["PATCH"]),
    Route(_TARGET + "/history", show_history, methods=["GET"]),
]
