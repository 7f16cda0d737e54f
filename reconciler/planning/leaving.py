"""What is deleted although no manifest says so of it, and what would be by pruning."""

from collections.abc import Iterator

from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    Live,
    Place,
    Problem,
    Record,
    Refusal,
    Severity,
)
from reconciler.model.address import typed
from reconciler.planning.consent import are, stays
from reconciler.planning.draft import Draft
from reconciler.planning.names import home
from reconciler.planning.presence import is_something
from reconciler.planning.unseen import doubt, is_left_open, surely_gone


def undeclared(draft: Draft) -> None:
    """Delete what a project's list does not name, and with pruning what is ours no longer."""
    if draft.policy.destroy:
        return
    unlisted: list[Change] = []
    for change in _unlisted(draft):
        (draft.observed if _is_observed(draft, change.address) else unlisted).append(change)
    draft.released += _let_go(draft, {change.address for change in draft.observed})
    draft.changes += unlisted
    draft.notes += [note for change in unlisted if (note := doubt(draft, change))]
    ours = _orphaned(draft)
    gone = surely_gone(draft, [live for live in ours if not _is_lasting(live)])
    lasting = [live for live in ours if _is_lasting(live) and not is_left_open(draft, live.address)]
    draft.released += _released(draft, [*gone, *lasting])
    draft.orphaned = [live for live in gone if live.address not in draft.released]
    draft.lasting = [live for live in lasting if live.address not in draft.released]
    draft.notes += _perhaps_ours(draft)
    if draft.policy.prune:
        draft.changes += [
            Change(Action.DELETE, live.address, None, live, (), "no longer declared")
            for live in draft.orphaned
        ]


def _is_observed(draft: Draft, address: Address) -> bool:
    """Whether something is in a project that is only observed."""
    declaring = draft.desired.objects.get(Address("Project", "", address.project))
    return declaring is not None and declaring.rules.observe


def _let_go(draft: Draft, seen: set[Address]) -> Iterator[Address]:
    """Yield what was ours by the list of a project that is only observed, and is declared no more.

    ``seen``: what that list does not name.
    """
    for address, record in draft.memory.records.items():
        by_list = (record.entry and _is_observed(draft, address)) or address in seen
        if by_list and address in draft.there and address not in draft.desired.objects:
            yield address


def _unlisted(draft: Draft) -> Iterator[Change]:
    """Yield a delete for each object that its project's declared list, "these and no others",
    does not name."""
    contained = KINDS["Project"].contains
    renamed = {declared.former for declared in draft.desired.objects.values()}
    for address, live in sorted(draft.there.items()):
        place = draft.desired.owned.get(address.project)
        if contained is None or address.kind != contained.kind or place is None:
            continue
        known = address in draft.desired.objects or address in renamed
        if known or address in draft.elsewhere.values():
            continue
        reason = f"not in the list of Project/{address.project}"
        yield Change(Action.DELETE, address, None, live, (), reason, place)


def _orphaned(draft: Draft) -> list[Live]:
    """Return what is ours by our own record, still lives, and is declared nowhere any more."""
    busy = busy_with(draft)
    return [
        draft.there[address]
        for address, record in sorted(draft.memory.records.items())
        if address in draft.there
        and record.is_of(draft.there[address])
        and address not in draft.desired.objects
        and address not in busy
        and address not in draft.released
        and address not in draft.around.claimed
        and not _is_elsewhere(draft, address)
        and is_something(draft.there[address])
        and not (_is_lasting(draft.there[address]) and _is_of_a_namesake(draft, record))
    ]


def _perhaps_ours(draft: Draft) -> Iterator[Problem]:
    """Tell what a run may have made of which nobody saw the end: without an id, nothing is ours."""
    told = [
        address
        for address in sorted(draft.memory.perhaps_made & draft.there.keys())
        if address not in draft.desired.objects and address not in draft.around.claimed
        if not _is_lasting(draft.there[address])
    ]
    if told:
        names, it = ", ".join(map(str, told)), "it" if len(told) == 1 else "them"
        text = (
            f"a run that was cut off, or failed, may have made {names}, declared no longer: no "
            f"apply deletes {it}; declare {it} again to adopt {it}, delete "
            f"{it} by hand, or have {it} forgotten: `reconciler forget {typed(told)}`"
        )
        yield Problem(Place("ledger"), text, Severity.WARNING)


