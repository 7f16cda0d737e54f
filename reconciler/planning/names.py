"""Ids written in manifests become names."""

from collections.abc import Mapping
from dataclasses import replace

from reconciler.kinds.kind import normal, translate
from reconciler.model import Address, Desired, DesiredState, Problem

Names = Mapping[str, Mapping[str, str]]
"""By kind: names by id."""


def former(desired: Desired) -> Address:
    """Return where the object is to be found before the run: under its old name if it has one."""
    before = desired.rules.renamed_from
    return replace(desired.address, name=before) if before else desired.address


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
        spec = translate(desired.spec, lambda kind, text: canonical_name(names, kind, text))
        if project != address.project or spec is not desired.spec:
            address = replace(address, project=project)
            desired = replace(desired, address=address, spec=normal(spec))  # noqa: PLW2901
        objects[address] = desired
    return replace(state, objects=objects)


def doubles(state: DesiredState, names: Names) -> list[Problem]:
    """Return a problem for each object that is declared both by its project's id and name."""
    first: dict[Address, Desired] = {}
    problems = []
    for desired in state.objects.values():
        address = desired.address
        project = canonical_name(names, "Project", address.project)
        moved = replace(address, project=project) if project != address.project else address
        if moved in first:
            text = f"{moved} is declared at {first[moved].place} too, its project named otherwise"
            problems.append(Problem(desired.place, text))
        first.setdefault(moved, desired)
    return problems
