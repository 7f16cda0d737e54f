"""The routes of agent types; a PATCH obeys the name in its body (C 2.1, C 2.3)."""

import re
import sqlite3
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reconciler.embedded.agent_types import storage
from reconciler.embedded.agent_types.name_settings import AWS_STS, NameSettings, shown
from reconciler.embedded.agents import storage as agents
from reconciler.embedded.params import Params, merged, world_of
from reconciler.embedded.replies import Crash, json_untyped
from reconciler.embedded.verification import internal_error, permitted, refused, whole_number

_NAME = re.compile(r"s1-[a-zA-Z0-9-_]+")
_LONGEST_NAME = 100
_VIEW = "organization.self_hosted_agents.view"
_MANAGE = "organization.self_hosted_agents.manage"


async def list_types(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _VIEW)
    whole_number((await merged(request)).get("page", 1), "page")  # checked, then ignored (C 2.1)
    agents.settle(world)
    counts = agents.count_by_type(world)
    shapes = [_shape(row, counts.get(row["name"], 0)) for row in storage.all_types(world)]
    return json_untyped(200, {"agent_types": shapes})


async def describe(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _VIEW)
    name = request.path_params["agent_type_name"]
    agents.settle(world)
    row = storage.find(world, name)
    if row is None:
        raise refused(404, "agent type not found")
    return json_untyped(200, _shape(row, agents.count_by_type(world).get(name, 0)))


async def create(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _MANAGE)
    given, settings = _read(await merged(request))
    name = given.strip(" ")
    if _NAME.fullmatch(name) is None:
        pattern = f"^{_NAME.pattern}$"
        raise refused(
            400, f"The agent type name '{given}' is invalid: must follow the pattern {pattern}"
        )
    if not world.settings.self_hosted_agents:
        raise refused(400, "self-hosted agents are not available for your organization")
    settings = settings.validated()
    if len(name) > _LONGEST_NAME or not settings.storable():
        raise internal_error()
    with world.transaction():
        if storage.find(world, name) is not None:
            raise refused(400, "agent type name must by unique in the organization")
        token = storage.insert(world, name, settings)
    return json_untyped(200, _shape(_known(storage.find(world, name)), 0, token))


async def update(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _MANAGE)
    name, settings = _read(await merged(request))
    if storage.find(world, name) is None:
        raise refused(404, "record not found")
    settings = settings.validated()
    if not settings.storable():
        raise internal_error()
    storage.update(world, name, settings)
    return json_untyped(200, _shape(_known(storage.find(world, name)), 0))


async def delete(request: Request) -> Response:
    world = world_of(request)
    permitted(world, _MANAGE)
    name = request.path_params["agent_type_name"]
    if storage.find(world, name) is None:
        raise refused(404, "agent type not found")
    with world.transaction():
        if agents.count_by_type(world).get(name, 0):
            raise refused(400, "can't delete agent type with existing agents")
        agents.forget_disconnected(world, name)
        storage.delete(world, name)
    return json_untyped(200, {})


async def disable_all(request: Request) -> Response:
    """Unknown types are fine; the agents leave later, on their own (C 2.3)."""
    world = world_of(request)
    permitted(world, _MANAGE)
    only_idle = _boolean((await merged(request)).get("only_idle", True))
    agents.disable(world, request.path_params["agent_type_name"], only_idle=only_idle)
    return json_untyped(200, {})


def _read(params: Params) -> tuple[str, NameSettings]:
    name = _inside(params.get("metadata"), "name")
    if name is None:
        raise refused(400, "Name must be provided")
    settings = NameSettings.read(_inside(params.get("spec"), "agent_name_settings"))
    if not isinstance(name, str):
        raise internal_error()
    return name, settings


def _inside(outer: Any, key: str) -> Any:
    if outer is None:
        return None
    if not isinstance(outer, dict):
        raise Crash("an object was expected")
    return outer.get(key)


def _boolean(given: Any) -> bool:
    """Only these four; not `TRUE`, not null (C 2.3)."""
    if isinstance(given, (dict, list)):
        raise Crash("only_idle is no scalar")
    if isinstance(given, bool):
        return given
    if given in ("true", "false"):
        return bool(given == "true")
    raise refused(400, f"Invalid 'only_idle': '{shown(given)}' is not a boolean.")


def _known(row: sqlite3.Row | None) -> sqlite3.Row:
    if row is None:
        raise Crash("the agent type is gone")
    return row


def _shape(row: sqlite3.Row, agent_count: int, token: str | None = None) -> dict[str, Any]:
    aws = {
        "account_id": row["aws_account_id"],
        "role_name_patterns": row["aws_role_name_patterns"],
    }
    name_settings = {
        "assignment_origin": row["assignment_origin"],
        "aws": aws if row["assignment_origin"] == AWS_STS else None,
        "release_after": row["release_after"],
    }
    metadata = {
        "create_time": int(row["created_at"]),
        "name": row["name"],
        "update_time": int(row["updated_at"]),
    }
    shown_once = {} if token is None else {"registration_token": token}
    return {
        "metadata": metadata,
        "spec": {"agent_name_settings": name_settings},
        "status": {**shown_once, "total_agent_count": agent_count},
    }


_TYPES = "/api/v1alpha/self_hosted_agent_types"
_TYPE = _TYPES + "/{agent_type_name}"
ROUTES = [
    Route(_TYPES, list_types, methods=["GET"]),
    Route(_TYPES, create, methods=["POST"]),
    Route(_TYPE, describe, methods=["GET"]),
    Route(_TYPE, update, methods=["PATCH"]),
    Route(_TYPE, delete, methods=["DELETE"]),
    Route(_TYPE + "/disable_all", disable_all, methods=["POST"]),
]
