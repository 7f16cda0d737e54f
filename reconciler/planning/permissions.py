"""What the owner of a token has to be allowed: to plan these manifests, to apply them, to see all.

The kinds say what each request asks for; here is which requests a run can come to make.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from reconciler.kinds import KINDS, Kind
from reconciler.kinds import roles as rolenames
from reconciler.kinds.kind import refers_to, refs
from reconciler.model import Desired, DesiredState
from reconciler.model.literal import UUID, is_literal
from reconciler.model.permissions import Need, Needs, Use
from reconciler.planning import scope

_ROLE: Final = "Role"
_VERBS: Final = {"POST": "create", "PATCH": "update", "DELETE": "delete"}


def needs(state: DesiredState, *, prune: bool) -> Needs:
    """Return what manifests need, with names in the place of ids."""
    planned = _gathered(_to_plan(state, prune=prune))
    applied, seen = _gathered(_to_apply(state, prune=prune)), _gathered(_to_see_all())
    uses = {Use.PLAN: planned, Use.APPLY: applied, Use.DRIFT: seen}
    found = [
        Need(use, permission, why)
        for use, told in uses.items()
        for permission, why in told.items()
        if use is Use.PLAN or permission not in planned
    ]
    named = scope.projects_named(state)
    projects = sorted(name for name in named if not (UUID.fullmatch(name) or is_literal(name)))
    return Needs(tuple(found), tuple(projects))


def _gathered(told: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return what each permission is for, each reason once, in order."""
    found: dict[str, set[str]] = defaultdict(set)
    for permission, why in told:
        found[permission].add(why)
    return {permission: tuple(sorted(found[permission])) for permission in sorted(found)}


def _to_plan(state: DesiredState, *, prune: bool) -> Iterator[tuple[str, str]]:
    for kind in _kinds(state):
        yield from _to_read(kind)
    if scope.projects_named(state):
        yield from _of(KINDS["Project"], "GET", "to see the projects that manifests name")
    texts = {
        text for d in state.objects.values() for ref, text in refs(d.spec) if ref.kind == _ROLE
    }
    if texts:
        yield rolenames.VIEW, "to tell the names of roles"
    if any(not UUID.fullmatch(text) and text.title() not in rolenames.BUILT_IN for text in texts):
        yield rolenames.VIEW_MEMBERS, "to find a role of your own by its name"
    if any(_goes(each, prune=prune) for each in state.objects.values()):
        for kind in KINDS.values():
            if kind.project_at:
                yield from _of(kind, "GET", "to tell what goes with a project")
            elif refers_to(kind.model, "Project"):
                yield from _of(kind, "GET", "to tell what refers to a project that goes")


def _to_read(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield what reading a kind asks for; what an update of it repeats has to be read, too."""
    api = kind.api
    alone = api.permissions.get("GET") != api.permissions.get("PATCH")
    yield from _of(
        kind, "GET", f"to read {kind.name}{'' if alone else ' (nothing less allows it)'}"
    )
    if api.echo:
        why = f"to repeat {api.echo.kind} in updates of {kind.name}"
        yield from _of(KINDS[api.echo.kind], "GET", why)


def _to_apply(state: DesiredState, *, prune: bool) -> Iterator[tuple[str, str]]:
    verbs: dict[tuple[str, str], set[str]] = defaultdict(set)
    for desired in state.objects.values():
        kind = KINDS[desired.address.kind]
        for method in _writes(kind, desired, prune=prune):
            for permission in kind.api.permissions.get(method, ()):
                verbs[permission, kind.name].add(method)
        if not desired.rules.observe:
            yield from _beside(kind, desired)
    contained = KINDS["Project"].contains
    if contained and state.owned:
        for permission, _ in _of(KINDS[contained.kind], "DELETE"):
            verbs[permission, contained.kind].add("DELETE")
    for (permission, name), methods in verbs.items():
        words = [verb for method, verb in _VERBS.items() if method in methods]
        yield permission, f"to {', '.join(words)} {name}"


def _beside(kind: Kind, desired: Desired) -> Iterator[tuple[str, str]]:
    """Yield what is needed for parts of an object, and for what its update does to others."""
    for path, permission in kind.api.heeded_with.items():
        if scope.mentions(desired.spec, path):
            yield permission, f"to write {path} of {kind.name}"
    if kind.api.echo and not desired.rules.absent:
        other = KINDS[kind.api.echo.kind]
        yield from _of(other, "POST", f"to set {other.name} right after updates of {kind.name}")


def _writes(kind: Kind, desired: Desired, *, prune: bool) -> set[str]:
    """Return the methods by which an object may be written."""
    if desired.rules.observe:
        return set()
    found = set() if desired.rules.absent else {"POST", "PATCH"}
    if _may_be_deleted(kind, desired, prune=prune):
        found.add("DELETE")
    return found - ({"POST", "DELETE"} if kind.singleton else set())


def _may_be_deleted(kind: Kind, desired: Desired, *, prune: bool) -> bool:
    """Whether the object may go: asked for, created again, or pruned once its manifest is gone.

    To create it again, a project needs the consent of its own manifest.
    """
    rules = desired.rules
    pruned = prune and not (rules.protect or rules.forget or rules.observe)
    return rules.absent or rules.allow_replace or pruned or kind.name != "Project"


def _goes(desired: Desired, *, prune: bool) -> bool:
    kind = KINDS[desired.address.kind]
    return kind.name == "Project" and "DELETE" in _writes(kind, desired, prune=prune)


def _to_see_all() -> Iterator[tuple[str, str]]:
    for kind in KINDS.values():
        yield from _of(kind, "GET", f"to see {kind.name} that no manifest declares")
    yield rolenames.VIEW, "to export rules with the names of roles"


def _kinds(state: DesiredState) -> list[Kind]:
    """Return the kinds that are declared, and those of lists that are complete."""
    names = {address.kind for address in state.objects}
    contained = KINDS["Project"].contains
    if contained and state.owned:
        names.add(contained.kind)
    return [KINDS[name] for name in sorted(names)]


def _of(kind: Kind, method: str, why: str = "") -> Iterator[tuple[str, str]]:
    for permission in kind.api.permissions.get(method, ()):
        yield permission, why
