"""Every name in a manifest must lead somewhere, and to one thing only."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from reconciler.kinds import KINDS
from reconciler.kinds.fields import nearest
from reconciler.kinds.kind import paths_of, refs
from reconciler.kinds.roles import BUILT_IN
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    DesiredState,
    Directory,
    Place,
    Problem,
    Refusal,
    Severity,
    Spec,
)
from reconciler.model.literal import UUID, as_written, is_literal, verbatim

_ELSEWHERE = ("owner", "member")
"""Roles in every organization, which a rule can't name."""


Shown = Callable[[Address], Spec | None]
"""Gives an object as the server shows it, None for one that is not there."""


def dangling(
    state: DesiredState,
    existing: set[str],
    everything: DesiredState,
    renamed: Mapping[str, str],
) -> Iterator[Problem]:
    """Yield a problem for each reference to a project that neither exists nor is declared.

    ``everything`` are all manifests, ``state`` those that are to be planned; ``existing``: the
    names of projects. ``renamed``: what some of ours were called, and are called since. Of what is
    literal, see ``foreign`` and ``unheld``.
    """
    declared = _projects(state)
    gone = {a.name for a, d in everything.objects.items() if a.kind == "Project" and d.rules.absent}
    there = (existing - gone) | declared
    left_out = _projects(everything) - declared
    seen = {
        a.name for a, d in everything.objects.items() if a.kind == "Project" and d.rules.observe
    }
    called = {d.former.name: name for name, d in _by_name(everything) if d.former.name != name}
    for desired, name in _project_names(state):
        if name in there or (is_literal(name) and name != desired.address.project):
            continue
        about = f"{desired.address} needs project {name!r}"
        if name in left_out:
            why = (
                f"was renamed outside, and is {renamed[name]!r} now"
                if name in renamed
                else "does not exist yet"
            )
            text = f"{about}, which {why}; take Project/{name} into this run"
        elif name in gone:
            text = f"{about}, which is declared to be absent"
        elif name in seen and name not in renamed:
            text = f"{about}, which is only observed, and is not there"
        elif name in called:
            text = f"{about}, which Project/{called[name]} is renamed from; write {called[name]!r}"
        elif name in renamed:
            text = f"{about}, which was renamed outside, and is {renamed[name]!r} now; "
            text += "write that, or rename it back"
        else:
            text = f"{about}, {_lost(name, there)}"
        yield Problem(_place(desired, "Project", name), text)


def awaiting(
    state: DesiredState, existing: set[str], everything: DesiredState
) -> Iterator[Problem]:
    """Yield a problem for each object in a project whose rename is left out of a run.

    It would not be found by the name that its project is to have.
    """
    former = {name: d.former.name for name, d in _by_name(everything) if d.former.name != name}
    for address, desired in state.objects.items():
        before = former.get(address.project, "")
        if address.project not in existing and before in existing:
            text = f"{address} is in project {before!r} as long as that is not renamed"
            text += f"; take Project/{address.project} into this run"
            yield Problem(_place(desired, "Project", address.project), text)


def _lost(name: str, there: Collection[str]) -> str:
    hint = nearest(verbatim(name), sorted(there))
    if UUID.fullmatch(verbatim(name)):
        hint = "; an id of elsewhere leads to the project whose manifest has it"
    return f"which neither exists nor is declared{hint}"


def foreign(state: DesiredState, directory: Directory, there: Shown) -> Iterator[Problem]:
    """Yield a problem for each id of no project in an object that is not there yet.

    It may be of another organization.
    """
    known = _projects(state) | set(directory.names("Project").values())
    for desired, name in _project_names(state):
        is_id = is_literal(name) and UUID.fullmatch(verbatim(name))
        if is_id and there(desired.address) is None:
            text = f"{desired.address} needs project {as_written(name)!r}, {_lost(name, known)}"
            yield Problem(_place(desired, "Project", name), text)


def unheld(changes: Iterable[Change], there: Shown) -> Iterator[Refusal]:
    """Yield a refusal for each reference that leads nowhere, and is not so in the object.

    A manifest may say what Semaphore has there; it makes nothing that leads nowhere. No name is
    proposed that is like the text: it would give what the text does not.
    """
    for change in changes:
        desired = change.desired
        if desired is None or change.action is Action.DELETE:
            continue
        shown = there(change.address)
        held = {(ref.kind, text) for ref, text in refs(shown)} if shown else set()
        said = {(ref.kind, text) for ref, text in refs(desired.spec) if not ref.soft}
        for kind, text in sorted(said - held):
            if is_literal(text):
                place = _place(desired, kind, text)
                yield Refusal(change.address, _unheld(kind, text, new=shown is None), place)


