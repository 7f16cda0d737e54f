"""Artifacts for people: lists of folders and signed addresses of files (D 16.2)."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.artifacts import job_routes, objects, storage
from reconciler.embedded.artifacts.paths import Wrong, cleaned
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import PLUG_HEADERS, Refused, json_untyped, text
from reconciler.embedded.runs import find_job, find_workflow
from reconciler.embedded.settings import Edition
from reconciler.embedded.store import World
from reconciler.embedded.verification import (
    is_present,
    is_uuid,
    permitted,
    refused,
    verify,
)

_SCOPES = ("projects", "workflows", "jobs")
_METHODS = ("GET", "HEAD")
_WRONG_METHOD = "method must be one of: GET, HEAD"
_DISABLED = "The artifacts api feature is not enabled for your organization. Please contact support"


@dataclass(frozen=True)
class _Place:
    scope: str
    scope_id: str
    path: str

    @property
    def root(self) -> str:
        return storage.root(self.scope, self.scope_id)


async def list_artifacts(request: Request) -> Response:
    """The direct children of a folder; only the root may be empty."""
    world, params = _mapped(request), await merged(request)
    place = _place(params, path_required=False)
    _permitted(world, place)
    folder = place.root + (f"{place.path}/" if place.path else "")
    found = list(_children(storage.under(world, folder), folder, place))
    if not found and place.path:
        raise refused(404, "Artifact path not found")
    return json_untyped(200, {"artifacts": found})


async def signed_url(request: Request) -> Response:
    world, params = _mapped(request), await merged(request)
    method = _method(params.get("method", "GET"))
    place = _place(params, path_required=True)
    verify(method in _METHODS, _WRONG_METHOD)
    _permitted(world, place)
    if not storage.exists(world, place.root + place.path):
        raise refused(404, "Artifact not found")
    url = objects.signed(request, place.root + place.path, method)
    return json_untyped(200, {"items": [{"path": place.path, "url": url}]})


def _mapped(request: Request) -> World:
    """In an installation these paths lead to the web pages, which have no such page."""
    world = world_of(request)
    if world.settings.edition is not Edition.CLOUD:
        raise Refused(text(404, "Not Found"))
    return world


def verify_enabled(world: World) -> None:
    if not world.settings.artifacts_api:
        raise Refused(Response(_DISABLED, 403, PLUG_HEADERS, media_type="text/plain"))


def _method(given: Any) -> str:
    verify(isinstance(given, str), _WRONG_METHOD)
    return str(given).upper()


def _place(params: Params, *, path_required: bool) -> _Place:
    """The path comes first, though it is the last thing one would look at."""
    try:
        path = cleaned(params.get("path"), required=path_required)
    except Wrong as error:
        raise Refused(text(400, str(error))) from None
    scope, scope_id = params.get("scope"), params.get("scope_id")
    verify(is_present(scope), "scope must be present")
    verify(scope in _SCOPES, f"scope must be one of: {', '.join(_SCOPES)}")
    verify(is_present(scope_id), "scope_id must be present")
    verify(is_uuid(scope_id), "scope_id must be a valid UUID")
    return _Place(str(scope), str(scope_id).lower(), path)


def _permitted(world: World, place: _Place) -> None:
    verify_enabled(world)
    project_id = _project_id(world, place)
    if project_id is None:
        raise Refused(text(404, "Not found"))
    permitted_project(world, project_id, "project.view")
    permitted(world, "project.artifacts.view")


def _project_id(world: World, place: _Place) -> str | None:
    match place.scope:
        case "projects":
            row = projects.find_by_id(world, place.scope_id)
            return None if row is None else str(row["id"])
        case "workflows":
            row = find_workflow(world, place.scope_id)
        case _:
            row = find_job(world, place.scope_id)
    return None if row is None else str(row["project_id"])


def _children(rows: Iterable[sqlite3.Row], folder: str, place: _Place) -> Iterable[dict[str, Any]]:
    """In the order of paths; a folder is shown once, without a size."""
    seen: set[tuple[str, str]] = set()
    for row in rows:
        name, slash, _ = row["path"].removeprefix(folder).partition("/")
        if (name, slash) in seen:
            continue
        seen.add((name, slash))
        child = {"name": name, "path": f"{folder}{name}".removeprefix(place.root)}
        yield child | ({"is_directory": True} if slash else _file(row))


def _file(row: sqlite3.Row) -> dict[str, Any]:
    return {"is_directory": False, "size": row["size"]}


_ARTIFACTS = "/api/v1alpha/artifacts"
ROUTES = [
    Route(_ARTIFACTS, list_artifacts, methods=["GET"]),
    Route(_ARTIFACTS + "/signed_url", signed_url, methods=["GET"]),
    *job_routes.ROUTES,
    *objects.ROUTES,
]
