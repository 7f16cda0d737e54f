"""What is checked before a target is touched, in the order of the real plugs (C 1.1)."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from starlette.responses import Response

from reconciler.embedded.params import Params
from reconciler.embedded.projects.access import permitted_project
from reconciler.embedded.replies import PLUG_HEADERS, Refused
from reconciler.embedded.store import World
from reconciler.embedded.targets import storage
from reconciler.embedded.targets.rules import verify_shapes
from reconciler.embedded.verification import (
    is_present,
    refused,
    verify,
    verify_uuid,
)

VIEW = "project.deployment_targets.view"
MANAGE = "project.deployment_targets.manage"

_LONGEST_NAME = 255
_SENTENCES = {
    "unique_token": "unique_token must be a valid UUID",
    "id": "target_id must be a valid UUID",
    "target_id": "target_id must be a valid UUID",
    "project_id": "project id must be a valid UUID",
}


def verify_ids(params: Params, *names: str) -> None:
    for name in names:
        verify_uuid(params.get(name), _SENTENCES[name])


def verify_listing(params: Params) -> None:
    name = params.get("target_name")
    good = name is None or (isinstance(name, str) and 1 <= len(name) <= _LONGEST_NAME)
    verify(good, "target_name must be string with length between 1 and 255")
    verify_ids(params, "project_id")


def verify_description(params: Params) -> None:
    verify_uuid(params.get("id"), "id must be a valid UUID")
    verify_ids(params, "target_id", "project_id")


def verify_history(params: Params) -> None:
    verify_ids(params, "project_id", "target_id")
    verify_uuid(params.get("id"), "target id must be a valid UUID")


def verify_creation(params: Params) -> None:
    verify_ids(params, "unique_token")
    verify(is_present(params.get("project_id")), "project_id must be present")
    verify_ids(params, "project_id")
    verify_shapes(params)


def verify_update(params: Params) -> None:
    verify_ids(params, "unique_token", "id", "target_id", "project_id")
    verify_shapes(params)


def available(world: World, subject_rules: Any = None) -> None:
    """One rule for anybody is the basic feature, every other list the advanced one (C 1.5)."""
    basic = not isinstance(subject_rules, list) or _anybody(subject_rules)
    settings = world.settings
    if settings.deployment_targets if basic else settings.advanced_deployment_targets:
        return
    feature = "deployment targets" if basic else "advanced deployment targets"
    sentence = (
        f"The {feature} feature is not enabled for your organization. "
        "See more details here: https://semaphoreci.com/pricing"
    )
    raise Refused(Response(sentence, 403, PLUG_HEADERS, media_type="text/plain"))


def _anybody(rules: Sequence[Any]) -> bool:
    """Literally so: neither `any` nor a second rule."""
    return len(rules) == 1 and rules[0]["type"] == "ANY"


def permitted_target(world: World, target_id: str, permission: str) -> sqlite3.Row:
    row = storage.find(world, target_id)
    if row is None:
        raise refused(404, "Not found")
    permitted_project(world, row["project_id"], permission)
    return row
