"""The log of a job for people: events, or the way to where they are (D 15.1)."""

import json
import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.artifacts import objects, storage
from reconciler.embedded.artifacts.routes import verify_enabled
from reconciler.embedded.logs import events, plain, streams
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import PLUG_HEADERS, dump
from reconciler.embedded.runs import find_job, specs
from reconciler.embedded.settings import Edition
from reconciler.embedded.store import World
from reconciler.embedded.verification import (
    internal_error,
    is_uuid,
    permitted,
    refused,
)

_UPLOADED = ("agent/job_logs.txt", "agent/job_logs.txt.gz")
_NOWHERE = "Log not found neither in the archive nor in the virtual machine"
_STOPPED_EARLY = "This job was stopped before it started, so no logs were produced."
_NEVER_STARTED = "This job never started, so no logs were produced."


async def show(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    job = _existing(world, params["job_id"])
    uploaded = _asks_for_upload(params)
    permitted_project(world, job["project_id"], "project.view")
    logged = events.logged_job(world, job)
    if uploaded:
        permitted(world, "project.artifacts.view")
        return _uploaded(request, logged)
    if specs.self_hosted(json.loads(logged["spec"])):
        return _redirect(streams.address(request, logged["id"]))
    if world.settings.edition is not Edition.CLOUD:
        raise internal_error()  # the log service of cloud jobs is not part of an installation
    return _events(world, logged)


def _existing(world: World, job_id: str) -> sqlite3.Row:
    if not is_uuid(job_id):
        raise internal_error()
    job = find_job(world, job_id)
    if job is None:
        raise refused(404, f"Job with id {job_id} not found")
    return job


def _asks_for_upload(params: Params) -> bool:
    value = params.get("artifact_job_logs")
    return isinstance(value, str) and value.lower() in ("1", "true", "yes")


def _uploaded(request: Request, job: sqlite3.Row) -> Response:
    world = world_of(request)
    verify_enabled(world)
    root = storage.root("jobs", job["id"])
    for name in _UPLOADED:
        if storage.exists(world, root + name):
            return _redirect(objects.signed(request, root + name, "GET"))
    raise refused(404, "Artifact job logs not found")


def _redirect(address: str) -> Response:
    return Response(b"", 302, PLUG_HEADERS | {"location": address})


def _events(world: World, job: sqlite3.Row) -> Response:
    """Joined by hand, as the spaces in the answer show; the only answer here with a type."""
    found = events.of_job(world, job)
    if not found:
        raise refused(404, _why_none(job))
    joined = b",".join(dump(event) for event in found)
    content = b'{ "events": [' + joined + b"] }"
    return Response(content, 200, {**PLUG_HEADERS, "content-type": _TYPE})


def _why_none(job: sqlite3.Row) -> str:
    if job["state"] != "FINISHED":
        return _NOWHERE
    if job["failure_reason"]:
        return str(job["failure_reason"])
    return _STOPPED_EARLY if job["result"] == "STOPPED" else _NEVER_STARTED


_TYPE = "application/json; charset=utf-8"
ROUTES = [
    Route("/api/v1alpha/logs/{job_id}", show, methods=["GET"]),
    *streams.ROUTES,
    *plain.ROUTES,
]
