"""What a plan may do without being asked twice."""

from collections import Counter
from collections.abc import Collection, Container, Iterable, Sized

from reconciler.model import Action, Address, Change, Memory, Refusal
from reconciler.planning.draft import Draft
from reconciler.planning.names import home
from reconciler.planning.policy import FEWEST, MOST_DELETES, MOST_SHARE, Policy
from reconciler.planning.unseen import elsewhere


def stays(draft: Draft, change: Change, lifted: Collection[Address] = ()) -> str:
    """Return why an object must not be deleted, "" if it may.

    ``lifted``: what its own manifest lets go, whoever protected it.
    """
    guarded, by_lost = draft.around.guarded, draft.memory.guarded
    here = {change.address, change.live.address if change.live else change.address}
    held = (here & guarded).difference(lifted)
    if not held.isdisjoint(by_lost):
        return "it is protected by the ledger that was seen last"
    if held & draft.around.observed:
        return "it is only observed"
    if held:
        declared = change.desired is not None and change.desired.rules.protect
        if declared and change.action is not Action.REPLACE:
            return "it is protected"
        once = "" if declared else ", as its manifest once said"
        return f"it is protected{once}; {_lifting(change)}"
    project = home(change, draft.live.directory)
    going = sorted(one for one in guarded if one.project == project) if project else []
    names, how = [str(one) for one in going], "protected"
    if draft.around.observed.issuperset(going):
        how = "only observed"
    return f"{', '.join(names)} in it {are(names)} {how}" if going else ""


def _lifting(change: Change) -> str:
    if change.action is Action.REPLACE:
        return "to lift that, write `protect: false`"
    if change.desired and change.desired.rules.protect is False:
        return "apply it once with `protect: false` and without `absent: true` to lift that"
    return "apply it with `protect: false` first"


def are(names: Sized) -> str:
    """Return the verb for one name or more."""
    return "is" if len(names) == 1 else "are"


def refusals(draft: Draft) -> tuple[Refusal, ...]:
    """Return what the policy does not allow, in words that say what would."""
    changes, policy, memory = draft.changes, draft.policy, draft.memory
    left_out = draft.around.claimed - draft.desired.objects.keys()
    refused = [
        Refusal(change.address, text, change.place)
        for change in changes
        if change.action is Action.REPLACE and (text := _replace(draft, change))
    ]
    refused += [
        Refusal(change.address, text, change.place)
        for change in changes
        if (
            text := _takes_what_is_spared(change, policy)
            or _takes_what_is_declared(draft, change)
            or _takes_for_good(change, left_out)
            or _takes_what_was_not_read(draft, change)
        )
    ]
    if policy.only_adopt:
        refused += [Refusal(each.address, _more_than_adopted(each), each.place) for each in changes]
    lost = _lost(changes)
    most = MOST_DELETES if policy.max_deletes is None else policy.max_deletes
    if len(lost) > most:
        refused.append(_over_budget(len(lost), f"at most {most} are allowed in one run", len(lost)))
    elif policy.max_deletes is None:
        refused += _shares(lost, memory)
    return tuple(refused)


def _more_than_adopted(change: Change) -> str:
    what = change.action.value
    return (
        f"adopt writes nothing to Semaphore, and this is to {what} ({change.reason}); "
        "make the manifest say what is there, leave it out, or use apply"
    )


def _takes_what_is_spared(change: Change, policy: Policy) -> str:
    spared = [str(address) for address in change.takes if policy.spared(address)]
    if not spared:
        return ""
    return (
        f"{', '.join(spared)} in it would go with it, and {are(spared)} left out by --exclude; "
        "leave the project out, too"
    )


def _takes_what_is_declared(draft: Draft, change: Change) -> str:
    """Say what is declared in a project that is deleted, or refers to it."""
    project = home(change, draft.live.directory)
    if change.action is not Action.DELETE or draft.policy.destroy or not project:
        return ""
    gone = {each.address for each in draft.changes if each.action is Action.DELETE}
    needing = [str(each) for each in draft.around.needed.get(project, ()) if each not in gone]
    if not needing:
        return ""
    names, need = ", ".join(needing), "needs" if len(needing) == 1 else "need"
    return (
        f"{change.reason}, but {names} {are(needing)} declared, and {need} it; declare it again, "
        "or take what needs it out of the manifests, too"
    )


def _takes_for_good(change: Change, left_out: Container[Address]) -> str:
    """Say what is declared in a project that is replaced, and would not be created again."""
    lost = [str(address) for address in change.takes if address in left_out]
    if change.action is not Action.REPLACE or not lost:
        return ""
    return (
        f"{', '.join(lost)} in it would go with it, and {are(lost)} declared, but left out of "
        "this run, which would not create again what goes; take all that is in it along"
    )


def _takes_what_was_not_read(draft: Draft, change: Change) -> str:
    """Say what goes with a project that a file may declare which was not read."""
    said = [(str(a), why) for a in change.takes if (why := elsewhere(draft, a))]
    if not said:
        return ""
    names = [name for name, _ in said]
    return f"{', '.join(names)} in it would go with it, and {said[0][1]}; read it, too"


def _lost(changes: Iterable[Change]) -> set[Address]:
    """Return all that would be deleted, with all that goes with its project."""
    deleting = [c for c in changes if c.action in (Action.DELETE, Action.REPLACE)]
    gone = {change.live.address if change.live else change.address for change in deleting}
    return gone | {address for change in deleting for address in change.takes}


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


def _replace(draft: Draft, change: Change) -> str:
    rules = change.desired.rules if change.desired else None
    own = {change.address, change.live.address if change.live else change.address}
    lets_go = rules is not None and rules.protect is False
    if why := stays(draft, change, own - draft.memory.guarded.keys() if lets_go else ()):
        return f"{change.reason}, so it would be deleted and created again, but {why}"
    if rules and rules.allow_replace:
        return ""
    if change.address.kind == "Project":
        return (
            f"{change.reason}, and to replace a project deletes everything in it; if that is meant,"
            " write `reconciler: {replace: allow}` into its manifest"
        )
    if draft.policy.allow_replace:
        return ""
    return (
        f"{change.reason}: it has to be deleted and created again; to allow it: --allow-replace, "
        "or `reconciler: {replace: allow}` in its manifest"
    )
