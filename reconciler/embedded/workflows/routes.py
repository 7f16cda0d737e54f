"""Workflows: run, list, describe, rerun, stop (D 10)."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import linked_pages
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.replies import json_string, json_untyped
from reconciler.embedded.runs import listing, starting, stopping, storage
from reconciler.embedded.store import World
from reconciler.embedded.verification import refused
from reconciler.embedded.workflows import reading, shown
from reconciler.embedded.workflows.access import (
    RERUN,
    STOP,
    VIEW,
    hidden,
    permitted_project,
    permitted_workflow,
    request_token,
)

_FILTERS = ("branch_name", "label", "requester_id")


async def run(request: Request) -> Response:
    """Whether the reference and the file exist is found out after the answer (D 10.2)."""
    world, params = world_of(request), await merged(request)
    project_id = permitted_project(world, params.get("project_id"), RERUN)
    wanted = reading.request(world, project_id, params)
    try:
        started = starting.start_workflow(world, wanted)
    except starting.QueueFull as full:
        raise refused(400, str(full)) from None
    return json_untyped(200, {"workflow_id": started.wf_id, "pipeline_id": started.ppl_id})


async def list_workflows(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    wanted = _filter(world, params)
    if wanted is None:
        return json_untyped(200, [], linked_pages.headers(request, listing.Nothing()))
    rows, page = wanted.page(world, params)
    listed = [shown.listed(world, row) for row in rows]
    return json_untyped(200, listed, linked_pages.headers(request, page))


def _filter(world: World, params: Params) -> listing.Filter | None:
    """None where the backend refuses, of which the client sees only an empty page (D 10.4)."""
    if "project_id" not in params:
        if "wf_id" not in params:
            hidden()
        permitted_workflow(world, params["wf_id"], VIEW)
        return None
    wanted = listing.Filter("workflows")
    wanted.add("project_id = ?", permitted_project(world, params["project_id"], VIEW))
    for name in _FILTERS:
        if value := listing.given(params, name):
            wanted.add(f"{name} = ?", value)
    after, before = (listing.seconds(params, f"created_{side}") for side in ("after", "before"))
    if after is not None and before is not None and after >= before:
        return None
    if after is not None:
        wanted.add("created_at > ?", after)
    if before is not None:
        wanted.add("created_at < ?", before)
    return wanted


async def describe(request: Request) -> Response:
    world = world_of(request)
    row = permitted_workflow(world, request.path_params["wf_id"], VIEW)
    return json_untyped(200, {"workflow": shown.described(world, row)})


async def reschedule(request: Request) -> Response:
    """The keys of the answer are not those of a run (D 10.5)."""
    world, params = world_of(request), await merged(request)
    row = permitted_workflow(world, params["wf_id"], RERUN)
    token = request_token(params)
    if token is None:
        raise refused(400, "Missing required post parameter request_token.")
    wanted = starting.Request.again(row, world.user_id, token)
    try:
        started = starting.start_workflow(world, wanted)
    except starting.QueueFull as full:
        return json_untyped(400, {"code": "RESOURCE_EXHAUSTED", "message": str(full)})
    return json_untyped(200, {"wf_id": started.wf_id, "ppl_id": started.ppl_id})


async def terminate(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    row = permitted_workflow(world, params["wf_id"], STOP)
    with world.transaction():
        pipelines = storage.unfinished_of_workflow(world, row["id"])
        for pipeline in pipelines:
            stopping.stop_pipeline(world, pipeline, terminated_by=world.user_id)
    return json_string(200, f"Termination started for {len(pipelines)} pipelines.")


_ALL = "/api/v1alpha/plumber-workflows"
_ONE = _ALL + "/{wf_id}"
ROUTES = [
    Route(_ALL, run, methods=["POST"]),
    Route(_ALL, list_workflows, methods=["GET"]),
    Route(_ONE, describe, methods=["GET"]),
    Route(_ONE + "/reschedule", reschedule, methods=["POST"]),
    Route(_ONE + "/terminate", terminate, methods=["POST"]),
]
