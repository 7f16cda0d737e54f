"""Ids written in manifests become names."""

from collections import defaultdict
from dataclasses import replace

from reconciler.kinds.kind import normal, translate
from reconciler.model import Address, Change, Desired, DesiredState, Directory, Problem
from reconciler.model.literal import UUID


def home(change: Change, directory: Directory) -> str:
    """Return the name of a live project, as what is in it has it; "" for what is no project.

    It is the one that a rename of this run is about to give it.
    """
    if change.address.kind != "Project" or change.live is None:
        return ""
    return directory.names("Project").get(change.live.id, change.live.address.name)


def aliases(state: DesiredState) -> dict[Address, Address]:
    """Return the declared address of every address that declared objects have or had.

    Renames that manifests declare count, those of projects for all that is in them.
    """
    former_homes = {
        address.name: desired.rules.renamed_from
        for address, desired in state.objects.items()
        if address.kind == "Project" and desired.rules.renamed_from
    }
    known: dict[Address, Address] = {}
    for address, desired in state.objects.items():
        for each in (address, desired.former):
            known.setdefault(each, address)
            if each.project in former_homes:
                known.setdefault(replace(each, project=former_homes[each.project]), address)
    return known | {address: address for address in state.objects}


def renamed(directory: Directory, state: DesiredState) -> Directory:
    """Return the names as they will be once the renames of the manifests are done."""
    ahead = directory
    for address, desired in state.objects.items():
        id_ = directory.id(address.kind, desired.rules.renamed_from)
        if id_ and not directory.id(address.kind, address.name):
            ahead = ahead.calling(address.kind, id_, address.name)
    return ahead


def given(state: DesiredState) -> Directory:
    """Return what manifests call the ids that they give themselves.

    These are of another organization, where it is one that `sem get` printed the set in: that way
    it holds together in this one. What two manifests give is of neither.
    """
    directory = Directory()
    names: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for address, desired in state.objects.items():
        if UUID.fullmatch(desired.id) and not address.project:
            names[address.kind][desired.id].add(address.name)
    for kind, by_id in names.items():
        once = {id_: min(called) for id_, called in by_id.items() if len(called) == 1}
        directory = directory.having(kind, once)
    return directory


def with_names(state: DesiredState, directory: Directory) -> DesiredState:
    """Return the state with names in the place of ids, in addresses and in references.

    An id of nothing is a literal then.

    Two manifests that turn out to declare one object are left to the caller: see doubles.
    """
    objects: dict[Address, Desired] = {}
    for desired in state.objects.values():
        address = desired.address
        project = directory.name("Project", address.project)
        spec = translate(desired.spec, directory.meant)
        homes = {key: directory.name("Project", text) for key, text in desired.homes.items()}
        if project != address.project or spec is not desired.spec or homes != desired.homes:
            address = replace(address, project=project)
            desired = replace(  # noqa: PLW2901
                desired, address=address, spec=normal(spec), homes=homes
            )
        objects[address] = desired
    return replace(state, objects=objects)


def doubles(state: DesiredState, directory: Directory) -> list[Problem]:
    """Return a problem for each object that is declared both by its project's id and name."""
    first: dict[Address, Desired] = {}
    problems = []
    for desired in state.objects.values():
        address = desired.address
        project = directory.name("Project", address.project)
        moved = replace(address, project=project) if project != address.project else address
        if moved in first:
            text = f"{moved} is declared at {first[moved].place} too, its project named otherwise"
            problems.append(Problem(desired.place, text))
        first.setdefault(moved, desired)
    return problems
