"""Plan: read what is live, and decide."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.commands import cut_off
from reconciler.commands.organization import Session
from reconciler.commands.request import Request, Values
from reconciler.commands.validate import resolve
from reconciler.errors import InvalidManifests, PlanRefused
from reconciler.model import (
    Address,
    DesiredState,
    LiveState,
    Memory,
    Place,
    Plan,
    Problem,
    Severity,
)
from reconciler.planning import (
    names,
    protected,
    references,
    scope,
)
from reconciler.planning import plan as decide_plan
from reconciler.sources import Resolved


async def plan(session: Session, request: Request) -> Plan:
    """Read what is needed and decide; writes nothing.

    Raises ApiError if anything can't be read, InvalidManifests for names that lead nowhere,
    BadSettings for an address in ``target`` or ``exclude`` that leads nowhere.
    """
    if request.prune and not any(not d.rules.absent for d in request.state.objects.values()):
        raise PlanRefused("nothing is declared, and pruning would delete all there is of ours")
    request = await _with_projects(session, request)
    selected = replace(
        request.state,
        objects={a: d for a, d in request.state.objects.items() if request.selects(a)},
        owned={
            project: place
            for project, place in request.state.owned.items()
            if request.selects(Address("Project", "", project))
        },
    )
    memory = _remembered(request)
    also = set(memory.records) - set(request.state.objects) if request.prune else set()
    also |= request.also
    guarded = protected(request.state, request.memory)
    named = scope.projects_named(selected)
    also |= {a for a in guarded if a.project and (request.prune or a.project in named)}
    live = await session.reader.snapshot(scope.scope_of(selected, also))
    guarded &= live.objects.keys()
    live = _within(live, selected, request)
    unfinished = cut_off.unfinished(selected, live, memory)
    memory = replace(memory, records={**memory.records, **unfinished})
    selected = cut_off.restored(selected, live, memory)
    selected = names.with_names(selected, live.directory)
    read = _with_values(session, selected, live, memory, request)
    selected = read.state
    left_out = tuple(sorted(set(request.state.objects) - set(selected.objects)))
    decided = decide_plan(selected, live, request.policy, memory, guarded)
    decided = replace(decided, notes=(*decided.notes, *read.warnings, *_unpruned(request)))
    if not request.destroy:
        notes = sorted({*decided.notes, *references.doubtful(selected)})
        decided = replace(decided, notes=tuple(notes))
    if request.adopt:
        decided = replace(decided, remember=cut_off.adopted(decided, unfinished))
    return replace(decided, excluded=left_out)


def _unpruned(request: Request) -> Iterator[Problem]:
    """Say what pruning was asked for and does not come about."""
    if not request.prune:
        return
    records = request.memory.records
    if not records:
        text = "nothing is remembered to be ours, so nothing is pruned"
        yield Problem(Place("ledger"), text, Severity.WARNING)
    left = sorted(a for a in records if a not in request.state.objects and not request.selects(a))
    if left:
        names = ", ".join(map(str, left))
        text = f"left out by --target and --exclude, and so not pruned: {names}"
        yield Problem(Place("ledger"), text, Severity.WARNING)


def _within(live: LiveState, state: DesiredState, request: Request) -> LiveState:
    """Return what is live without what the run must not touch; raises BadSettings."""
    named = {names.former(desired) for desired in state.objects.values()}
    known = {*request.state.objects, *request.memory.records, *named, *live.objects}
    known |= request.also  # what a reviewed plan deletes may be gone by now
    request.selection.check(known)
    objects = {a: o for a, o in live.objects.items() if a in named or request.selects(a)}
    return replace(live, objects=objects)


def _with_values(
    session: Session, state: DesiredState, live: LiveState, memory: Memory, request: Request
) -> Resolved:
    """Read secret values from their sources, no more of them than are needed."""
    if request.values is Values.NONE:
        return Resolved(state, ())

    def compared(address: Address) -> bool:
        there = live.objects.get(names.former(state.objects[address])) or live.objects.get(address)
        record = memory.records.get(there.address) if there else None
        return there is not None and (not there.fixed or bool(record and record.secrets))

    only = None if request.values is Values.ALL else compared
    return resolve(state, only, session.organization.token)


def _remembered(request: Request) -> Memory:
    """Return the memory of what this run may touch: not what is declared but left out of it."""
    declared = request.state.objects
    records = {
        address: record
        for address, record in request.memory.records.items()
        if request.selects(address) or address in declared
    }
    left_out = {a for a in declared if not request.selects(a)}
    return replace(request.memory, records={a: r for a, r in records.items() if a not in left_out})


async def _with_projects(session: Session, request: Request) -> Request:
    """Turn project ids into names, as they will be after this run; all must lead somewhere."""
    named = scope.projects_named(request.state)
    if request.prune:
        named |= {a.project or a.name for a in request.memory.records if _in_project(a)}
    named |= {a.project or a.name for a in request.also if _in_project(a)}
    if not named:
        return request
    found = await session.reader.read_projects(named)
    ahead = names.renamed(found, request.state)
    session.reader.directory = ahead
    before, after = found.names("Project"), ahead.names("Project")
    problems = names.doubles(request.state, ahead)
    problems += references.ambiguous(request.state, after)
    state = names.with_names(request.state, ahead)
    selected = replace(
        state, objects={a: d for a, d in state.objects.items() if request.selects(a)}
    )
    if not request.destroy:
        problems += references.dangling(selected, set(after.values()), state)
    if problems:
        raise InvalidManifests(problems)
    moves = {before[id_]: name for id_, name in after.items() if before[id_] != name}
    return replace(request, state=state, memory=request.memory.moved(moves))


def _in_project(address: Address) -> bool:
    return bool(address.project) or address.kind == "Project"
