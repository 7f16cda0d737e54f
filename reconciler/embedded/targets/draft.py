"""What a create or update request asks for, once everything in it was understood (C 1.3)."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reconciler.embedded.params import Params
from reconciler.embedded.store import World
from reconciler.embedded.targets import rules
from reconciler.embedded.targets.secrets import Secret, given_at_creation, given_at_update
from reconciler.embedded.verification import internal_error, refused

BOOKMARKS = ("bookmark_parameter1", "bookmark_parameter2", "bookmark_parameter3")
TEXTS = ("name", "description", "url", *BOOKMARKS)
_LONGEST_NAME = 255


@dataclass(frozen=True)
class Draft:
    unique_token: str
    texts: tuple[str, ...]
    """In the order of `TEXTS`."""
    subject_rules: rules.Rules
    object_rules: rules.Rules
    secret: Secret | None
    """None leaves the target's secret alone."""

    @property
    def name(self) -> str:
        return self.texts[TEXTS.index("name")]

    @property
    def bookmarks(self) -> tuple[str, ...]:
        return self.texts[-len(BOOKMARKS) :]


def for_creation(world: World, params: Params) -> Draft:
    token, name = params.get("unique_token"), params.get("name")
    if not isinstance(token, str) or not isinstance(name, str):
        what = "unique_token, name and project_id are required to create a deployment target"
        raise refused(400, what)
    _verify_name(name)
    secret = given_at_creation(params)
    subjects, objects = params.get("subject_rules"), params.get("object_rules")
    subject_rules, object_rules = rules.read(
        world,
        params["project_id"],
        rules.ANYBODY if subjects is None else subjects,
        rules.ANYTHING if objects is None else objects,
    )
    texts = _texts(params, dict.fromkeys(TEXTS, ""))
    return Draft(token, texts, subject_rules, object_rules, secret)


def for_update(world: World, params: Params, row: sqlite3.Row) -> Draft:
    """What is omitted stays, though old subject rules are checked again (C 1.5)."""
    if "unique_token" not in params:
        raise refused(400, "target_id and unique_token are required to update a deployment target")
    if params.get("name") is not None:
        _verify_name(params["name"])
    secret = given_at_update(params, Secret.load(row["secret"]))
    project_id = params.get("project_id", row["project_id"])
    subject_rules, object_rules = rules.read(
        world,
        project_id,
        params.get("subject_rules", json.loads(row["subject_rules"])),
        params.get("object_rules", json.loads(row["object_rules"])),
    )
    texts = _texts(params, dict(row))
    token = params["unique_token"]
    if token is None or project_id is None:
        raise internal_error()
    return Draft(token, texts, subject_rules, object_rules, secret)


def _verify_name(name: Any) -> None:
    if not isinstance(name, str) or not 1 <= len(name) <= _LONGEST_NAME:
        raise refused(400, f"name must be string with length between 1 and {_LONGEST_NAME}")


def _texts(params: Params, otherwise: Mapping[str, Any]) -> tuple[str, ...]:
    """Null is an error and not an empty text (C 0)."""
    values = [params.get(name, otherwise[name]) for name in TEXTS]
    if not all(isinstance(value, str) for value in values):
        raise internal_error()
    return tuple(values)
