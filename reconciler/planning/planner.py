"""Two states and a policy make one plan."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from typing import Final

from reconciler.model import (
    Action,
    Address,
    DesiredState,
    LiveState,
    Memory,
    Plan,
    Sealed,
    ValueState,
)
from reconciler.model.plan import Failing
from reconciler.model.resource import part_of
from reconciler.model.secrets import sealed_in
from reconciler.planning.around import NOTHING_AROUND, Around, keeping
from reconciler.planning.beyond import tell_unknown
from reconciler.planning.consent import refusals
from reconciler.planning.contents import warn, with_contents
from reconciler.planning.decide import FORGETFUL
from reconciler.planning.declared import declared
from reconciler.planning.draft import Draft
from reconciler.planning.graph import ordered
from reconciler.planning.identities import identify
from reconciler.planning.leaving import spare, still_ours, undeclared, unmanaged
from reconciler.planning.policy import Policy
from reconciler.planning.presence import of_note
from reconciler.planning.renames import lookalikes
from reconciler.planning.unseen import left_uncompared


def _hint_at_renames(draft: Draft) -> None:
    deleted = [c.live for c in draft.changes if c.action is Action.DELETE and c.live]
    leaving = {live.address: live for live in (*draft.orphaned, *deleted)}
    draft.notes += lookalikes(draft.changes, leaving.values())


def _refuse(draft: Draft) -> None:
    draft.refusals += refusals(draft)


STEPS: Final[tuple[Callable[[Draft], None], ...]] = (
    declared,
    undeclared,
    left_uncompared,
    _hint_at_renames,
    spare,
    with_contents,
    identify,
    warn,
    tell_unknown,
    _refuse,
)
"""What makes a plan, in this order; each adds to the draft what it finds."""


def plan(
    desired: DesiredState,
    live: LiveState,
    policy: Policy,
    memory: Memory = FORGETFUL,
    beyond: Around = NOTHING_AROUND,
) -> Plan:
    """Return what has to be done for ``live`` to be as ``desired``.

    Pure: same states, same plan, whatever their order. What is not allowed is in the plan too,
    with its refusal. ``memory`` holds what we applied before, of what this run may touch only.
    ``beyond``: what is so of all that is declared and remembered, whether this run may touch it or
    not.
    """
    draft = Draft(desired, live, policy, memory, keeping(beyond, desired, memory, of_note(live)))
    for step in STEPS:
        step(draft)
    uncompared = {value.address for value in draft.hidden}
    undeclared = unmanaged(draft)
    orphaned = tuple(sorted(still_ours(draft)))
    staying = tuple(sorted(change.address for change in draft.staying))
    released = tuple(sorted(draft.released))
    decided = Plan(
        changes=ordered(draft.changes),
        unchanged=tuple(sorted(a for a in draft.settled if a not in uncompared)),
        hidden=tuple(sorted(draft.hidden)),
        adopted=dict(sorted(draft.adopted.items())),
        assuming=dict(_assuming(draft)),
        unmanaged=tuple(a for a in undeclared if a not in {*orphaned, *staying, *released}),
        notes=tuple(sorted(draft.notes)),
        refusals=tuple(draft.refusals),
        remember=tuple(draft.remember),
        staying=staying,
        unread=live.unread,
        skipped=tuple(sorted(draft.skipped)),
        orphaned=orphaned,
        released=released,
        observed=tuple(sorted(draft.observed, key=lambda change: change.address)),
        elsewhere=tuple(sorted(_elsewhere(draft))),
    )
    return replace(decided, failing=tuple(_failing(decided, draft, undeclared)))


def _elsewhere(draft: Draft) -> Iterator[tuple[Address, Address]]:
    """Yield what is declared by a name that others have changed, and the one it has.

    An entry that gives its id is one of those, too, though a plan would rename it.
    """
    yield from ((before, now) for before, now in draft.elsewhere.items() if before != now)
    for change in draft.changes:
        now = draft.memory.moves.get(change.address, change.address)
        if change.live and change.live.address == now != change.address:
            yield change.address, now


def _assuming(draft: Draft) -> Iterator[tuple[Address, dict[str, Sealed]]]:
    """Yield the declared values of which an adoption takes for granted that they are there."""
    changing = {change.address for change in draft.changes}
    unseen = {
        (value.address, value.path) for value in draft.hidden if value.state is ValueState.UNKNOWN
    }
    for address in sorted({*draft.adopted} - changing):
        declared = sealed_in(draft.desired.objects[address].spec)
        found = {p: sealed for p, sealed in declared if sealed.is_clear and (address, p) in unseen}
        if found:
            yield address, found


def _failing(decided: Plan, draft: Draft, undeclared: Collection[Address]) -> Iterator[Failing]:
    """Yield what the policy does not let pass for a success; ``undeclared``: by whomever made."""
    policy = draft.policy
    if policy.strict:
        yield from map(Failing, _not_strict(decided, draft))
    if policy.unmanaged_fails and undeclared:
        text = f"--unmanaged fail: {_number(len(undeclared), 'object')} declared nowhere"
        yield Failing(text, frozenset(undeclared))
    if policy.unmanaged_fails and decided.unread:
        yield Failing("--unmanaged fail: not all was looked into")


def _not_strict(decided: Plan, draft: Draft) -> Iterator[str]:
    """Yield what is not known, or not in effect. An adoption makes known what it has at hand."""
    found = decided.values(ValueState.UNKNOWN)
    known = decided.assuming if draft.policy.only_adopt else {}
    unknown = [value for value in found if value.path not in known.get(value.address, {})]
    if unknown:
        yield f"--strict: {_number(len(unknown), 'value')} not known"
    if unhonoured := len(decided.values(ValueState.UNHONOURED)):
        yield f"--strict: {_number(unhonoured, 'setting')} not in effect"
    unread = {(part.kind, part.project) for part in decided.unread}
    ours = draft.memory.records.keys() - draft.desired.objects.keys()
    unseen = sum(part_of(address) in unread for address in ours)
    if unseen:
        yield f"--strict: {_number(unseen, 'object')} of ours, declared no longer, not looked at"


def _number(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
