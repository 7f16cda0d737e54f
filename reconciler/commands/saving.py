"""Plans as files: written once, private, and checked in every respect before they are applied."""

import json
import os
import secrets
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from reconciler import __version__
from reconciler.commands import ledger, plan_place
from reconciler.commands.request import Request
from reconciler.distribution import UNKNOWN
from reconciler.errors import Archived, BadSettings, PlanStale
from reconciler.execution import Tokens
from reconciler.ledger import canonical
from reconciler.manifest import foreign
from reconciler.model import Address, Memory, Outcome, Plan, Result
from reconciler.planning import saved, stale
from reconciler.planning.saved import About
from reconciler.planning.stale import Difference

Document = saved.Document

SUFFIX = ".json"
"""How the name of a file with a plan ends."""
_MARK = b'"format_version"'
_CLOCKS_DIFFER: Final = 24 * 3600.0
"""Seconds: that of the machine that made a plan and those of others, at most."""
_AGAIN: Final = "this was done when the plan was applied before, and is to be done again"

VALID_FOR = 24 * 3600.0
"""Seconds for which a saved plan can be applied."""


def save(  # noqa: PLR0913 — what a plan is bound to
    path: str,
    plan: Plan,
    *,
    organization: str,
    request: Request,
    paths: tuple[str, ...],
    key: bytes,
    valid_for: float = VALID_FOR,
) -> None:
    """Write a plan, mode 0600; raises BadSettings if the file exists or can't be written."""
    now = time.time()
    about = About(
        organization=organization,
        tool_version=__version__,
        created=now,
        expires=now + valid_for,
        manifests=saved.manifests_digest(request.state),
        paths=paths,
        options=request.options(),
        fingerprint=fingerprint(plan, organization, key),
        made_in=plan_place.here(),
    )
    tokens = Tokens()
    drawn = {c.address: tokens.drawn_for(c.address) for c in plan.changes}
    hashing = saved.Hashing(secrets.token_bytes(16), key)
    text = json.dumps(saved.document(plan, about, hashing, drawn), indent=2, sort_keys=True)
    try:
        file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w")
    except OSError as error:
        raise BadSettings(f"--out {path}: {error.strerror}") from None
    try:
        with file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:  # half a plan is none, and would be in the way of the next
        Path(path).unlink(missing_ok=True)
        raise BadSettings(f"--out {path}: {error.strerror}") from None


def fingerprint(plan: Plan, organization: str, key: bytes) -> str:
    """Name this exact decision about an organization, however its address is spelled."""
    return saved.fingerprint(plan, canonical(organization), key)


def is_saved_plan(path: str) -> bool:
    """Whether a path given to apply is a plan rather than a manifest in JSON.

    What ends like a plan and is neither counts as one: to read it says what is wrong.
    """
    if not path.endswith(SUFFIX):
        return False
    try:
        raw = Path(path).read_bytes()
    except IsADirectoryError:
        return False
    except OSError:
        return True
    return _MARK in raw or not foreign.may_be_meant(raw)


def refuse_plans(texts: Iterable[str]) -> None:
    """Raise BadSettings for a saved plan in the place of an address or a pattern."""
    for text in texts:
        try:
            found = json.loads(Path(text).read_text("utf-8")) if Path(text).is_file() else None
        except (OSError, ValueError, RecursionError):
            continue
        if foreign.is_saved_plan(found):
            raise BadSettings(f"{text}: {foreign.about_plan(text)}")


def read(path: str) -> Document:
    """Read a saved plan; raises BadSettings for what is none, PlanStale for what was edited."""
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSettings(f"{path}: {error.strerror}") from None
    except (ValueError, RecursionError):
        raise BadSettings(f"{path}: not a saved plan, nor a manifest: no JSON") from None
    if not foreign.is_saved_plan(found):
        raise BadSettings(
            f"{path}: not a saved plan, which `reconciler plan --out FILE` writes, nor a manifest"
        )
    if found["format_version"] not in saved.READABLE:
        raise PlanStale(
            f"{path} has format {found['format_version']}, this program reads "
            f"{saved.READABLE[0]} to {saved.FORMAT}; plan again"
        )
    if not saved.is_intact(found):
        raise PlanStale(f"{path} was edited after it was written; plan again")
    if others := saved.incomparable(found):
        raise PlanStale(
            f"{path} has format {found['format_version']}, which tells of {', '.join(others)} what "
            "can't be held against a plan of today; plan again, and delete this file if it has the "
            "endpoint of a notification: there it is in clear"
        )
    return saved.migrated(found)


