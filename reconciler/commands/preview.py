"""plan --base: what manifests change, tried on a local Semaphore that has what they change."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Final

from reconciler import manifest
from reconciler.commands import ledger
from reconciler.commands.applying import apply
from reconciler.commands.brought import brought, with_kept
from reconciler.commands.organization import Organization, Session, connect
from reconciler.commands.places import NONE
from reconciler.commands.reconcile import plan
from reconciler.commands.request import Request
from reconciler.commands.selection import Globs
from reconciler.embedded import Edition, Embedded, Settings
from reconciler.errors import BadSettings
from reconciler.kinds.kind import refs, translate
from reconciler.ledger.opening import opened_copy
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Plan,
    Problem,
    Result,
    Rules,
    Sealed,
    Severity,
)
from reconciler.model.literal import UUID, is_literal
from reconciler.planning.scope import projects_named
from reconciler.sources.text import as_file, as_variable
from reconciler.sources.walk import exchange_secrets

_URL: Final = "https://preview.semaphore.local"
_EVERYTHING: Final = 10**9
_PROJECT: Final = """\
apiVersion: v1alpha
kind: Project
metadata: {{name: {name}}}
spec: {{repository: {{url: "git@github.com:preview/{number}.git", integration_type: github_app}}}}
"""


async def preview(before: DesiredState, request: Request, edition: str) -> Plan:
    """Return what the manifests of a request change in an organization that is as ``before``.

    No source of a secret value is read: what names the same source is the same. Raises BadSettings
    for what can't be made there.
    """
    settings = Settings.of(
        Edition(edition),
        project_ready_seconds=0.0,
        target_sync_seconds=0.0,
        everybody=True,
        inert_roles=True,
    )
    organization = Organization(url=_URL, token=Sealed("preview"))
    spared = Globs("--exclude", request.exclude)
    chosen = {a: desired for a, desired in before.objects.items() if a not in spared}
    before = with_kept(replace(before, objects=chosen), request.state)
    base = _as_applied(before)
    there = _without_sources(DesiredState(brought(before, request.state)), keeping=False)
    ahead = _without_sources(request.state)
    with (
        Embedded(settings=settings) as embedded,
        opened_copy("--base", b"", _URL, environ={}) as book,
    ):
        roles = {
            name: embedded.with_role(name, name.lower() if UUID.fullmatch(name) else "")
            for name in _roles((base, there, ahead))
        }
        base, there = _with_roles(base, roles), _with_roles(there, roles)
        async with connect(organization, transport=embedded.transport()) as session:
            homes, ours, others = _in_turn(base, there, _surroundings((base, ahead)))
            await _make(session, homes, NONE)
            await _make(session, ours, book)
            await _make(session, others, NONE)
            memory = ledger.remembered(book, _URL)
            decided = await plan(session, replace(request, state=ahead, memory=memory))
            return replace(decided, unmanaged=(), notes=(*decided.notes, *_taken_for_there(there)))


def _taken_for_there(there: DesiredState) -> list[Problem]:
    """Tell what could not be made, and so has to be there."""
    text = "{} keeps live values, so it is taken for there, as it is declared"
    return [
        Problem(desired.place, text.format(address), Severity.WARNING)
        for address, desired in sorted(there.objects.items())
        if address.kind != "Project"
    ]


async def _make(session: Session, state: DesiredState, where: ledger.Where) -> None:
    request = Request(state=state, allow_replace=True, max_deletes=_EVERYTHING, verbatim=True)
    made = await apply(session, request, where)
    wrong = [f"{one.address or ''}: {one.text}" for one in made.plan.refusals]
    wrong += [
        f"{one.change.address}: {one.detail}"
        for one in made.outcomes or ()
        if one.result is not Result.DONE
    ]
    if wrong:
        lines = "\n".join(f"  {line}" for line in wrong)
        raise BadSettings(
            f"--base: what was declared there can't be made in a local Semaphore:\n{lines}\n"
            "Leave it out by --exclude, or plan against the organization"
        )


def _as_applied(state: DesiredState) -> DesiredState:
    """Return what there is once manifests are applied, and nothing of what they are to do."""
    objects = {
        address: replace(desired, rules=_lasting(desired.rules))
        for address, desired in state.objects.items()
        if not desired.rules.absent
    }
    return _without_sources(replace(state, objects=objects), keeping=False)


def _lasting(rules: Rules) -> Rules:
    return Rules(protect=rules.protect, forget=rules.forget, observe=rules.observe)


def _in_turn(
    base: DesiredState, there: DesiredState, around: DesiredState
) -> tuple[DesiredState, DesiredState, DesiredState]:
    """Return what others made: first the projects, last what may be in ours; and between, ours."""
    observed = {a: replace(d, rules=Rules()) for a, d in base.objects.items() if d.rules.observe}
    ours = {a: d for a, d in base.objects.items() if a not in observed}
    theirs = {**observed, **there.objects}
    homes = {a: d for a, d in theirs.items() if a.kind == "Project"}
    others = {a: d for a, d in theirs.items() if a.kind != "Project"}
    return (
        DesiredState({**around.objects, **homes}),
        replace(base, objects=ours, owned={}),
        DesiredState(others),
    )


def _without_sources(state: DesiredState, *, keeping: bool = True) -> DesiredState:
    """Return the state with words in the place of values that would have to be read.

    ``keeping``: what is left to Semaphore stays so; else it has a value that it can be left with.
    """

    def exchange(_: str, secret: Sealed) -> Sealed:
        if secret.source is None and (keeping or not secret.is_kept):
            return secret
        text = f"{secret.source or 'kept'}".encode()
        word = as_file(text) if secret.encode else as_variable(text)
        return Sealed(word) if secret.is_kept else secret.resolved(word)

    objects = {
        address: replace(desired, spec=exchange_secrets(desired.spec, exchange))
        for address, desired in state.objects.items()
    }
    return replace(state, objects=objects)


def _roles(states: Collection[DesiredState]) -> list[str]:
    """Return the roles that manifests name."""
    named = {
        name
        for state in states
        for desired in state.objects.values()
        for ref, name in refs(desired.spec)
        if ref.kind == "Role" and not is_literal(name)
    }
    return sorted(named)


def _with_roles(state: DesiredState, roles: Mapping[str, str]) -> DesiredState:
    """Return the state with roles by their ids: text that is none stays what it is there."""

    def lookup(kind: str, text: str) -> str:
        return roles.get(text, text) if kind == "Role" else text

    objects = {
        address: replace(desired, spec=translate(desired.spec, lookup))
        for address, desired in state.objects.items()
    }
    return replace(state, objects=objects)


def _surroundings(states: Collection[DesiredState]) -> DesiredState:
    """Return the projects that manifests need and none of them declares."""
    declared = {a.name for state in states for a in state.objects if a.kind == "Project"}
    declared |= {
        desired.rules.renamed_from
        for state in states
        for desired in state.objects.values()
        if desired.address.kind == "Project"
    }
    needed = {name for state in states for name in projects_named(state)} - declared
    found: dict[Address, Desired] = {}
    for number, name in enumerate(sorted(needed)):
        if not (UUID.fullmatch(name) or is_literal(name)):
            text = _PROJECT.format(name=_quoted(name), number=number)
            desired = manifest.declared_in(text, "--base")
            found[desired.address] = desired
    return DesiredState(found)


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"
