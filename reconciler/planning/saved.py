"""A reviewed plan as a file: a claim that apply checks against the world, never a script to run.

It names what was to be done and the state it was decided from, without any secret value: of those
it holds salted hashes that tell only whether a source gives another value now.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from reconciler.model import Action, Address, Change, Desired, DesiredState, Live, Plan, Sealed
from reconciler.model.secrets import sealed_in
from reconciler.planning.diff import said_in, visible

FORMAT: Final = 4
READABLE: Final = (1, 2, 3, FORMAT)
_OTHERWISE: Final = frozenset({"Dashboard", "Notification"})
"""Kinds of which format 1 tells otherwise: widgets and rules by their place, endpoints in clear."""
_ADOPTS_BY_ID: Final = 4
"""The format since which a plan tells which object it is that is adopted."""
_COST: Final = 2**12
"""Of scrypt: some milliseconds a value, so that a leaked file does not tell short ones."""
_SLOWLY: Final = ""
"""In the place of what names a key: the hashes are under none."""

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class About:
    """What a plan was made of and for; all of it has to be the same when it is applied.

    ``created`` and ``expires`` are seconds since the epoch. ``options`` are those that decide what
    is planned. ``fingerprint``: the name of the plan, which may be "". ``made_in``: the directory
    that ``paths`` are from, by its name from the top of the repository; it need not be the same.
    """

    organization: str
    tool_version: str
    created: float
    expires: float
    manifests: str
    paths: tuple[str, ...]
    options: Mapping[str, Any]
    fingerprint: str = ""
    made_in: str = ""


@dataclass(frozen=True, slots=True)
class Hashing:
    """How the values of one saved plan are hashed.

    Under the ``key`` of the ledger, which is not in the file, if there is one: without it nobody
    can try guesses. Else slowly, so that nobody can try many.
    """

    salt: bytes
    key: bytes = field(default=b"", repr=False)

    @classmethod
    def of(cls, saved: Document, key: bytes) -> "Hashing":
        """Return how it was done in a plan; of another ``name`` if not under this key."""
        slowly = saved["hashed_under"] == _SLOWLY
        return cls(bytes.fromhex(saved["salt"]), b"" if slowly else key)

    @property
    def name(self) -> str:
        """What names the key in this plan, and tells nothing of it."""
        return self._keyed("key")[:16] if self.key else _SLOWLY

    def hashed(self, address: Address, values: Mapping[str, Sealed]) -> dict[str, str]:
        """Return a hash of each value, by path.

        Equal values have no equal hashes: that two secrets are the same is not told either.
        """
        made = self._keyed if self.key else self._slow
        return {path: made(f"{address} {path}", value.reveal()) for path, value in values.items()}

    def _keyed(self, *told: str) -> str:
        text = json.dumps([self.salt.hex(), *told]).encode()
        return hmac.new(self.key, b"plan\0" + text, hashlib.sha256).hexdigest()

    def _slow(self, place: str, value: str) -> str:
        salt = self.salt + place.encode()
        return hashlib.scrypt(value.encode(), salt=salt, n=_COST, r=8, p=1).hex()


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
            identity(live),
            _state_digest(live),
            [[v.path, v.state] for v in plan.hidden if v.address == address],
            _keyed(plan.assuming.get(address, {}), key),
        ]
        for address, live in plan.adopted.items()
    }
    return _digest({"organization": organization, "steps": steps, "adopted": adopted})[:16]


def _keyed(values: Mapping[str, Sealed], key: bytes) -> dict[str, str]:
    return {path: sealed.keyed(key) for path, sealed in values.items()}


def _written(change: Change) -> dict[str, Sealed]:
    """Return, by path, each secret value in hand that the step writes."""
    found = sealed_in(change.desired.spec) if change.desired else []
    written = set(change.secrets_written)
    return {path: sealed for path, sealed in found if sealed.is_clear and path in written}


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
                *(["forget"] if desired.rules.forget else []),
                *(["observe"] if desired.rules.observe else []),
            ],
        }
        for address, desired in sorted(state.objects.items())
    ]
    return _digest({"objects": objects, "owned": sorted(state.owned)})


def document(
    plan: Plan, about: About, hashing: Hashing, tokens: Mapping[Address, Document]
) -> Document:
    """Return the plan as JSON data; ``tokens`` are the idempotency tokens of each step by write."""
    body: Document = {
        "format_version": FORMAT,
        "organization": about.organization,
        "tool_version": about.tool_version,
        "created": about.created,
        "expires": about.expires,
        "manifests": about.manifests,
        "paths": list(about.paths),
        "made_in": about.made_in,
        "options": dict(about.options),
        "salt": hashing.salt.hex(),
        "hashed_under": hashing.name,
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
                "values": values(change, hashing),
                "tokens": dict(tokens.get(change.address, {})),
            }
            for change in plan.changes
        ],
        "adopted": adoptions(plan, hashing),
    }
    return body | {"seal": _digest(body)}


def is_intact(saved: Document) -> bool:
    """Whether nobody edited the file since it was written."""
    body = {key: value for key, value in saved.items() if key != "seal"}
    return hmac.compare_digest(str(saved.get("seal", "")), _digest(body))


def incomparable(saved: Document) -> tuple[str, ...]:
    """Return the addresses of steps that its format tells otherwise than a plan made today."""
    old = saved["format_version"] == 1
    return tuple(step["address"] for step in saved["steps"] if old and step["kind"] in _OTHERWISE)


def migrated(saved: Document) -> Document:
    """Return a plan with all keys it would have today.

    Format 1 named nothing that goes along, and up to format 3 no ids were told; earlier plans
    told nothing of what is adopted, or only its name, and so adopt nothing; up to format 2 all
    hashes were slow.
    """
    steps = [{"takes": [], "ids": {}} | step for step in saved["steps"]]
    nameless: Document = {"adopted": {}} if saved["format_version"] < _ADOPTS_BY_ID else {}
    return {"hashed_under": _SLOWLY, "made_in": ""} | saved | {"steps": steps} | nameless


def deleted(saved: Document) -> frozenset[Address]:
    """Return what was to be deleted."""
    return frozenset(
        Address(step["kind"], step["project"], step["name"])
        for step in saved["steps"]
        if step["action"] == Action.DELETE
    )


def values(change: Change, hashing: Hashing) -> dict[str, str]:
    """Return, by path, a hash of each secret value that the step would write."""
    return hashing.hashed(change.address, _written(change))


def adoptions(plan: Plan, hashing: Hashing) -> Document:
    """Return what would be adopted: which object, as it is there, and what it is assumed to have.

    Of each value that it is assumed to have then, a hash.
    """
    return {
        str(address): {
            "object": identity(live),
            "live": _state_digest(live),
            "assumed": hashing.hashed(address, plan.assuming.get(address, {})),
        }
        for address, live in plan.adopted.items()
    }


def step_of(change: Change) -> Document:
    """Return what of a step has to be the same when it is done."""
    return {
        "address": str(change.address),
        "action": str(change.action),
        "fields": [{"path": f.path, "before": f.before, "after": f.after} for f in change.fields],
        "takes": list(map(str, change.takes)),
        "ids": dict(change.ids),
        "live": _live_digest(change.live) if change.live else "",
    }


def _live_digest(live: Live) -> str:
    """Name a live state, and whose it is."""
    return _digest([str(live.address), live.id, *_state(live)])


def _state_digest(live: Live) -> str:
    return _digest(_state(live))


def _state(live: Live) -> list[Any]:
    """Return what shows of an object; for the values of secrets its revision stands."""
    revision = live.revision if sealed_in(live.spec) else ""
    return [revision, live.broken, visible(live.spec)]


def identity(live: Live) -> list[str]:
    """Return what a namesake can't have: its id, and that of the project that it is in."""
    return [live.id, live.home]


def _protect(desired: Desired, format_: int) -> bool | None:
    """Return what is said of protection; format 1 did not tell "no" and nothing apart."""
    said = desired.rules.protect
    return bool(said) if format_ == 1 else said


def _mentioned(desired: Desired, format_: int) -> Any:
    clear = format_ == 1 and desired.address.kind in _OTHERWISE
    said = desired.spec.model_dump(exclude_unset=True, fallback=_revealed if clear else _worded)
    return [said, said_in(desired.spec)] if desired.beyond else said


def _revealed(value: object) -> str:
    return value.reveal() if isinstance(value, Sealed) and value.is_clear else _worded(value)


def _worded(value: object) -> str:
    return str(visible(value))


def _digest(data: Any) -> str:
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, default=_worded)
    return hashlib.sha256(text.encode()).hexdigest()
