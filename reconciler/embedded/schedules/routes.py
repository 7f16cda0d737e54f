"""Schedules over HTTP, also under the name of tasks (A 9-14)."""

import re
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import linked_pages
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.replies import Crash, Refused, json_string, json_untyped, text
from reconciler.embedded.schedules import (
    definition,
    running,
    shown,
    storage,
    triggers,
    writing,
    yaml,
)
from reconciler.embedded.store import World

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


async def list_schedules(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    project_id = _authorize(world, params.get("project_id"), "project.scheduler.view")
    page = linked_pages.asked_for(params, storage.count(world, project_id))
    rows = storage.of_project(world, project_id, limit=page.size, offset=page.offset)
    listed = [shown.schedule(world, row) for row in rows]
    return json_untyped(200, listed, linked_pages.headers(request, page))


async def describe(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    row = _addressed(world, params, "project.scheduler.view")
    described = {
        "schedule": shown.schedule(world, row),
        "triggers": triggers.latest(world, row["id"]),
    }
    return json_untyped(200, described)


async def run_now(request: Request) -> Response:
    """Not idempotent: each call is another workflow (D 18.1)."""
    world, params = world_of(request), await merged(request)
    row = _addressed(world, params, "project.scheduler.run_manually")
    return json_untyped(200, {"workflow_id": running.run_now(world, row, params)})


async def delete(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    row = _addressed(world, params, "project.scheduler.manage")
    storage.delete(world, row["id"])
    return json_string(200, "Schedule successfully deleted.")


async def apply(request: Request) -> Response:
    """Create or change as the definition says; parameters decide only on permission (A 9.1)."""
    world, params = world_of(request), await merged(request)
    _authorize(world, _project_id(world, params), "project.scheduler.manage")
    text_of_definition = params.get("yml_definition", "")
    try:
        with world.transaction():
            return json_string(200, _apply(world, definition.read(text_of_definition)))
    except (definition.Invalid, writing.Refused) as error:
        return json_string(400, str(error))


def _apply(world: World, wanted: definition.Definition) -> str:
    project = projects.find_by_name(world, wanted.project_name)
    if project is None:
        raise definition.Invalid(f"Project with name '{wanted.project_name}' not found.")
    if wanted.schedule_id and not _UUID.fullmatch(wanted.schedule_id):
        raise Refused(json_string(500, "Internal error"))
    row = storage.find(world, wanted.schedule_id)
    if row is None:
        return writing.create(world, wanted.fields | {"project_id": project["id"]})
    required = ("at", "reference", "pipeline_file") if wanted.version == "v1.0" else ()
    writing.change(world, row, wanted.fields, required)
    return str(row["id"])


def _addressed(world: World, params: Params, permission: str) -> sqlite3.Row:
    identifier: str = params["identifier"]
    if not _UUID.fullmatch(identifier):
        raise Refused(json_string(400, "schedule identifier should be a UUID"))
    _authorize(world, _project_id(world, params | {"periodic_id": identifier}), permission)
    return _existing(world, identifier)


def _existing(world: World, schedule_id: str) -> sqlite3.Row:
    row = storage.find(world, schedule_id)
    if row is None:
        raise Refused(json_string(400, f"Periodic with id: '{schedule_id}' not found."))
    return row


def _project_id(world: World, params: Params) -> str:
    """The project whose permissions count: a name in the parameters beats an id (A 9.1)."""
    identified = _identifiers(params) | params
    name, schedule_id = identified.get("project_name", ""), identified.get("periodic_id", "")
    if not isinstance(name, str) or not isinstance(schedule_id, str):
        raise Refused(json_string(500, "Internal error"))
    if name:
        project = projects.find_by_name(world, name)
        if project is None:
            raise Refused(json_string(400, f"Project with name '{name}' not found."))
        return str(project["id"])
    if schedule_id:
        return str(_existing(world, schedule_id)["project_id"])
    message = "One of these is required: periodic_id or organization_id + project_name."
    raise Refused(json_string(400, message))


def _identifiers(params: Params) -> Params:
    """What the definition says; one that cannot be read crashes the server (A 14)."""
    if "yml_definition" not in params:
        return {}
    content = params["yml_definition"]
    try:
        value = yaml.parse(content) if isinstance(content, str) else None
    except yaml.Malformed:
        raise Crash("YAML that is none") from None
    metadata, spec = _map(_map(value).get("metadata", {})), _map(_map(value).get("spec", {}))
    return {"periodic_id": metadata.get("id", ""), "project_name": spec.get("project", "")}


def _map(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Crash("a map was needed")
    return value


def _authorize(world: World, project_id: Any, permission: str) -> str:
    """Unknown projects and missing permissions look the same (A 14)."""
    project = projects.find_by_id(world, project_id) if isinstance(project_id, str) else None
    if project is None or not world.allowed(permission):
        raise Refused(text(404, "Not Found"))
    return str(project["id"])


def _routes(collection: str) -> list[Route]:
    return [
        Route(collection, list_schedules, methods=["GET"]),
        Route(collection, apply, methods=["POST"]),
        Route(f"{collection}/{{identifier}}", describe, methods=["GET"]),
        Route(f"{collection}/{{identifier}}", delete, methods=["DELETE"]),
        Route(f"{collection}/{{identifier}}/run_now", run_now, methods=["POST"]),
    ]


ROUTES = [*_routes("/api/v1alpha/schedules"), *_routes("/api/v1alpha/tasks")]
