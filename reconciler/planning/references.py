"""Every name in a manifest must lead somewhere, and to one thing only."""

from collections.abc import Iterator, Mapping

from reconciler.kinds import KINDS
from reconciler.kinds.fields import nearest
from reconciler.kinds.kind import paths_of, refs
from reconciler.model import Desired, DesiredState, Place, Problem, Severity

_ROLES = ("Admin", "Contributor", "Reader")
"""In every organization; custom ones can't be looked up by name (C 1.5)."""
_ELSEWHERE = ("owner", "member")
"""Roles in an organization, which a rule can't name."""


def dangling(
    state: DesiredState, existing: set[str], everything: DesiredState
) -> Iterator[Problem]:
    """Yield a problem for each reference to a project that neither exists nor is declared.

    ``everything`` are all manifests, ``state`` those that are to be planned; ``existing``: the
    names of projects.
    """
    declared = _projects(state)
    gone = {a.name for a, d in everything.objects.items() if a.kind == "Project" and d.rules.absent}
    there = (existing - gone) | declared
    left_out = _projects(everything) - declared
    for desired, name in _project_names(state):
        if name in there:
            continue
        about = f"{desired.address} needs project {name!r}"
        if name in left_out:
            text = f"{about}, which does not exist yet; take Project/{name} into this run"
        elif name in gone:
            text = f"{about}, which is declared to be absent"
        else:
            text = f"{about}, which neither exists nor is declared{nearest(name, sorted(there))}"
        yield Problem(_place(desired, "Project", name), text)


def ambiguous(state: DesiredState, names: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each reference to what is one project's id and another one's name.

    ``names`` of existing projects by id; ``state`` is as it was written.
    """
    called = _projects(state) | set(names.values())
    for desired, text in _project_names(state):
        if text in names and text in called:
            words = (
                f"{desired.address} is about {text!r}, which is the id of project "
                f"{names[text]!r} and the name of another; write {names[text]!r} if that is meant"
            )
            yield Problem(_place(desired, "Project", text), words)


def doubtful(state: DesiredState) -> Iterator[Problem]:
    """Yield a warning for each role that is all but surely no role of a project."""
    for desired in state.objects.values():
        for ref, name in refs(desired.spec):
            if ref.kind != "Role" or name.casefold() in map(str.casefold, _ROLES):
                continue
            hint = nearest(name, _ROLES)
            if name.casefold() in _ELSEWHERE:
                known = ", ".join(_ROLES)
                hint = f": it is one of the organization, and projects have {known}"
            if hint:
                text = f"{desired.address}: there is hardly a role {name!r}{hint}"
                yield Problem(_place(desired, "Role", name), text, Severity.WARNING)


def _projects(state: DesiredState) -> set[str]:
    return {a.name for a, d in state.objects.items() if a.kind == "Project" and not d.rules.absent}


def _project_names(state: DesiredState) -> Iterator[tuple[Desired, str]]:
    for desired in state.objects.values():
        if desired.rules.absent:
            continue
        if desired.address.project:
            yield desired, desired.address.project
        for ref, name in refs(desired.spec):
            if ref.kind == "Project" and not ref.soft:
                yield desired, name


def _place(desired: Desired, kind: str, name: str) -> Place:
    """Return where the name stands in the manifest."""
    at = list(paths_of(desired.spec, kind, name))
    if desired.address.project == name:
        at += [path for path in KINDS[desired.address.kind].project_at if path in desired.places]
    return desired.place_of(at[0] if at else "")
