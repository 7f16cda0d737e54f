"""Promotions which happen by themselves when a pipeline is done (D 13.1)."""

import sqlite3

from reconciler.embedded.definitions import AutoPromoteOn, Promotion
from reconciler.embedded.definitions.conditions import Facts, holds
from reconciler.embedded.definitions.words import Invalid
from reconciler.embedded.promotions.triggering import promotions_of, trigger_automatically
from reconciler.embedded.regular import found
from reconciler.embedded.runs import on_alarm, on_done
from reconciler.embedded.runs import storage as runs
from reconciler.embedded.runs.alarms import Alarm, set_alarm
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World


def prepare(_world: World) -> None:
    on_done(_announce)
    on_alarm(Alarm.PROMOTE, _promote)


def _announce(world: World, pipeline: sqlite3.Row, at: float) -> None:
    """Promotions are the business of another service, which hears of the end a moment later."""
    if pipeline["switch_id"]:
        when = at + world.settings.auto_promotion_seconds
        set_alarm(world, when, Alarm.PROMOTE, pipeline["id"])


def _promote(world: World, pipeline_id: str, at: float) -> None:
    pipeline = runs.pipeline(world, pipeline_id)
    workflow = None if pipeline is None else runs.workflow(world, pipeline["wf_id"])
    if pipeline is None or workflow is None:
        return
    facts = _facts(Reference(workflow["reference"]), pipeline)
    for promotion in promotions_of(world, pipeline):
        if _wanted(promotion, facts):
            trigger_automatically(world, pipeline, promotion, at)


def _facts(reference: Reference, pipeline: sqlite3.Row) -> Facts:
    """Git references under the name of their kind, the other two kinds empty."""
    labels = {reference.kind: reference.label}
    return Facts(
        branch=labels.get("branch", ""),
        tag=labels.get("tag", ""),
        pull_request=labels.get("pr", ""),
        result=pipeline["result"] or "",
        result_reason=pipeline["reason"] or "",
    )


def _wanted(promotion: Promotion, facts: Facts) -> bool:
    if any(_fits(condition, facts) for condition in promotion.auto_promote_on):
        return True
    try:
        return promotion.auto_promote is not None and holds(promotion.auto_promote, facts)
    except Invalid:
        return False


def _fits(condition: AutoPromoteOn, facts: Facts) -> bool:
    """The result is compared; labels are compared or searched, whatever kind they are of."""
    if condition.result != facts.result:
        return False
    if condition.result_reason not in ("", facts.result_reason):
        return False
    label = facts.branch or facts.tag or facts.pull_request
    patterns = (*condition.branch, *condition.label_patterns)
    if not patterns and not condition.labels:
        return True
    return label in condition.labels or any(found(pattern, label) for pattern in patterns)
