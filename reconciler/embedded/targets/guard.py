"""Who may deploy what to a target: the checks in front of a promotion (D 13.2)."""

import json
import sqlite3

from reconciler.embedded.people import storage as people
from reconciler.embedded.regular import found
from reconciler.embedded.store import World
from reconciler.embedded.targets import storage

AUTOMATIC = "Pipeline Done request"
"""Who triggers promotions which nobody has asked for."""


class Denied(Exception):
    """A word for the history of deployments, and what a caller who promotes is told."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(what)
        self.reason = reason


def verify(world: World, target: sqlite3.Row, triggered_by: str, ref_type: str, label: str) -> None:
    """Raises Denied for the first check that fails, in the order of the real ones."""
    if target["state"] == storage.SYNCING:
        raise Denied("syncing_target", "deployment target is syncing")
    if target["result"] == storage.FAILURE:
        raise Denied("corrupted_target", "deployment target is corrupted")
    if target["cordoned"]:
        raise Denied("cordoned_target", "deployment target is cordoned")
    if not _accepts(target, ref_type, label):
        raise Denied("banned_object", "object not allowed")
    if not _lets(world, target, triggered_by):
        raise Denied("banned_subject", "subject not allowed")


def _accepts(target: sqlite3.Row, ref_type: str, label: str) -> bool:
    rules: list[dict[str, str]] = json.loads(target["object_rules"])
    return any(rule["type"].lower() == ref_type and _matches(rule, label) for rule in rules)


def _matches(rule: dict[str, str], label: str) -> bool:
    """Regular expressions are searched for, not anchored (C 1.6)."""
    match rule["match_mode"]:
        case "ALL":
            return True
        case "EXACT":
            return rule["pattern"] == label
        case _:
            return found(rule["pattern"], label)


def _lets(world: World, target: sqlite3.Row, triggered_by: str) -> bool:
    """Groups are never looked at (C 1.5)."""
    member = next(
        (m for m in people.members(world, target["project_id"]) if m["id"] == triggered_by), None
    )
    allowed = {("ANY", None), ("USER", triggered_by)}
    if triggered_by == AUTOMATIC:
        allowed.add(("AUTO", None))
    if member is not None:
        allowed.add(("ROLE", member["project_role_id"]))
    rules: list[dict[str, str]] = json.loads(target["subject_rules"])
    return any(
        (rule["type"], rule["subject_id"]) in allowed or (rule["type"], None) in allowed
        for rule in rules
    )
