"""What hangs on a project that is deleted: all that is in it, and all that refers to its id."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.kinds.kind import refs, settle, translate
from reconciler.model import Action, Address, Change, Live, Place, Problem, Severity
from reconciler.model.literal import literal


def without_project(there: Mapping[Address, Live], name: str, id_: str) -> dict[Address, Live]:
    """Return what is left once a project is deleted; what refers to it has but its old id."""

    def lookup(kind: str, text: str) -> str:
        return literal(id_) if kind == "Project" and text == name else text

    left = {address: live for address, live in there.items() if address.project != name}
    for address, live in left.items():
        if any(ref.kind == "Project" and text == name for ref, text in refs(live.spec)):
            verbatim = live.verbatim and translate(live.verbatim, lookup)
            left[address] = replace(
                live, spec=settle(translate(live.spec, lookup)), verbatim=verbatim
            )
    return left


def warnings(
    before: Mapping[Address, Live], after: Mapping[Address, Live], changes: list[Change]
) -> Iterator[Problem]:
    """Tell what goes although no step says so.

    ``before`` and ``after``: what is live, without and with the effects of the projects deleted.
    """
    planned = {change.address for change in changes}
    planned |= {change.live.address for change in changes if change.live}
    for address, live in after.items():
        if live is not before[address] and address not in planned:
            text = (
                f"{address} refers to a project that is made anew under another id, and will lead "
                "nowhere there; declare that part of it, or change it afterwards"
            )
            yield Problem(Place("live"), text, Severity.WARNING)
    inside = [kind.title.lower() for kind in KINDS.values() if kind.project_at]
    for change in changes:
        if change.address.kind == "Project" and change.action in (Action.DELETE, Action.REPLACE):
            text = (
                f"{change.address} is deleted with all that is in it, declared or not: "
                f"workflows, artifacts, {', '.join(inside)}"
            )
            yield Problem(change.place or Place("ledger"), text, Severity.WARNING)
