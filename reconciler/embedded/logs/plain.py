"""The log as text, from the web pages rather than from the interface (D 15.3)."""

import json
import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import places
from reconciler.embedded.logs import events, streams
from reconciler.embedded.params import world_of
from reconciler.embedded.projects import storage as projects
from reconciler.embedded.runs import find_job, specs
from reconciler.embedded.store import World
from reconciler.embedded.texts import integer

_SECONDS = 60
_NOT_FOUND = "<!DOCTYPE html>\n<html><head><title>Not Found</title></head><body>404</body></html>\n"


async def show(request: Request) -> Response:
    """Text, whatever the name of the page says."""
    world, job_id = world_of(request), request.path_params["job_id"]
    job = find_job(world, job_id)
    if job is None or not _visible(world, job):
        return Response(_NOT_FOUND, 404, media_type="text/html")
    job = events.logged_job(world, job)
    if specs.self_hosted(json.loads(job["spec"])):
        place = streams.address(request, job["id"], seconds=_SECONDS, extra="&raw=true")
        return Response(b"", 307, {"location": place})
    found = events.of_job(world, job)
    if not found:
        return Response(b"", 302, {"location": f"{places.prefix(request)}/jobs/{job_id}"})
    return Response(events.plain(_asked_for(request, found)), media_type="text/plain")


def _visible(world: World, job: sqlite3.Row) -> bool:
    """To the pages an interface token is nobody's, unless the organization allows it."""
    if world.settings.api_token_in_ui:
        return world.allowed("project.view")
    project = projects.find_by_id(world, job["project_id"])
    return project is not None and projects.spec_of(project).get("visibility") == "public"


def _asked_for(request: Request, found: list[events.Event]) -> list[events.Event]:
    start = _number(request.query_params.get("starting_event", ""), 0)
    count = _number(request.query_params.get("take", ""), len(found))
    return found[start : start + count]


def _number(given: str, otherwise: int) -> int:
    return integer(given) if given.isascii() and given.isdigit() else otherwise


ROUTES = [
    Route("/jobs/{job_id}/plain_logs.json", show, methods=["GET"]),
    Route("/jobs/{job_id}/plain_logs.txt", show, methods=["GET"]),
]
