"""Recognise a rename that would be done as a delete and a create."""

from collections.abc import Iterable, Iterator

from reconciler.kinds import KINDS
from reconciler.model import Action, Change, Desired, Live, Problem, Severity
from reconciler.planning.decide import decide

_OF_THE_NAME = {"metadata.name", "metadata.title"}
"""Fields that differ between an object and its renamed self; a dashboard's title follows."""


def lookalikes(changes: Iterable[Change], leaving: Iterable[Live]) -> Iterator[Problem]:
    """Yield a note for each new object that is one of those ``leaving`` but for its name."""
    left = sorted(leaving, key=lambda live: live.address)
    for change in changes:
        if change.action is not Action.CREATE or change.desired is None:
            continue
        for live in left:
            if _is_renamed(change.desired, live):
                yield _note(change.desired, live)
                left.remove(live)
                break


def _is_renamed(desired: Desired, live: Live) -> bool:
    kind = KINDS[desired.address.kind]
    there, new = live.address, desired.address
    if (there.kind, there.project) != (new.kind, new.project) or not kind.renamable:
        return False
    decision = decide(kind, desired, live)
    return decision.action is Action.UPDATE and {f.path for f in decision.fields} <= _OF_THE_NAME


def _note(desired: Desired, live: Live) -> Problem:
    text = (
        f"{desired.address} looks like {live.address} renamed, but would be made anew; "
        f"to rename it, add to its manifest: reconciler: {{renamed_from: {live.address.name}}}"
    )
    return Problem(desired.place, text, Severity.WARNING)