def _released(draft: Draft, gone: list[Live]) -> Iterator[Address]:
    """Yield what is given back of what is declared no longer; with its project, if that was ours.

    Where nothing tells which file declared it, only who prunes says that it was all read.
    """
    ours, lent = {live.address for live in gone}, draft.around.lent
    for address in sorted(ours & lent):
        above = Address("Project", "", address.project)
        if above in ours - lent:
            continue
        if draft.policy.prune or draft.memory.records[address].file:
            yield address
        else:
            text = f"{address} is given back with --prune: which file declared it is not known"
            draft.notes.append(Problem(Place("ledger"), text, Severity.WARNING))


def _is_elsewhere(draft: Draft, address: Address) -> bool:
    """Whether it is what a manifest declares by the name that it, or its project, had before."""
    names = (address, Address("Project", "", address.project))
    return any(now in names for now in draft.elsewhere.values())


def _is_of_a_namesake(draft: Draft, record: Record) -> bool:
    """Whether a policy may be that of another project than the one it was in."""
    return record.address.project in draft.around.namesakes and not record.home


def _is_lasting(live: Live) -> bool:
    """Whether it is there as long as its project: the API deletes none of them (C 4)."""
    return KINDS[live.address.kind].singleton


def busy_with(draft: Draft) -> set[Address]:
    """Return all addresses that a change is about, old names and new."""
    busy = {change.address for change in draft.changes}
    return busy | {change.live.address for change in draft.changes if change.live}


def spare(draft: Draft) -> None:
    """Keep what is protected or to be given back, or has something of that in it.

    Where a manifest says that it must not exist, that is a contradiction, and refused.
    """
    orphaned = {live.address for live in draft.orphaned}
    changes, draft.changes = draft.changes, []
    for change in changes:
        deletes = change.action is Action.DELETE
        why = _stays(draft, change) if deletes else ""
        if not why:
            draft.changes.append(change)
        elif draft.policy.destroy or change.address in orphaned:
            _keep(draft, change, why)
        else:
            text = f"{change.reason}, but {why}"
            draft.refusals.append(Refusal(change.address, text, change.place))
    for live in () if draft.policy.prune else draft.orphaned:  # which pruning would not delete
        change = Change(Action.DELETE, live.address, None, live)
        if why := _stays(draft, change):
            _keep(draft, change, why)


def _keep(draft: Draft, change: Change, why: str) -> None:
    draft.staying.append(change)
    text = f"{change.address} stays: {why}"
    draft.notes.append(Problem(change.place or Place("ledger"), text, Severity.WARNING))


def _stays(draft: Draft, change: Change) -> str:
    """Return why an object is not deleted, "" if it may be.

    A protected project keeps what its own manifest declares, too, unless that is taken out of a
    list which is still there.
    """
    above = Address("Project", "", change.address.project)
    record = draft.memory.records.get(change.address)
    listed = change.desired.entry if change.desired else record is not None and record.entry
    is_list_there = above.name in draft.desired.owned and not draft.policy.destroy
    if listed and above in draft.around.guarded and not is_list_there:
        how = "only observed" if above in draft.around.observed else "protected"
        return f"{above}, which declares it, is {how}"
    return stays(draft, change) or ("" if listed and is_list_there else _lent(draft, change))


def _lent(draft: Draft, change: Change) -> str:
    """Return why something is given back instead of deleted, alone or with what it is in."""
    lent = draft.around.lent
    if change.address in lent or (change.live and change.live.address in lent):
        return "its manifest says `on_removal: forget`"
    project = home(change, draft.live.directory)
    inside = sorted(one for one in lent if one.project == project) if project else []
    return (
        f"{', '.join(map(str, inside))} in it {are(inside)} to stay, by `on_removal: forget`; "
        f"if that may go with it, first `reconciler forget {typed(inside)}`"
        if inside
        else ""
    )


def still_ours(draft: Draft) -> Iterator[Address]:
    """Yield what pruning would delete, if this does not: nothing protected, or that goes anyhow.

    What can't be deleted at all is ours in any case.
    """
    going = {address for change in draft.changes for address in change.takes}
    gone_or_kept = going | {change.address for change in draft.staying}
    for live in () if draft.policy.prune else draft.orphaned:
        if live.address not in gone_or_kept:
            yield live.address
    yield from (live.address for live in draft.lasting if live.address not in going)


def unmanaged(draft: Draft) -> tuple[Address, ...]:
    """Return what is live and declared nowhere, as far as is known, and that no step touches."""
    known = {*draft.desired.objects, *busy_with(draft)}
    known |= {change.address for change in draft.observed}
    known |= {address for change in draft.changes for address in change.takes}
    return tuple(
        sorted(
            address
            for address, live in draft.live.objects.items()
            if address not in known
            and address not in draft.around.claimed
            and is_something(live)
            and not is_left_open(draft, address)
            and not _is_elsewhere(draft, address)
        )
    )
