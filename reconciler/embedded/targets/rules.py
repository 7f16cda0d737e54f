"""Who may deploy and what may be deployed: the rules of a target as requested and as kept."""

from collections.abc import Mapping, Sequence
from typing import Any

from reconciler.embedded.regular import compiles
from reconciler.embedded.store import World
from reconciler.embedded.targets.subjects import resolved
from reconciler.embedded.targets.words import (
    MATCH_MODES,
    OBJECT_TYPES,
    SUBJECT_TYPES,
    member,
    parse,
)
from reconciler.embedded.verification import internal_error, is_uuid, refused, verify

Rule = Mapping[str, Any]
Rules = list[dict[str, str]]

ANYBODY: Rules = [{"type": "ANY", "subject_id": ""}]
ANYTHING: Rules = [
    {"type": "BRANCH", "match_mode": "ALL", "pattern": ""},
    {"type": "TAG", "match_mode": "ALL", "pattern": ""},
    {"type": "PR", "match_mode": "ALL", "pattern": ""},
]


def verify_shapes(params: Mapping[str, Any]) -> None:
    """Null passes; every key must be there, even those a pull request has no use for (C 1.6)."""
    _verify_list("subject_rules", params.get("subject_rules"), {"type"})
    _verify_list("object_rules", params.get("object_rules"), {"type", "match_mode", "pattern"})


def _verify_list(name: str, given: Any, keys: set[str]) -> None:
    good = given is None or (
        isinstance(given, list)
        and all(isinstance(rule, dict) and keys <= rule.keys() for rule in given)
    )
    verify(good, f"{name} must be a list of proper objects")


def read(
    world: World, project_id: Any, subjects: Sequence[Rule] | None, objects: Sequence[Rule] | None
) -> tuple[Rules, Rules]:
    """Both lists as they are to be kept; None is the null of a PATCH, which wipes (C 1.5, 1.6)."""
    parsed_subjects: list[Rule] = [{**rule, "type": parse(rule["type"])} for rule in subjects or []]
    parsed_objects = [_parsed_object(rule) for rule in objects or []]
    found = resolved(world, project_id, parsed_subjects)
    return [_kept_subject(rule) for rule in found], [_kept_object(rule) for rule in parsed_objects]


def _parsed_object(rule: Rule) -> Rule:
    return {**rule, "type": parse(rule["type"]), "match_mode": parse(rule["match_mode"])}


def _kept_subject(rule: Rule) -> dict[str, str]:
    kind = member(rule["type"], SUBJECT_TYPES)
    return {"type": kind, "subject_id": _text(rule.get("subject_id", ""))}


def _kept_object(rule: Rule) -> dict[str, str]:
    return {
        "type": member(rule["type"], OBJECT_TYPES),
        "match_mode": member(rule["match_mode"], MATCH_MODES),
        "pattern": _text(rule["pattern"]),
    }


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise internal_error()
    return value


def validate(world: World, subjects: Rules, objects: Rules) -> None:
    """What the target service itself insists on, without saying which rule it means (C 1.3)."""
    named = all(rule["subject_id"].strip() for rule in subjects if _needs_subject(rule))
    roles = all(
        is_uuid(rule["subject_id"])
        or world.settings.legacy_role_names
        or world.settings.inert_roles
        for rule in subjects
        if rule["type"] == "ROLE"
    )
    if not named or not roles or not all(_sensible(rule) for rule in objects):
        raise refused(400, "Changeset error")


def _needs_subject(rule: dict[str, str]) -> bool:
    return rule["type"] in ("USER", "ROLE", "GROUP")


def _sensible(rule: dict[str, str]) -> bool:
    if rule["match_mode"] == "ALL":
        return True
    fits = rule["match_mode"] == "EXACT" or compiles(rule["pattern"])
    return bool(rule["pattern"].strip()) and fits
