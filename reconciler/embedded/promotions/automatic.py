"""Promotions which happen by themselves when a pipeline is done (D 13.1)."""

import sqlite3

from reconciler.embedded.definitions import AutoPromoteOn, Promotion
from reconciler.embedded.definitions.conditions import Facts, holds
from reconciler.embedded.definitions.words import Invalid
from reconciler.embedded.promotions.triggering import promotions_of, trigger_automatically
from reconciler.embedded.regular import compiled, found
from reconciler.embedded.runs import on_done
from reconciler.embedded.runs import storage as runs
from reconciler.embedded.runs.references import Reference
from reconciler.embedded.store import World


def prepare(_world: World) -> None:
    on_done(_promote)


def _promote(world: World, pipeline: sqlite3.Row, at: float) -> None:
    wanting = [p for p in promotions_of(world, pipeline) if p.auto_promote or p.auto_promote_on]
    workflow = runs.workflow(world, pipeline["wf_id"]) if wanting else None
    if workflow is None:
        return
    facts = _facts(Reference(workflow["reference"]), pipeline)
    for promotion in wanting:
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
    patterns = [compiled(pattern) for pattern in (*condition.branch, *condition.label_patterns)]
    if not patterns and not condition.labels:
        return True
    return label in condition.labels or any(found(pattern, label) for pattern in patterns)