def _unheld(kind: str, text: str, *, new: bool) -> str:
    about = f"it names {as_written(text)!r}, which leads to no {kind}"
    way = "remove that, or write what is meant"
    if new:
        return f"{about}, and nothing is made that leads nowhere: {way}"
    known = "or let `reconciler drift --absorb` write down what is there"
    return f"{about}, and what is there does not have that any more: {way}, {known}"


def ambiguous(
    state: DesiredState, names: Mapping[str, str], given: Mapping[str, str]
) -> Iterator[Problem]:
    """Yield a problem for each reference to what is one project's id and another one's, too.

    ``names`` of existing projects by id; ``given``: those that manifests give themselves. ``state``
    is as it was written.
    """
    called = _projects(state) | set(names.values())
    for desired, text in _project_names(state):
        other = ""
        if text in names and text in called:
            other = "the name of another"
        elif text in names and given.get(text, names[text]) != names[text]:
            other = f"in its manifest that of {given[text]!r}"
        if other:
            words = (
                f"{desired.address} is about {text!r}, which is the id of project "
                f"{names[text]!r} and {other}; write {names[text]!r} if that is meant"
            )
            yield Problem(_place(desired, "Project", text), words)


def torn(state: DesiredState) -> Iterator[Problem]:
    """Yield a problem for each object whose project is named twice, and not as the same.

    Ids that lead somewhere have become names.
    """
    for desired in state.objects.values():
        first, *others = desired.homes.items() or [("", "")]
        for key, text in others:
            if text != first[1]:
                what = "leads nowhere" if UUID.fullmatch(text) else f"is the id of {text!r}"
                words = f"{first[0]} is {first[1]!r}, and {key} {what}; keep one of them"
                yield Problem(desired.place_of(key), f"{desired.address}: {words}")


def roles(state: DesiredState, directory: Directory, there: Shown) -> Iterator[Problem]:
    """Yield a problem for each role that is not found, a warning where not all can be read.

    The API has no list of the roles that a rule may name: one that nobody has yet can be named
    by its id only (C 1.5).
    """
    lacking = directory.veiled("Role")
    known = sorted({*BUILT_IN, *directory.names("Role").values()})
    folded = {name.lower() for name in known}
    for desired in state.objects.values():
        held = _references(desired, there, "Role")
        ids = sorted(filter(UUID.fullmatch, held))
        for name in sorted({text for ref, text in refs(desired.spec) if ref.kind == "Role"}):
            if is_literal(name) and (name in held or there(desired.address)):
                continue
            written = as_written(name)
            severity = Severity.WARNING if lacking else Severity.ERROR
            if lacking and name.lower() in folded and not directory.id("Role", name) and ids:
                text = (
                    f"its live rules are for {', '.join(ids)}, and whether that is {name!r} "
                    f"can't be told: the owner of the token lacks {lacking}. So it is written in "
                    "any case; grant that permission, or write the role's id"
                )
            elif name.lower() in folded or (lacking and name in ids):
                continue
            elif lacking:
                text = (
                    f"whether there is a role {written!r} in projects can't be told: the owner of "
                    f"the token lacks {lacking}{_hint(name, known, directory)}"
                )
            else:
                text = f"there is no role {written!r} in projects{_hint(name, known, directory)}"
            yield Problem(_place(desired, "Role", name), f"{desired.address}: {text}", severity)


def _hint(name: str, known: list[str], directory: Directory) -> str:
    if directory.knows("OrganizationRole", name) or name.lower() in _ELSEWHERE:
        return f"; it is one of the organization, and projects have {', '.join(known)}"
    if UUID.fullmatch(verbatim(name)):
        return ""
    return nearest(verbatim(name), known) or "; one that nobody has yet can be named by its id only"


def _references(desired: Desired, there: Shown, kind: str) -> set[str]:
    """Return which things of a kind the live object refers to."""
    shown = there(desired.address)
    return {text for ref, text in refs(shown) if ref.kind == kind} if shown else set()


def needed(state: DesiredState) -> dict[str, tuple[Address, ...]]:
    """Return which declared objects are in a project or refer to it, by its name."""
    found: dict[str, set[Address]] = {}
    for desired, name in _project_names(state):
        found.setdefault(name, set()).add(desired.address)
    return {name: tuple(sorted(addresses)) for name, addresses in sorted(found.items())}


def _by_name(state: DesiredState) -> Iterator[tuple[str, Desired]]:
    """Yield the projects that are to be there, by name."""
    for address, desired in state.objects.items():
        rules = desired.rules
        if address.kind == "Project" and not (rules.absent or rules.observe):
            yield address.name, desired


def _projects(state: DesiredState) -> set[str]:
    return {name for name, _ in _by_name(state)}


def _project_names(state: DesiredState) -> Iterator[tuple[Desired, str]]:
    for desired in state.objects.values():
        if desired.rules.absent or desired.rules.observe:
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
