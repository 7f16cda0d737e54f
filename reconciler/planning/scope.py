"""What must be read to plan a set of manifests: as little as possible, but all of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from reconciler.kinds import KINDS
from reconciler.kinds.kind import refs
from reconciler.model import Address, DesiredState, Mention, Scope, Spec


def scope_of(state: DesiredState, also: Iterable[Address] = ()) -> Scope:
    """Return what to read for ``state``, its project ids already turned into names.

    ``also``: addresses of objects to look for, although no manifest declares them.
    """
    kinds: set[str] = set()
    within: dict[str, set[str]] = defaultdict(set)
    details: set[Address] = set()
    for address in (*state.objects, *also):
        kind = KINDS[address.kind]
        if kind.project_at:
            within[kind.name].add(address.project)
        else:
            kinds.add(kind.name)
    for address, desired in state.objects.items():
        kind = KINDS[address.kind]
        if any(mentions(desired.spec, path) for path in kind.api.detail):
            details |= {address, desired.former}
    contained = KINDS["Project"].contains
    if contained and state.owned:
        within[contained.kind] |= set(state.owned)
    return Scope(
        frozenset(kinds),
        {kind: frozenset(projects) for kind, projects in within.items()},
        frozenset(details),
        _mentions_in(state),
    )


def of_parts(parts: frozenset[tuple[str, str]]) -> Scope:
    """Return kinds, each with its project or "", that are to be read if they can be."""
    within: dict[str, set[str]] = defaultdict(set)
    for kind, project in parts:
        if project:
            within[kind].add(project)
    return Scope(
        kinds=frozenset(kind for kind, project in parts if not project),
        within={kind: frozenset(projects) for kind, projects in within.items()},
        optional=parts,
    )


def everything(projects: Iterable[str]) -> Scope:
    """Return all there is in the organization and inside some projects, if it can be read."""
    there = tuple(projects)
    homes = {k.name: there if k.project_at else ("",) for k in KINDS.values()}
    return of_parts(frozenset((kind, home) for kind in homes for home in homes[kind]))


def joined(scope: Scope, other: Scope) -> Scope:
    """Return what is in either; only what is optional in both, or in one alone, is optional."""
    within = {
        kind: scope.within.get(kind, frozenset()) | other.within.get(kind, frozenset())
        for kind in (*scope.within, *other.within)
    }
    optional = (scope.optional | other.optional) - _needed(scope) - _needed(other)
    return replace(
        scope,
        kinds=scope.kinds | other.kinds,
        within=within,
        details=scope.details | other.details,
        mentions=scope.mentions | other.mentions,
        optional=optional,
        in_full=scope.in_full or other.in_full,
    )


def _needed(scope: Scope) -> set[tuple[str, str]]:
    parts = {(kind, "") for kind in scope.kinds}
    parts |= {(kind, project) for kind, found in scope.within.items() for project in found}
    return parts - scope.optional


def projects_named(state: DesiredState) -> frozenset[str]:
    """Return every project that a manifest is, is inside of, or refers to; by name or id."""
    named = set(state.owned)
    for address, desired in state.objects.items():
        if address.kind == "Project":
            named.add(address.name)
        if address.project:
            named.add(address.project)
        named |= {name for ref, name in refs(desired.spec) if ref.kind == "Project"}
    return frozenset(named)


def _mentions_in(state: DesiredState) -> frozenset[Mention]:
    """Return all that manifests refer to, by name or id."""
    return frozenset(
        Mention(ref.kind, address.project, text)
        for address, desired in state.objects.items()
        for ref, text in refs(desired.spec)
    )


def mentions(spec: Spec, path: str) -> bool:
    """Whether a manifest speaks of the part at a dotted path."""
    name, _, rest = path.partition(".")
    if name not in spec.model_fields_set:
        return False
    value = getattr(spec, name)
    return mentions(value, rest) if rest and isinstance(value, Spec) else True
