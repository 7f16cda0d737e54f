"""Ids written in manifests become names, and every name must lead somewhere."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.kinds import Kind
from reconciler.kinds.fields import nearest
from reconciler.kinds.kind import normal, refs, translate
from reconciler.model import Address, Desired, DesiredState, Problem

Names = Mapping[str, Mapping[str, str]]
"""By kind: names by id."""


def former(desired: Desired) -> Address:
    """Return where the object is to be found before the run: under its old name if it has one."""
    address = desired.address
    return replace(address, name=desired.rules.renamed_from or address.name)


def renamed(names: Mapping[str, str], state: DesiredState) -> dict[str, str]:
    """Return project names by id as they will be once the renames of the manifests are done."""
    taken = set(names.values())
    moves = {
        desired.rules.renamed_from: address.name
        for address, desired in state.objects.items()
        if address.kind == "Project" and desired.rules.renamed_from and address.name not in taken
    }
    return {id_: moves.get(name, name) for id_, name in names.items()}


def canonical_name(names: Names, kind: str, text: str) -> str:
    """Return the name of what ``text`` names or is the id of; ``text`` itself if unknown."""
    known = names.get(kind, {})
    if text in known:
        return known[text]
    if kind == "Role":  # roles are found whatever the case, of their ids too (C 1.5)
        if text.lower() in known:
            return known[text.lower()]
        return next((n for n in known.values() if n.casefold() == text.casefold()), text)
    return text


def with_names(state: DesiredState, names: Names) -> DesiredState:
    """Return the state with names in the place of ids, in addresses and in references.

    Two manifests that turn out to declare one object are left to the caller: see doubles.
    """
    objects: dict[Address, Desired] = {}
    for desired in state.objects.values():
        address = desired.address
        project = canonical_name(names, "Project", address.project)
        spec = normal(translate(desired.spec, lambda kind, text: canonical_name(names, kind, text)))
        if project != address.project or spec is not desired.spec:
            address = replace(address, project=project)
            desired = replace(desired, address=address, spec=spec)  # noqa: PLW2901
        objects[address] = desired
    return replace(state, objects=objects)


def doubles(state: DesiredState, names: Names) -> list[Problem]:
    """Return a problem for each object that is declared both by its project's id and name."""
    first: dict[Address, Desired] = {}
    problems = []
    for desired in state.objects.values():
        address = desired.address
        moved = replace(address, project=canonical_name(names, "Project", address.project))
        if moved in first:
            text = f"{moved} is declared at {first[moved].place} too, its project named otherwise"
            problems.append(Problem(desired.place, text))
        first.setdefault(moved, desired)
    return problems


def dangling(
    state: DesiredState, names: Names, kinds: Mapping[str, Kind], everything: DesiredState
) -> list[Problem]:
    """Return a problem for each reference to a project that neither exists nor is declared.

    ``everything`` are all manifests, ``state`` those that are to be planned.
    """
    declared = _projects(state)
    gone = {a.name for a, d in everything.objects.items() if a.kind == "Project" and d.rules.absent}
    there = (set(names.get("Project", {}).values()) - gone) | declared
    left_out = _projects(everything) - declared
    return [
        Problem(desired.place_of(path), _missing(desired, name, there, gone, left_out))
        for desired in state.objects.values()
        if not desired.rules.absent
        for path, name in _project_names(kinds[desired.address.kind], desired)
        if name not in there
    ]


def _projects(state: DesiredState) -> set[str]:
    return {a.name for a, d in state.objects.items() if a.kind == "Project" and not d.rules.absent}


def _project_names(kind: Kind, desired: Desired) -> Iterator[tuple[str, str]]:
    if kind.project_at:
        yield (
            next((at for at in kind.project_at if at in desired.places), ""),
            (desired.address.project),
        )
    for ref, name in refs(desired.spec):
        if ref.kind == "Project" and not ref.soft:
            yield _path_of(desired, name), name


def _path_of(desired: Desired, name: str) -> str:
    """Find the field that names it, among the paths that have a place."""
    found: list[str] = []
    _search(desired.spec.model_dump(mode="python"), name, "", found)
    return found[0] if found else ""


def _search(value: object, name: str, path: str, found: list[str]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            _search(inner, name, f"{path}.{key}" if path else key, found)
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            _search(inner, name, f"{path}.{index}", found)
    elif value == name and path.rpartition(".")[2] != "name":
        found.append(path)


def _missing(
    desired: Desired, name: str, there: set[str], gone: set[str], left_out: set[str]
) -> str:
    about = f"{desired.address} needs project {name!r}"
    if name in left_out:
        return f"{about}, which does not exist yet; take Project/{name} into this run"
    if name in gone:
        return f"{about}, which is declared to be absent"
    return f"{about}, which neither exists nor is declared{nearest(name, there)}"
