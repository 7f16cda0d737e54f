"""What hangs on a project that is deleted: all that is in it, and all that refers to its id."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.kinds.kind import refers_to, refs, settle, translate
from reconciler.model import (
    Action,
    Address,
    Change,
    Directory,
    Live,
    Place,
    Plan,
    Problem,
    Refusal,
    Severity,
)
from reconciler.model.literal import literal
from reconciler.planning.draft import Draft
from reconciler.planning.names import home

_DELETING = (Action.DELETE, Action.REPLACE)


def referring(objects: Mapping[Address, Live]) -> Iterator[tuple[Address, str]]:
    """Yield each object that refers to a project it is not in, with the project's name."""
    for address, live in objects.items():
        for ref, name in refs(live.spec):
            if ref.kind == "Project" and name != address.project:
                yield address, name


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


def deleted_project(change: Change, directory: Directory) -> str:
    """Return the name of the project that a change deletes, or creates again; "" for others."""
    return home(change, directory) if change.action in _DELETING else ""


def looked_into(decided: Plan, directory: Directory) -> frozenset[tuple[str, str]]:
    """Return which kinds in which projects have to be read to tell what a plan does to them.

    Of a project that is deleted or replaced that is all in it, and what can refer to it; of one
    that is updated what is inside its own manifest.
    """
    inside = {part for change in decided.changes for part in parts_of(change, directory)}
    if not any(deleted_project(change, directory) for change in decided.changes):
        return frozenset(inside)
    others = (k for k in KINDS.values() if not k.project_at and refers_to(k.model, "Project"))
    return frozenset(inside | {(kind.name, "") for kind in others})


def parts_of(change: Change, directory: Directory) -> set[tuple[str, str]]:
    """Return the kinds, each with its project, in which one change does something."""
    if name := deleted_project(change, directory):
        return {(k.name, name) for k in KINDS.values() if k.project_at}
    contained = KINDS[change.address.kind].contains
    if contained and change.live and change.action is Action.UPDATE:
        return {(contained.kind, home(change, directory))}
    return set()


def with_contents(draft: Draft) -> None:
    """Say of each project that is deleted or created again what goes with it, declared or not.

    Where that can't be told, the project stays.
    """
    directory = draft.live.directory
    named = [(deleted_project(change, directory), change) for change in draft.changes]
    own_steps = {c.live.address for c in draft.changes if c.live and c.action is Action.DELETE}
    inside = _by_project(draft.live.contents.keys() - own_steps)
    draft.changes = [
        replace(change, takes=tuple(inside[name])) if name else change for name, change in named
    ]
    for name, change in named:
        unread = sorted({part.kind for part in draft.live.unread if name and part.project == name})
        if unread:
            kinds = ", ".join(unread)
            text = f"all that is in it would go with it, and its {kinds} can't be looked into"
            draft.refusals.append(Refusal(change.address, text, change.place))


def _by_project(contents: Iterable[Address]) -> defaultdict[str, list[Address]]:
    """Return what lives in each project, in order."""
    inside: defaultdict[str, list[Address]] = defaultdict(list)
    for address in sorted(contents):
        inside[address.project].append(address)
    return inside


def warn(draft: Draft) -> None:
    """Tell what goes, or will lead nowhere, although no step says so."""
    directory = draft.live.directory
    deletes = any(deleted_project(change, directory) for change in draft.changes)
    referrers = _referrers(draft) if deletes else {}
    inside = _by_project(draft.live.contents)
    for change in draft.changes:
        if name := deleted_project(change, directory):
            _warn_of_references(draft, change, referrers.get(name, ()))
            text = (
                f"{change.address}: to delete it deletes all that is in it, declared or not, "
                "workflows and artifacts, too"
            )
            draft.notes.append(Problem(change.place or Place("ledger"), text, Severity.WARNING))
        elif change.address.kind == "Project" and change.action is Action.UPDATE:
            _warn_of_tasks(draft, change, inside[home(change, directory)])


def _referrers(draft: Draft) -> dict[str, set[Address]]:
    """Return what refers to projects, by their names, and that no step is about."""
    planned = {change.address for change in draft.changes}
    planned |= {change.live.address for change in draft.changes if change.live}
    found: dict[str, set[Address]] = {}
    for address, name in draft.live.referring | set(referring(draft.live.objects)):
        if address not in planned:
            found.setdefault(name, set()).add(address)
    return found


def _warn_of_references(draft: Draft, change: Change, left: Iterable[Address]) -> None:
    """Nothing follows a project to another id, and nothing is told that its project is gone."""
    anew = change.action is Action.REPLACE
    what = f"{change.address}, which is {'created again under another id' if anew else 'deleted'}"
    way = "declare that part of it, or change it afterwards" if anew else "change it afterwards"
    for address in sorted(left):
        text = f"{address} refers to {what}, and will lead nowhere there; {way}"
        draft.notes.append(Problem(Place("live"), text, Severity.WARNING))


def _warn_of_tasks(draft: Draft, change: Change, inside: list[Address]) -> None:
    """Every task of an updated project is repeated, and belongs to who repeats it (A 3)."""
    contained = KINDS["Project"].contains
    tasks = [str(one) for one in inside if contained and one.kind == contained.kind]
    if tasks:
        text = (
            f"{change.address}: its update makes the user of this token the owner of its tasks, "
            f"which run with that user's rights from then on, declared or not: {', '.join(tasks)}"
        )
        draft.notes.append(Problem(change.place or Place("live"), text, Severity.WARNING))
