"""Projects over HTTP: read and deleted by name, replaced by id (A 1, A 5, A 6)."""

import re
import sqlite3
from functools import lru_cache
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import params
from reconciler.embedded.params import world_of
from reconciler.embedded.projects import reading, rules, storage, tasks
from reconciler.embedded.replies import Refused, dump, json_bytes, json_untyped, message, text
from reconciler.embedded.schedules import storage as schedules
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

_LAST_PAGE = 100
_UPDATE = ("project.general_settings.manage", "project.repository_info.manage")


async def list_projects(request: Request) -> Response:
    world = world_of(request)
    number = _page_number(params.query(request))
    size = world.settings.project_page_size
    page = storage.page(world, number, size)
    has_more = (number - 1) * size + len(page.rows) < page.total
    rows = page.rows if page.total >= (number - 1) * size else []
    if not world.allowed("project.view"):
        rows = []  # filtered after the page was cut
    headers = {"x-page": str(number), "x-has-more": "true" if has_more else "false"}
    bare: dict[str, Any] = {"schedulers": [], "tasks": []}
    return json_untyped(200, [_shown(world.org_id, row, bare) for row in rows], headers)


async def describe(request: Request) -> Response:
    world = world_of(request)
    row = storage.find_by_name(world, request.path_params["name"])
    if row is None:
        return message(404, "Not found")
    _permitted(world, "project.view")
    return _detailed(world, row)


async def create(request: Request) -> Response:
    world, body = world_of(request), await _body(request)
    _permitted(world, "organization.projects.create")
    try:
        project_id = rules.create(world, reading.wish(body))
    except rules.Refused as error:
        return message(422, str(error))
    return _written(world, project_id)


async def replace(request: Request) -> Response:
    world, body = world_of(request), await _body(request)
    _permitted(world, *_UPDATE)
    wish = reading.wish(body)
    row = storage.find_by_id(world, request.path_params["id"])
    if row is None:
        return message(404, "Not found")
    try:
        rules.replace(world, row, wish)
    except rules.Refused as error:
        return message(422, str(error))
    return _written(world, row["id"])


async def delete(request: Request) -> Response:
    """A missing project is answered like a missing permission (A 4)."""
    world = world_of(request)
    await _body(request)
    row = storage.find_by_name(world, request.path_params["name"])
    if row is None:
        return message(401, "Unauthorized")
    _permitted(world, "project.delete")
    storage.soft_delete(world, row)
    return text(200, "")


async def _body(request: Request) -> Any:
    """JSON, or nothing where no type is declared; other types are refused (A 6)."""
    kind = params.content_type(request)
    if not kind:
        return {}
    if not params.is_json(kind):
        raise Refused(text(415, "Something went wrong"))
    content = await request.body()
    if len(content) > params.BODY_LIMIT:
        raise Refused(text(413, "Something went wrong"))
    try:
        value = params.parse_json(content) if content else {}
    except params.MalformedJSON:
        raise Refused(text(400, "Something went wrong")) from None
    return value if isinstance(value, dict) else {}


def _page_number(asked: params.Params) -> int:
    value = asked.get("page", "1")
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?\d+", value, re.ASCII):
        raise Refused(message(400, "page must be a number"))
    number = integer(value)
    if number < 1:
        raise Refused(message(400, "page must be at least 1"))
    if number > _LAST_PAGE:
        raise Refused(message(400, f"page must be at most {_LAST_PAGE}"))
    return number


def _permitted(world: World, *permissions: str) -> None:
    if not all(world.allowed(permission) for permission in permissions):
        raise Refused(message(401, "Unauthorized"))


def _written(world: World, project_id: str) -> Response:
    row = storage.find_by_id(world, project_id)
    if row is None:
        raise Refused(message(404, "Not found"))
    return _detailed(world, row)


def _detailed(world: World, row: sqlite3.Row) -> Response:
    schedule_rows = tuple(schedules.of_project(world, row["id"]))
    return json_bytes(200, _encoded(world.org_id, row, schedule_rows, world.settings.just_run))


@lru_cache(maxsize=1024)
def _encoded(
    org_id: str, row: sqlite3.Row, schedule_rows: tuple[sqlite3.Row, ...], just_run: bool
) -> bytes:
    """Remembered by its rows: writing JSON costs more than reading all of them."""
    return dump(_shown(org_id, row, tasks.shown(schedule_rows, just_run=just_run)))


def _shown(org_id: str, row: sqlite3.Row, tasks_shown: dict[str, Any]) -> dict[str, Any]:
    metadata = {
        "id": row["id"],
        "name": row["name"],
        "org_id": org_id,
        "owner_id": row["owner_id"],
        "description": row["description"],
    }
    spec = storage.spec_of(row) | tasks_shown
    return {"apiVersion": "v1alpha", "kind": "Project", "metadata": metadata, "spec": spec}


_PROJECTS = "/api/v1alpha/projects"

ROUTES = [
    Route(f"{_PROJECTS}/{{name}}", describe, methods=["GET"]),
    Route(_PROJECTS, list_projects, methods=["GET"]),
    Route(_PROJECTS, create, methods=["POST"]),
    Route(f"{_PROJECTS}/{{name}}", delete, methods=["DELETE"]),
    Route(f"{_PROJECTS}/{{id}}", replace, methods=["PATCH"]),
]
