"""What no manifest that was read declares, and that may be declared all the same."""

from collections.abc import Iterable, Iterator

from reconciler.kinds import KINDS
from reconciler.model import (
    Address,
    Change,
    DesiredState,
    Live,
    Place,
    Problem,
    Refusal,
    Severity,
    UnreadFile,
)
from reconciler.planning.draft import Draft
from reconciler.planning.names import aliases

_WAYS_OUT = (
    "see to that, or, if nothing is declared there any more, remove or rename the file; or leave "
    "the object out with --exclude"
)
_UNTOLD = "what is declared there can't be told from what is gone"


def surely_gone(draft: Draft, orphaned: Iterable[Live]) -> list[Live]:
    """Return what of ours is declared no longer as far as can be told.

    What may be declared where nothing was read is left alone, and pruning refused.
    """
    mine = [live for live in orphaned if not _is_unsaid(draft, live.address)]
    gone = [live for live in mine if not elsewhere(draft, live.address)]
    if draft.policy.prune:
        draft.refusals += [
            _refused(draft, live.address)
            for live in mine
            if (unread := _unread_file(draft, live.address)) and not unread.place
        ]
    if gone and draft.policy.prune:
        draft.refusals += _not_all_read(draft.desired)
    elif gone:
        draft.notes += _perhaps_there(draft.desired)
    return gone


def is_left_open(draft: Draft, address: Address) -> bool:
    """Whether an object of ours may well be declared, though not in what was read."""
    ours = address in draft.memory.records
    return ours and (_is_unsaid(draft, address) or bool(elsewhere(draft, address)))


def _is_unsaid(draft: Draft, address: Address) -> bool:
    """Whether it is a task of a project under whose list of tasks there is nothing."""
    contained = KINDS["Project"].contains
    return contained is not None and (
        address.kind == contained.kind and address.project in draft.desired.unsaid
    )


def doubt(draft: Draft, change: Change) -> Problem | None:
    """Return a warning about the delete of something that may have a manifest of its own."""
    if not (why := elsewhere(draft, change.address)):
        return None
    text = f"{change.address}: {change.reason}, but {why}; read it, too, to keep it"
    return Problem(change.place or Place("live"), text, Severity.WARNING)


def elsewhere(draft: Draft, address: Address) -> str:
    """Say why the file that declared an object may do so still, "" if it was read or is gone."""
    unread = _unread_file(draft, address)
    return f"{draft.memory.records[address].file} declared it, {unread.why}" if unread else ""


def left_uncompared(draft: Draft) -> None:
    """Refuse a plan without what was declared in files that were met and could not be read.

    All that may hold manifests and can't be read is told, whatever it declared.
    """
    known = aliases(draft.desired).keys()
    draft.refusals += [
        Refusal(address, f"{elsewhere(draft, address)}; {_WAYS_OUT}", unread.place)
        for address in sorted(draft.memory.records.keys() - known)
        if (unread := _unread_file(draft, address)) and unread.place
    ]
    told = {note.place for note in draft.notes}
    draft.notes += [each for each in draft.desired.unreadable if each.place not in told]


def _unread_file(draft: Draft, address: Address) -> UnreadFile | None:
    record = draft.memory.records.get(address)
    return draft.desired.unread_files.get(record.file) if record else None


def _refused(draft: Draft, address: Address) -> Refusal:
    text = f"{elsewhere(draft, address)}; read it, too, or give --no-prune"
    return Refusal(address, text, Place(draft.memory.records[address].file))


def _not_all_read(state: DesiredState) -> Iterator[Refusal]:
    for each in (*state.unreadable, *state.unread):
        text = f"{each.text}, so {_UNTOLD}; see to that, or give --no-prune"
        yield Refusal(None, text, each.place)


def _perhaps_there(state: DesiredState) -> Iterator[Problem]:
    for each in (*state.unreadable, *state.unread):
        text = f"{each.text}, so {_UNTOLD}: it counts as declared no longer"
        yield Problem(each.place, text, Severity.WARNING)
