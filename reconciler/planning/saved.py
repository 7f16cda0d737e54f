"""A reviewed plan as a file: a claim that apply checks against the world, never a script to run.

It names what was to be done and the state it was decided from, without any secret value: of those
it holds slow, salted hashes that tell only whether a source gives another value now.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reconciler.model import Action, Address, Change, Desired, DesiredState, Live, Plan, Sealed
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import said_in, visible

FORMAT: Final = 2
READABLE: Final = (1, FORMAT)
_OTHERWISE: Final = frozenset({"Dashboard", "Notification"})
"""Kinds of which format 1 tells otherwise: widgets and rules by their place, endpoints in clear."""
_COST: Final = 2**12
"""Of scrypt: some milliseconds a value, so that a leaked file does not tell short ones."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a plan was made of and for; all of it has to be the same when it is applied.

    ``created`` and ``expires`` are seconds since the epoch. ``options`` are those that decide what
    is planned. ``fingerprint``: the name of the plan, which may be "".
    """

    organization: str
    tool_version: str
    created: float
    expires: float
    manifests: str
    paths: tuple[str, ...]
    options: Mapping[str, Any]
    fingerprint: str = ""


def fingerprint(plan: Plan, organization: str, key: bytes) -> str:
    """Name this exact decision: same steps, same fields, same live state, same values, same name.

    What is adopted, and which values are assumed from then on, is part of it.
    Return "" where secret values are written or assumed and there is no ``key`` to hash them under:
    under none, whoever reads the name could guess them.
    """
    if not key and plan.handles_values:
        return ""
    steps = [step_of(change) | {"values": _keyed(_written(change), key)} for change in plan.changes]
    adopted = {
        str(address): [
            [[v.path, v.state] for v in plan.hidden if v.address == address],
            _keyed(plan.assuming.get(address, {}), key),
        ]
        for address in plan.adopted
    }
    return _digest({"organization": organization, "steps": steps, "adopted": adopted})[:16]


def _keyed(values: Mapping[str, Sealed], key: bytes) -> dict[str, str]:
    return {path: sealed.keyed(key) for path, sealed in values.items()}


def _written(change: Change) -> dict[str, Sealed]:
    """Return, by path, each secret value in hand that the step writes."""
    found = sealed_in(change.desired.spec) if change.desired else []
    return {path: sealed for path, sealed in found if sealed.is_clear}


def manifests_digest(state: DesiredState, format_: int = FORMAT) -> str:
    """Return a hash of what is declared; comments, order and layout do not count.

    Of values from sources only where they come from counts. ``format_``: that of the plan which
    has to have the same.
    """
    objects = [
        {
            "address": str(address),
            "declared": _mentioned(desired, format_),
            "rules": [
                _protect(desired, format_),
                list(desired.rules.ignore),
                desired.rules.renamed_from,
                desired.rules.absent,
                desired.rules.allow_replace,
            ],
        }
        for address, desired in sorted(state.objects.items())
    ]
    return _digest({"objects": objects, "owned": sorted(state.owned)})


def document(plan: Plan, about: About, salt: bytes, tokens: Mapping[Address, Document]) -> Document:
    """Return the plan as JSON data; ``tokens`` are the idempotency tokens of each step by write."""
    body: Document = {
        "format_version": FORMAT,
        "organization": about.organization,
        "tool_version": about.tool_version,
        "created": about.created,
        "expires": about.expires,
        "manifests": about.manifests,
        "paths": list(about.paths),
        "options": dict(about.options),
        "salt": salt.hex(),
        "fingerprint": about.fingerprint,
        "steps": [
            step_of(change)
            | {
                "kind": change.address.kind,
                "project": change.address.project,
                "name": change.address.name,
                "reason": change.reason,
                "place": str(change.place or ""),
                "was": visible(change.live.spec) if change.live else None,
                "values": values(change, salt),
                "tokens": dict(tokens.get(change.address, {})),
            }
            for change in plan.changes
        ],
        "adopted": adoptions(plan, salt),
    }
    return body | {"seal": _digest(body)}


def is_intact(saved: Document) -> bool:
    """Whether nobody edited the file since it was written."""
    body = {key: value for key, value in saved.items() if key != "seal"}
    return hmac.compare_digest(str(saved.get("seal", "")), _digest(body))


def incomparable(saved: Document) -> tuple[str, ...]:
    """Return the addresses of steps that its format tells otherwise than a plan made today."""
    old = saved["format_version"] != FORMAT
    return tuple(step["address"] for step in saved["steps"] if old and step["kind"] in _OTHERWISE)


def migrated(saved: Document) -> Document:
    """Return a plan with all keys it would have today.

    Format 1 named nothing that goes along; earlier plans told nothing of what is adopted, and so
    adopt nothing.
    """
    steps = [{"takes": []} | step for step in saved["steps"]]
    return {"adopted": {}} | saved | {"steps": steps}


def deleted(saved: Document) -> frozenset[Address]:
    """Return what was to be deleted."""
    return frozenset(
        Address(step["kind"], step["project"], step["name"])
        for step in saved["steps"]
        if step["action"] == Action.DELETE
    )


def values(change: Change, salt: bytes) -> dict[str, str]:
    """Return, by path, a hash of each secret value that the step would write.

    Equal values have no equal hashes: that two secrets are the same is not told either.
    """
    return _slow(change.address, _written(change), salt)


def adoptions(plan: Plan, salt: bytes) -> Document:
    """Return what would be adopted, each with a hash of each value it is assumed to have then."""
    return {
        str(address): _slow(address, plan.assuming.get(address, {}), salt)
        for address in plan.adopted
    }


def _slow(address: Address, values: Mapping[str, Sealed], salt: bytes) -> dict[str, str]:
    return {
        path: hashlib.scrypt(
            sealed.reveal().encode(),
            salt=salt + f"{address} {path}".encode(),
            n=_COST,
            r=8,
            p=1,
        ).hex()
        for path, sealed in values.items()
    }


def step_of(change: Change) -> Document:
    """Return what of a step has to be the same when it is done."""
    return {
        "address": str(change.address),
        "action": str(change.action),
        "fields": [{"path": f.path, "before": f.before, "after": f.after} for f in change.fields],
        "takes": list(map(str, change.takes)),
        "live": _live_digest(change.live) if change.live else "",
    }


def _live_digest(live: Live) -> str:
    """Name a live state; where it holds secrets its revision stands for their values."""
    revision = live.revision if sealed_in(live.spec) else ""
    return _digest([str(live.address), live.id, revision, live.broken, visible(live.spec)])


def _protect(desired: Desired, format_: int) -> bool | None:
    """Return what is said of protection; format 1 did not tell "no" and nothing apart."""
    said = desired.rules.protect
    return said if format_ == FORMAT else bool(said)


def _mentioned(desired: Desired, format_: int) -> Any:
    clear = format_ != FORMAT and desired.address.kind in _OTHERWISE
    said = desired.spec.model_dump(exclude_unset=True, fallback=_revealed if clear else _worded)
    return [said, said_in(desired.spec)] if desired.beyond else said


def _revealed(value: object) -> str:
    return value.reveal() if isinstance(value, Sealed) and value.is_clear else _worded(value)


def _worded(value: object) -> str:
    return str(visible(value))


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=_worded)
    return hashlib.sha256(text.encode()).hexdigest()
