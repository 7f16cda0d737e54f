"""Plans, results and problems as JSON for programs: stable keys, stable order, no secret values.

Every document has ``format_version``. It changes when a key is renamed, removed or changes its
meaning, not when one is added.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any

from reconciler.model import (
    Action,
    Address,
    Change,
    Outcome,
    Place,
    Plan,
    Problem,
    Result,
    Severity,
    ValueState,
)
from reconciler.model.hidden import HiddenValue
from reconciler.model.report import Report
from reconciler.render.drift import observed_live, seen_live
from reconciler.render.moments import moment
from reconciler.render.remarks import nameless
from reconciler.render.table import tally

FORMAT_VERSION = 1
PLANS = 2
"""Of plans, drift and what was applied, since ``unchanged`` are only those known to be so."""

Document = dict[str, Any]


def dumps(document: Document) -> str:
    """Return the document as ASCII JSON, which survives every terminal and log."""
    versioned = {"format_version": FORMAT_VERSION, **document}
    return json.dumps(versioned, indent=2, sort_keys=True) + "\n"


def plan(told: Report) -> Document:
    """Describe a plan, as documents.Plan tells."""
    decided, fingerprint = told.plan, told.fingerprint or ""
    return {
        "format_version": PLANS,
        "organization": told.organization,
        "changes": [_change(change) for change in decided.changes],
        "observed": [_change(change) for change in decided.observed],
        **_left(decided),
        "fingerprint": fingerprint,
        "no_fingerprint": "" if fingerprint else nameless(decided),
        "adopted": _addresses(tuple(decided.adopted)),
        **_hidden(decided),
        "notes": _problems(decided.notes),
        "refusals": _refusals(decided),
        "summary": _summary(decided),
        **_around(told),
    }


def _around(told: Report) -> Document:
    """Describe what is known around a plan."""
    found = told.coverage
    return {
        "coverage": asdict(found) | {"percent": found.percent} if found else None,
        "places": {str(address): place(at) for address, at in told.places.items()},
    }


def _left(decided: Plan) -> Document:
    """Describe what a plan leaves as it is, and what it could not look at."""
    return {
        "unchanged": _addresses(decided.unchanged),
        "unmanaged": _addresses(decided.unmanaged),
        "excluded": _addresses(decided.excluded),
        "orphaned": _addresses(decided.orphaned),
        "released": _addresses(decided.released),
        "staying": _addresses(decided.staying),
        "unread": [asdict(part) for part in decided.unread],
        "failing": [each.text for each in decided.failing],
        "skipped": _addresses(decided.skipped),
    }


def drift(told: Report) -> Document:
    """Describe the drift that a plan would end, as documents.Drift tells."""
    decided = told.plan
    found, seen = seen_live(decided), observed_live(decided)
    observed = (*seen.differing, *seen.missing, *seen.unwanted)
    return {
        "format_version": PLANS,
        "organization": told.organization,
        "drifted": _drifted(decided),
        "compared": not decided.is_idle,
        "different": [_change(change) for change in found.differing],
        "missing": [_change(change) for change in found.missing],
        "unwanted": [_change(change) for change in found.unwanted],
        "observed": [_change(change) for change in observed],
        **_left(decided),
        **_hidden(decided),
        "notes": _problems(decided.notes),
        "refusals": _refusals(decided),
        **_around(told),
        **({"absorbed": dict(told.absorbed)} if told.absorbed is not None else {}),
    }


def _drifted(decided: Plan) -> bool | None:
    if seen_live(decided) or decided.observed:
        return True
    return None if decided.refusals or decided.is_idle else False


def applied(told: Report) -> Document:
    """Describe an apply, as documents.Apply tells."""
    decided, outcomes = told.plan, told.outcomes
    recorded = outcomes is not None and not told.trouble
    results = Counter(outcome.result for outcome in outcomes or ())
    return {
        "format_version": PLANS,
        "plan": plan(told),
        "outcomes": [_outcome(outcome) for outcome in outcomes or ()],
        "results": {str(result): results[result] for result in Result},
        "assumed": _values(decided.assumed_now if recorded else ()),
        "unknown": [
            {"address": str(outcome.change.address), "path": path}
            for outcome in outcomes or ()
            for path in outcome.unknown
        ],
        "ledger_error": told.trouble,
        "plan_again": told.spent,
        "begun": moment(told.begun),
        "ended": moment(told.ended),
        "requests": told.requests,
    }


def problems(found: Collection[Problem], objects: int) -> Document:
    """Describe a validation: ``valid``, ``objects`` declared, and ``problems`` in order of place.

    Each problem has ``place``, ``severity`` (error, warning) and ``text``. Where there are
    errors, ``objects`` is 0.
    """
    return {
        "valid": all(problem.severity is not Severity.ERROR for problem in found),
        "objects": objects,
        "problems": _problems(found),
    }


def _change(change: Change) -> Document:
    written = change.secrets_written
    return {
        **address_parts(change.address),
        "action": str(change.action),
        "reason": change.reason,
        "place": place(change.place),
        "secrets_written": list(written),
        "writes_secret": bool(written),
        "fields": [
            {
                "path": field.path,
                "before": field.before,
                "after": field.after,
                "secret": field.secret,
                "cause": field.cause,
            }
            for field in change.fields
        ],
        "takes": _addresses(change.takes),
    }


def _outcome(outcome: Outcome) -> Document:
    return {
        **address_parts(outcome.change.address),
        "action": str(outcome.change.action),
        "result": str(outcome.result),
        "detail": outcome.detail,
        "left": outcome.left,
        "seconds": round(outcome.seconds, 3),
    }


def address_parts(address: Address) -> Document:
    return {
        "address": str(address),
        "kind": address.kind,
        "project": address.project,
        "name": address.name,
    }


def _addresses(addresses: Sequence[Address]) -> list[str]:
    return [str(address) for address in sorted(addresses)]


def _hidden(decided: Plan) -> Document:
    return {
        str(state): _values(decided.values(state))
        for state in (ValueState.ASSUMED, ValueState.UNHONOURED, ValueState.UNKNOWN)
    }


def _values(found: Iterable[HiddenValue]) -> list[Document]:
    return [{"address": str(value.address), "path": value.path} for value in sorted(found)]


def _refusals(decided: Plan) -> list[Document]:
    return [
        {
            "address": str(refusal.address) if refusal.address else None,
            "place": place(refusal.place),
            "text": refusal.text,
        }
        for refusal in decided.refusals
    ]


def place(place: Place | None) -> Document | None:
    if place is None:
        return None
    return {"file": place.file, "line": place.line, "column": place.column}


def _problems(found: Collection[Problem]) -> list[Document]:
    return [
        {"place": place(each.place), "severity": str(each.severity), "text": each.text}
        for each in sorted(set(found))
    ]


def _summary(decided: Plan) -> Document:
    by_kind: dict[str, dict[str, int]] = {}
    for (kind, what), number in sorted(tally(decided).items()):
        by_kind.setdefault(kind, {})[what] = number
    totals = Counter(change.action for change in decided.changes)
    return {
        **{str(action): totals[action] for action in Action},
        "unchanged": len(decided.unchanged),
        "uncompared": len(decided.uncompared),
        "by_kind": by_kind,
    }
