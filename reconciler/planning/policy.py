"""What a plan may do without being asked twice."""

from collections.abc import Iterable
from dataclasses import dataclass

from reconciler.model import Action, Change, Refusal


@dataclass(frozen=True, slots=True)
class Policy:
    """The consents of one run.

    ``max_deletes`` bounds deletes and replaces together.
    """

    allow_replace: bool = False
    max_deletes: int = 10
    destroy: bool = False


def refusals(changes: Iterable[Change], policy: Policy) -> tuple[Refusal, ...]:
    """Return what the policy does not allow, in words that say what would."""
    changes = tuple(changes)
    refused = [
        Refusal(change.address, text)
        for change in changes
        if change.action is Action.REPLACE and (text := _replace(change, policy))
    ]
    lost = [c for c in changes if c.action in (Action.DELETE, Action.REPLACE)]
    if len(lost) > policy.max_deletes:
        text = (
            f"{len(lost)} objects would be deleted or replaced, at most {policy.max_deletes} are "
            f"allowed in one run; to allow it: --max-deletes {len(lost)}"
        )
        refused.append(Refusal(lost[policy.max_deletes].address, text))
    return tuple(refused)


def _replace(change: Change, policy: Policy) -> str:
    rules = change.desired.rules if change.desired else None
    if rules and rules.protect:
        return f"{change.reason}, so it would be deleted and made anew, but it is protected"
    if rules and rules.allow_replace:
        return ""
    if change.address.kind == "Project":
        return (
            f"{change.reason}, and to replace a project deletes everything in it; if that is meant,"
            " write `reconciler: {replace: allow}` into its manifest"
        )
    if policy.allow_replace:
        return ""
    return (
        f"{change.reason}: it has to be deleted and made anew; to allow it: --allow-replace, "
        "or `reconciler: {replace: allow}` in its manifest"
    )
