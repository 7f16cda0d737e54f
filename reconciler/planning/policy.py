"""What a plan may do without being asked twice."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Final

from reconciler.model import Action, Address, Change, DesiredState, Directory, Memory, Refusal
from reconciler.planning.names import home

MOST_DELETES: Final = 10
MOST_SHARE: Final = 0.3
FEWEST: Final = 10


@dataclass(frozen=True, slots=True)
class Policy:
    """The consents of one run.

    ``max_deletes`` bounds deletes and replaces together, and what we manage in a project counts
    with it; None means MOST_DELETES, and at most
    MOST_SHARE of a kind of which we manage FEWEST or more. ``adopt``: there is a ledger, which
    remembers what is found as declared. ``rewrite``: whose hidden values are to be written,
    whatever is known of them. ``spared``: what must not be touched by this run, nor go with a
    project. ``strict``: a value that nothing is known of is as bad as a wrong one;
    ``unmanaged_fails``: so is an object that no manifest declares.
    """

    allow_replace: bool = False
    max_deletes: int | None = None
    destroy: bool = False
    prune: bool = False
    adopt: bool = True
    rewrite: frozenset[Address] = frozenset()
    spared: Callable[[Address], bool] = lambda _: False
    strict: bool = False
    unmanaged_fails: bool = False


def protected(state: DesiredState, memory: Memory) -> set[Address]:
    """Return what must not be deleted: by its manifest, or as that once said."""
    found = {address for address, record in memory.records.items() if record.protect}
    found |= memory.guarded.keys()
    for address, desired in state.objects.items():
        if desired.rules.protect:
            found |= {address, desired.former}
    return found


def stays(
    change: Change,
    guarded: Collection[Address],
    directory: Directory,
    by_lost: Collection[Address] = (),
) -> str:
    """Return why an object must not be deleted, "" if it may.

    ``directory`` has the names that projects have in this run. ``guarded``: what is protected;
    ``by_lost``: by a ledger that is missing, see Memory.
    """
    here = {change.address, change.live.address if change.live else change.address}
    if any(address in guarded for address in here):
        if any(address in by_lost for address in here):
            return "it is protected by the ledger that was seen last"
        declared = change.desired is not None and change.desired.rules.protect
        once = f", as its manifest once said; {_lifting(change)}"
        return f"it is protected{'' if declared else once}"
    project = home(change, directory)
    going = sorted(str(one) for one in guarded if project and one.project == project)
    return f"{', '.join(going)} in it {_are(going)} protected" if going else ""


def _lifting(change: Change) -> str:
    if change.action is Action.REPLACE:
        return "to lift that, write `protect: false`"
    return "apply it with `protect: false` first"


def _are(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def refusals(
    changes: Iterable[Change],
    policy: Policy,
    memory: Memory,
    directory: Directory,
    guarded: Collection[Address] = (),
) -> tuple[Refusal, ...]:
    """Return what the policy does not allow, in words that say what would."""
    changes = tuple(changes)
    refused = [
        Refusal(change.address, text, change.place)
        for change in changes
        if change.action is Action.REPLACE
        and (text := _replace(change, policy, directory, guarded, memory.guarded))
    ]
    refused += [
        Refusal(change.address, text, change.place)
        for change in changes
        if (text := _takes_what_is_spared(change, policy))
    ]
    lost = _lost(changes, memory)
    most = MOST_DELETES if policy.max_deletes is None else policy.max_deletes
    if len(lost) > most:
        refused.append(_over_budget(len(lost), f"at most {most} are allowed in one run", len(lost)))
    elif policy.max_deletes is None:
        refused += _shares(lost, memory)
    return tuple(refused)


def _takes_what_is_spared(change: Change, policy: Policy) -> str:
    spared = [str(address) for address in change.takes if policy.spared(address)]
    if not spared:
        return ""
    return (
        f"{', '.join(spared)} in it would go with it, and {_are(spared)} left out by --exclude; "
        "leave the project out, too"
    )


def _lost(changes: Iterable[Change], memory: Memory) -> set[Address]:
    """Return all that would be deleted, with all that goes with its project."""
    deleting = [c for c in changes if c.action in (Action.DELETE, Action.REPLACE)]
    gone = {change.live.address if change.live else change.address for change in deleting}
    gone |= {address for change in deleting for address in change.takes}
    projects = {address.name for address in gone if address.kind == "Project"}
    return gone | {address for address in memory.records if address.project in projects}


def _over_budget(number: int, limit: str, all_of_them: int) -> Refusal:
    objects = f"{number} object{'' if number == 1 else 's'}"
    text = f"{objects} would be deleted or replaced, {limit}; to allow it: --max-deletes"
    return Refusal(None, f"{text} {all_of_them}")


def _shares(lost: Collection[Address], memory: Memory) -> list[Refusal]:
    """Refuse to lose a large part of what we manage of one kind."""
    managed = Counter(address.kind for address in memory.records)
    going = Counter(address.kind for address in lost)
    return [
        _over_budget(
            going[kind],
            f"that is more than 30 % of the {managed[kind]} managed of kind {kind}",
            len(lost),
        )
        for kind in sorted(managed)
        if managed[kind] >= FEWEST and going[kind] > MOST_SHARE * managed[kind]
    ]


def _replace(
    change: Change,
    policy: Policy,
    directory: Directory,
    guarded: Collection[Address],
    by_lost: Collection[Address],
) -> str:
    rules = change.desired.rules if change.desired else None
    own = {change.address, change.live.address if change.live else change.address}
    lifted = own - {*by_lost} if rules and rules.protect is False else set()
    if why := stays(change, {*guarded} - lifted, directory, by_lost):
        return f"{change.reason}, so it would be deleted and made anew, but {why}"
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
