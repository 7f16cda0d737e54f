"""Whether a definition is valid; with a pipeline's id it is run as well (D 12)."""

import sqlite3

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.definitions import Malformed, validate
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.replies import json_untyped
from reconciler.embedded.runs import start_pipeline
from reconciler.embedded.store import World
from reconciler.embedded.verification import is_present, refused
from reconciler.embedded.workflows.access import RERUN, permitted_pipeline


async def validate_yaml(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    beside = _pipeline(world, params)
    text = params.get("yaml_definition")
    if not isinstance(text, str) or not text:
        raise refused(400, "Missing required post parameter yaml_definition.")
    try:
        validate(text, promotions=world.settings.promotions)
    except Malformed as error:
        raise refused(400, str(error)) from None
    started = "" if beside is None else _run(world, beside, text)
    return json_untyped(200, {"message": "YAML definition is valid.", "pipeline_id": started})


def _pipeline(world: World, params: Params) -> sqlite3.Row | None:
    """The pipeline in whose workflow the definition is to run; nobody documents this."""
    if not is_present(params.get("pipeline_id")):
        return None
    return permitted_pipeline(world, params["pipeline_id"], RERUN)


def _run(world: World, beside: sqlite3.Row, text: str) -> str:
    with world.transaction():
        return start_pipeline(
            world, beside["wf_id"], f"/{beside['yml_file_path']}", definition=text
        )


ROUTES = [Route("/api/v1alpha/yaml", validate_yaml, methods=["POST"])]