def options_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the plan was asked for with, as the fields of a Request."""
    options = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in found["options"].items()
    }
    return options | {"also": saved.deleted(dict(found))}


def check_bound(found: Mapping[str, Any], organization: str, request: Request) -> None:
    """Refuse a plan of another organization, tool, time or set of manifests; raises PlanStale."""
    if canonical(found["organization"]) != canonical(organization):
        raise PlanStale(f"the plan is for {found['organization']}, not for {organization}")
    if found["tool_version"] != __version__:
        raise PlanStale(
            f"the plan was made by version {found['tool_version']}, this is {__version__}; "
            "plan again"
        )
    if __version__ == UNKNOWN:
        raise PlanStale(
            "this program was built without its repository, so that nothing tells whether it is "
            "the one that made the plan; install a release, or name the plan by --expect"
        )
    if time.time() > found["expires"]:
        when = time.strftime("%Y-%m-%d %H:%M:%SZ", time.gmtime(found["expires"]))
        raise PlanStale(f"the plan expired at {when}; plan again")
    if found["manifests"] != saved.manifests_digest(request.state, found["format_version"]):
        where = plan_place.elsewhere(found)
        way = f"perhaps they are those of another directory: {where}" if where else "plan again"
        raise PlanStale(f"the manifests are not those the plan was made from; {way}")


@dataclass(frozen=True, slots=True)
class Review:
    """What was reviewed: a saved plan, the fingerprint of one, or nothing."""

    saved: Document | None = None
    expected: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the plan itself is at hand, and not only its name."""
        return self.saved is not None

    def done(self, where: ledger.Where, organization: str) -> frozenset[Address]:
        """Return the steps that earlier runs of it did; raises PlanStale if they did all of it."""
        if self.saved is None:
            return frozenset()
        made = datetime.fromtimestamp(self.saved["created"] - _CLOCKS_DIFFER, UTC)
        since = made.isoformat(timespec="milliseconds")
        try:
            earlier = ledger.earlier(where, organization, self.saved["seal"], since)
        except Archived as error:
            raise PlanStale(
                f"{error}, so nor is whether the plan was applied; plan again, and apply that by "
                "its fingerprint, --expect"
            ) from error
        if earlier.whole:
            raise PlanStale(
                f"the plan was applied at {earlier.whole}, and all of it was done: a saved plan is "
                "applied once; nothing was changed; plan again"
            )
        return earlier.steps

    def spent(self, outcomes: Collection[Outcome]) -> bool:
        """Whether it can't be applied again after a run that left something undone.

        A saved plan does what is left unless something was done by halves or is not as it was. A
        fingerprint stands for all of the plan.
        """
        rest = [each for each in outcomes if each.result is not Result.DONE]
        if not rest or (self.saved is None and self.expected is None):
            return False
        begun = any(each.result is Result.FAILED and not each.untouched for each in rest)
        return begun or (self.saved is None and len(rest) < len(outcomes))

    def told(self, fresh: Plan) -> dict[str, Any]:
        """Return what ``done`` has to find in the ledger of a run that is about to do it."""
        if self.saved is None:
            return {}
        return {"saved": self.saved["seal"], "changes": len(fresh.changes)}

    def check(
        self, fresh: Plan, organization: str, memory: Memory, done: Collection[Address] = ()
    ) -> None:
        """Refuse a plan that is not what was reviewed; raises PlanStale, with what moved.

        ``done``: the steps of it that an earlier run did.
        """
        if self.saved is not None:
            again = [c for c in fresh.changes if c.address in done]
            hashing = saved.Hashing.of(self.saved, memory.hashes.key)
            moved = stale.differences(self.saved, fresh, hashing, memory.intended, done)
            moved = [d for d in moved if d.address not in {str(c.address) for c in again}]
            moved += [Difference(str(c.address), _AGAIN, (c.action,), (c.action,)) for c in again]
            if moved:
                view = "\n".join(map(_view, moved))
                raise PlanStale(f"the plan is stale, nothing was changed:\n{view}", moved)
        if self.expected is not None:
            now = fingerprint(fresh, organization, memory.hashes.key)
            if not now:
                raise PlanStale(
                    "--expect can't tell whether the plan writes or assumes the secret values that "
                    "were reviewed: there is no ledger yet with a key to name them by; nothing was "
                    "changed; review with plan --out FILE, and apply that"
                )
            if now != self.expected:
                raise PlanStale(
                    f"the plan is now {now}, not {self.expected} as expected; "
                    "nothing was changed; plan again"
                )

    def tokens(self, fresh: Plan) -> Tokens | None:
        """Return the idempotency tokens that were drawn when the plan was saved."""
        if self.saved is None:
            return None
        drawn = {step["address"]: step["tokens"] for step in self.saved["steps"]}
        return Tokens.known({c.address: drawn.get(str(c.address), {}) for c in fresh.changes})


def _view(difference: Difference) -> str:
    lines = [f"  {difference.address}: {difference.text}"]
    lines += [f"    you reviewed  {line}" for line in difference.reviewed]
    lines += [f"    to do now     {line}" for line in difference.planned]
    then, now = (_flat(side) for side in (difference.then, difference.now))
    for path in sorted(then.keys() | now.keys()):
        if then.get(path) != now.get(path):
            lines.append(f"    it was        {path}: {_text(then.get(path))}")
            lines.append(f"    it is now     {path}: {_text(now.get(path))}")
    return "\n".join(lines)


def _flat(data: Mapping[str, Any] | None, above: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in (data or {}).items():
        path = f"{above}{key}"
        flat |= _flat(value, f"{path}.") if isinstance(value, Mapping) else {path: value}
    return flat


def _text(value: Any) -> str:
    if value is None:
        return "(not there)"
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
