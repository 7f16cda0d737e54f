"""The routes of agents (C 3)."""

import re
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.agents import storage
from reconciler.embedded.params import merged, world_of
from reconciler.embedded.replies import json_untyped
from reconciler.embedded.texts import integer
from reconciler.embedded.verification import (
    INT64,
    internal_error,
    permitted,
    refused,
    whole_number,
)

_VIEW = "organization.self_hosted_agents.view"
_SMALLEST_PAGE = 5
_LARGEST_PAGE = 200
_INT32 = range(-(2**31), 2**31)


async def list_agents(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _VIEW)
    params = await merged(request)
    size = _page_size(whole_number(params.get("page_size", _LARGEST_PAGE), "page_size"))
    agent_type = params.get("agent_type", "")
    if not isinstance(agent_type, str):
        raise internal_error()
    since = _cursor(params.get("cursor", ""))
    storage.settle(world)
    rows = storage.registered(world, agent_type, since, size + 1)
    cursor = str(int(rows[-1]["connected_at"] * 1000)) if len(rows) > size else ""
    return json_untyped(200, {"agents": [_shape(row) for row in rows[:size]], "cursor": cursor})


async def describe(request: Request) -> Response:
    """Also one that is disconnected while its name is held (C 3)."""
    world = world_of(request)
    permitted(world, _VIEW)
    storage.settle(world)
    row = storage.find(world, request.path_params["agent_name"])
    if row is None:
        raise refused(404, "agent not found")
    return json_untyped(200, _shape(row))


def _page_size(given: int) -> int:
    if given not in _INT32:
        raise internal_error()
    size = given or _LARGEST_PAGE
    if not _SMALLEST_PAGE <= size <= _LARGEST_PAGE:
        limits = f"{_SMALLEST_PAGE}-{_LARGEST_PAGE}"
        raise refused(
            400, f"page size of {given} is invalid: must be greater than 0 and between {limits}"
        )
    return size


def _cursor(given: Any) -> int | None:
    if given == "":
        return None
    if not isinstance(given, str) or re.fullmatch(r"[+-]?[0-9]+", given) is None:
        raise internal_error()
    since = integer(given)
    if since not in INT64:
        raise internal_error()
    return since


def _shape(row: sqlite3.Row) -> dict[str, Any]:
    texts = {key: row[key] for key in ("arch", "hostname", "ip_address", "name", "os")}
    metadata = {**texts, "pid": row["pid"], "type": row["type"], "version": row["version"]}
    metadata["connected_at"] = int(row["connected_at"])
    if row["disabled_at"] is not None:
        metadata["disabled_at"] = int(row["disabled_at"])
    state = "waiting_for_job" if row["job_id"] is None else "running_job"
    return {"metadata": metadata, "status": {"state": state}}


ROUTES = [
    Route("/api/v1alpha/agents", list_agents, methods=["GET"]),
    Route("/api/v1alpha/agents/{agent_name}", describe, methods=["GET"]),
]
