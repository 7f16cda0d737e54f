"""Pipelines: list, describe, stop, topology, partial rebuild (D 11)."""

import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import linked_pages
from reconciler.embedded.params import merged, world_of
from reconciler.embedded.pipelines import filters, shown
from reconciler.embedded.replies import json_string, json_untyped
from reconciler.embedded.runs import starting, stopping, storage
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World
from reconciler.embedded.targets import guard
from reconciler.embedded.targets import storage as targets
from reconciler.embedded.verification import refused
from reconciler.embedded.workflows.access import (
    RERUN,
    STOP,
    VIEW,
    permitted_pipeline,
    request_token,
)


async def list_pipelines(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    rows, page = filters.wanted(world, params).page(world, params)
    listed = [shown.listed(world, row) for row in rows]
    return json_untyped(200, listed, linked_pages.headers(request, page))


async def describe(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    row = permitted_pipeline(world, params["pipeline_id"], VIEW)
    detailed = params.get("detailed") == "true"
    blocks = storage.blocks(world, row["id"]) if detailed else []
    answer = {
        "pipeline": shown.described(world, row),
        "blocks": [shown.block(world, block) for block in blocks],
    }
    return json_untyped(200, answer)


async def terminate(request: Request) -> Response:
    """Who asked for it is not written down, other than for a workflow (D 11.5)."""
    world, params = world_of(request), await merged(request)
    row = permitted_pipeline(world, params["pipeline_id"], STOP)
    if params.get("terminate_request") is not True:
        message = "Value of 'terminate_request' field must be boolean value 'true'."
        raise refused(400, message)
    stopping.stop_pipeline(world, row, terminated_by="")
    return json_string(200, "Pipeline termination started.")


async def partial_rebuild(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    row = permitted_pipeline(world, params["pipeline_id"], RERUN)
    token = request_token(params)
    if token is None:
        raise refused(400, "Missing required post parameter request_token.")
    if row["state"] != "done":
        raise refused(400, "Only pipelines which are in done state can be partial rebuilt.")
    if row["result"] == "passed":
        raise refused(400, "Pipelines which passed can not be partial rebuilt.")
    _let_through(world, row)
    pipeline_id = starting.rebuild(world, row, token)
    return json_untyped(200, {"pipeline_id": pipeline_id, "message": ""})


def _let_through(world: World, row: sqlite3.Row) -> None:
    """What was promoted to a target is not rebuilt past it."""
    name, workflow = row["deployment_target"], storage.workflow(world, row["wf_id"])
    if not name or workflow is None:
        return
    target = targets.find_by_name(world, row["project_id"], name)
    reference = Reference(workflow["reference"])
    if target is None:
        raise _denied("not_found")
    try:
        guard.verify(world, target, world.user_id, reference.kind, reference.label)
    except guard.Denied as denied:
        raise _denied(denied.reason) from None


def _denied(reason: str) -> Exception:
    return refused(400, f"Access to deployment target denied: :{reason}")


async def topology(request: Request) -> Response:
    """Empty until the definition has been read, without what runs after the pipeline."""
    world = world_of(request)
    row = permitted_pipeline(world, request.path_params["pipeline_id"], VIEW)
    blocks = storage.blocks(world, row["id"])
    return json_untyped(200, [shown.topology(world, block) for block in blocks])


_ALL = "/api/v1alpha/pipelines"
_ONE = _ALL + "/{pipeline_id}"
ROUTES = [
    Route(_ALL, list_pipelines, methods=["GET"]),
    Route(_ONE, describe, methods=["GET"]),
    Route(_ONE, terminate, methods=["PATCH"]),
    Route(_ONE + "/partial_rebuild", partial_rebuild, methods=["POST"]),
    Route(_ONE + "/describe_topology", topology, methods=["GET"]),
]
