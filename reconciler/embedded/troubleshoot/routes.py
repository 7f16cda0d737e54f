"""Troubleshooting a workflow, a pipeline or a job (D 17)."""

import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.params import world_of
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import Crash, json_untyped
from reconciler.embedded.runs import find_job, storage
from reconciler.embedded.store import World
from reconciler.embedded.troubleshoot import shapes
from reconciler.embedded.verification import (
    internal_error,
    is_uuid,
    refused,
)
from reconciler.embedded.workflows.access import VIEW, permitted_pipeline, permitted_workflow


async def workflow(request: Request) -> Response:
    world = world_of(request)
    row = permitted_workflow(world, request.path_params["wf_id"], VIEW)
    return json_untyped(200, _of_workflow(world, row))


async def pipeline(request: Request) -> Response:
    world = world_of(request)
    row = permitted_pipeline(world, request.path_params["pipeline_id"], VIEW)
    blocks = [shapes.block(world, block) for block in storage.blocks(world, row["id"])]
    shown = shapes.pipeline(world, row) | {"blocks": blocks}
    return json_untyped(200, _of_workflow(world, _workflow(world, row)) | {"pipeline": shown})


async def job(request: Request) -> Response:
    """Without permission this one is a 401, the other two are 404; debug jobs crash it."""
    world, job_id = world_of(request), request.path_params["job_id"]
    if not is_uuid(job_id):
        raise internal_error()
    row = find_job(world, job_id)
    if row is None:
        raise refused(404, f"Job with id {job_id} not found")
    permitted_project(world, row["project_id"], VIEW)
    run = storage.pipeline(world, row["pipeline_id"] or "")
    block = None if run is None else storage.block(world, run["id"], row["block"])
    if run is None:
        raise internal_error()
    if block is None or row["block"] < 0:
        raise Crash("a job that is of no block")
    found = _workflow(world, run)
    answer = _of_workflow(world, found)
    answer["workflow"] |= {"project_id": found["project_id"]}
    answer |= {
        "pipeline": shapes.pipeline(world, run),
        "block": shapes.block(world, block),
        "job": shapes.job(row, block["build_req_id"]),
    }
    return json_untyped(200, answer)


def _workflow(world: World, row: sqlite3.Row) -> sqlite3.Row:
    found = storage.workflow(world, row["wf_id"])
    if found is None:
        raise internal_error()
    return found


def _of_workflow(world: World, row: sqlite3.Row) -> shapes.Shown:
    return {
        "project": shapes.project(world, row["project_id"]),
        "workflow": shapes.workflow(row),
    }


_TROUBLESHOOT = "/api/v1alpha/troubleshoot"
ROUTES = [
    Route(_TROUBLESHOOT + "/workflow/{wf_id}", workflow, methods=["GET"]),
    Route(_TROUBLESHOOT + "/pipeline/{pipeline_id}", pipeline, methods=["GET"]),
    Route(_TROUBLESHOOT + "/job/{job_id}", job, methods=["GET"]),
]
