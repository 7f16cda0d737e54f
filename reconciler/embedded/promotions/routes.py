"""Promotions over HTTP: list and trigger (D 13)."""

import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded import linked_pages
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.promotions import storage
from reconciler.embedded.promotions.triggering import Trigger, trigger
from reconciler.embedded.replies import json_string, json_untyped
from reconciler.embedded.runs.listing import encoded
from reconciler.embedded.store import World
from reconciler.embedded.verification import internal_error, quoted, refused, whole_number
from reconciler.embedded.workflows.access import RERUN, VIEW, permitted_pipeline

_DEFAULT_SIZE = 10
_MOST = 100
# Everything else at the top of a request is the value of a parameter.
_RESERVED = frozenset({"switch_id", "name", "user_id", "override", "request_token", "pipeline_id"})


async def list_promotions(request: Request) -> Response:
    world, params = world_of(request), await merged(request)
    pipeline = permitted_pipeline(world, params.get("pipeline_id"), VIEW)
    name = _text(params, "name", "")
    for each in ("page", "page_size"):
        if whole_number(params.get(each, 1), each) < 1:
            raise internal_error()
    total = storage.count(world, pipeline["id"], name)
    page = linked_pages.asked_for(params, total, _DEFAULT_SIZE)
    if not pipeline["switch_id"] or page.size >= _MOST:
        raise internal_error()
    rows = storage.page(world, pipeline["id"], name, limit=page.size, offset=page.offset)
    now = world.now().timestamp()
    shown = [_shape(row, now) for row in rows]
    return json_untyped(200, shown, linked_pages.headers(request, page))


async def trigger_promotion(request: Request) -> Response:
    """The answer has no id; the same token starts nothing again (D 13.2)."""
    world, params = world_of(request), await merged(request)
    pipeline = permitted_pipeline(world, params.get("pipeline_id"), RERUN)
    trigger(world, pipeline, _asked(world, params))
    return json_string(200, "Promotion successfully triggered.")


def _asked(world: World, params: Params) -> Trigger:
    override = _boolean(params.get("override", False))
    given = {name: value for name, value in params.items() if name not in _RESERVED}
    if not all(isinstance(value, str) for value in given.values()):
        raise internal_error()
    token = _text(params, "request_token", world.uuid())
    if not token:
        raise internal_error()
    return Trigger(
        name=_text(params, "name", ""),
        override=override,
        request_token=token,
        given=given,
    )


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value in ("true", "false"):
        return bool(value == "true")
    shown = "nil" if value is None else quoted(value) if isinstance(value, str) else str(value)
    raise refused(400, f"Invalid value of 'override' param: {shown} - needs to be boolean.")


def _text(params: Params, name: str, default: str) -> str:
    value = params.get(name, default)
    if not isinstance(value, str):
        raise internal_error()
    return value


def _shape(row: sqlite3.Row, now: float) -> dict[str, Any]:
    """Status and schedule tell of the start of the pipeline, not of what became of it (D 13.1)."""
    processing = row["handled_at"] > now
    done = "failed" if row["failed"] else "passed"
    return {
        "name": row["name"],
        "override": bool(row["override"]),
        "scheduled_at": encoded(None if processing else row["scheduled_at"]),
        "scheduled_pipeline_id": "" if processing else row["scheduled_pipeline_id"],
        "status": "processing" if processing else done,
        "triggered_at": encoded(row["triggered_at"]),
        "triggered_by": row["triggered_by"],
    }


_PROMOTIONS = "/api/v1alpha/promotions"
ROUTES = [
    Route(_PROMOTIONS, list_promotions, methods=["GET"]),
    Route(_PROMOTIONS, trigger_promotion, methods=["POST"]),
]
