"""Plan and apply: read, decide, do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final

from reconciler.commands import cut_off
from reconciler.commands.organization import Session
from reconciler.commands.selection import Selection
from reconciler.commands.validate import resolve
from reconciler.errors import InvalidManifests, PlanRefused, ReconcilerError
from reconciler.execution import Hands, Tokens, Watch, execute
from reconciler.kinds import KINDS
from reconciler.ledger import Run
from reconciler.model import (
    Address,
    Change,
    DesiredState,
    LiveState,
    Memory,
    Outcome,
    Place,
    Plan,
    Problem,
    Record,
    Result,
    Sealed,
    Severity,
)
from reconciler.model.secrets import sealed_in
from reconciler.planning import (
    FORGETFUL,
    Policy,
    decide,
    names,
    protected,
    record_of,
    references,
    scope,
)
from reconciler.planning import plan as decide_plan

HEARTBEAT: Final = 30.0
"""Seconds between two signs of life of a run."""


class Values(StrEnum):
    """Which secret values are read from their sources."""

    NONE = "none"
    COMPARED = "compared"
    ALL = "all"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is asked of a run.

    ``target`` and ``exclude`` are globs over addresses; ``memory`` is what the ledger remembers;
    ``also``: objects to look for, whoever declares them; ``values``: ALL before anything is
    written, COMPARED to look where there is something to compare with; ``adopt``: remember what is
    found as declared.
    """

    state: DesiredState
    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    allow_replace: bool = False
    max_deletes: int | None = None
    destroy: bool = False
    prune: bool = False
    memory: Memory = FORGETFUL
    also: frozenset[Address] = frozenset()
    values: Values = Values.ALL
    adopt: bool = True

    @property
    def policy(self) -> Policy:
        return Policy(
            allow_replace=self.allow_replace,
            max_deletes=self.max_deletes,
            destroy=self.destroy,
            prune=self.prune,
            adopt=self.adopt,
        )

    def options(self) -> dict[str, Any]:
        """Return what decides which plan comes of the manifests, as JSON data."""
        return {
            "target": list(self.target),
            "exclude": list(self.exclude),
            "allow_replace": self.allow_replace,
            "max_deletes": self.max_deletes,
            "destroy": self.destroy,
            "prune": self.prune,
        }

    def selects(self, address: Address) -> bool:
        return Selection(self.target, self.exclude).has(address)


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
    selected = _with_values(names.with_names(selected, live.names), live, memory, request.values)
    left_out = tuple(sorted(set(request.state.objects) - set(selected.objects)))
    decided = decide_plan(selected, live, request.policy, memory, guarded)
    decided = replace(decided, notes=(*decided.notes, *_unpruned(request)))
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
    Selection(request.target, request.exclude).check(known)
    objects = {a: o for a, o in live.objects.items() if a in named or request.selects(a)}
    return replace(live, objects=objects)


def _with_values(
    state: DesiredState, live: LiveState, memory: Memory, values: Values
) -> DesiredState:
    """Read secret values from their sources, no more of them than are needed."""
    if values is Values.NONE:
        return state

    def compared(address: Address) -> bool:
        there = live.objects.get(names.former(state.objects[address])) or live.objects.get(address)
        record = memory.records.get(there.address) if there else None
        return there is not None and (not there.fixed or bool(record and record.secrets))

    return resolve(state, None if values is Values.ALL else compared)


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
    session.reader.call_projects(ahead)
    tables: Mapping[str, Mapping[str, str]] = {"Project": ahead}
    problems = names.doubles(request.state, tables)
    problems += references.ambiguous(request.state, ahead)
    state = names.with_names(request.state, tables)
    selected = replace(
        state, objects={a: d for a, d in state.objects.items() if request.selects(a)}
    )
    if not request.destroy:
        problems += references.dangling(selected, set(ahead.values()), state)
    if problems:
        raise InvalidManifests(problems)
    moves = {found[id_]: name for id_, name in ahead.items() if found[id_] != name}
    return replace(request, state=state, memory=request.memory.moved(moves))


def _in_project(address: Address) -> bool:
    return bool(address.project) or address.kind == "Project"


async def apply(  # noqa: PLR0913 — who is told what
    session: Session,
    decided: Plan,
    *,
    started: Callable[[Change], None],
    finished: Callable[[Outcome], None],
    once: Callable[[Address, Sealed], None],
    stop: asyncio.Event,
    run: Run | None = None,
    memory: Memory | None = None,
    tokens: Tokens | None = None,
) -> tuple[Outcome, ...]:
    """Do what a plan says; raises PlanRefused, and nothing for a step that fails.

    ``once`` gets values that Semaphore shows only when an object is created. ``run`` writes
    intents and results into the ledger, with hashes under the key of ``memory``.
    """
    if decided.refusals:
        raise PlanRefused(
            "\n".join(f"{r.address}: {r.text}" if r.address else r.text for r in decided.refusals)
        )
    memory = memory or FORGETFUL

    def starts(change: Change) -> None:
        if run:
            run.intend(change, _hashes(change, memory), cut_off.kept(change, memory))
        started(change)

    def ends(outcome: Outcome) -> None:
        if run:
            run.conclude(outcome, _record(outcome, memory))
        finished(outcome)

    if run:
        run.remember(decided.remember)
    hands = Hands(session.reader, session.writer, tokens or Tokens(), once)
    watch = Watch(starts, ends, stop)
    async with _beating(run, stop):
        return await execute(decided, hands, watch, parallelism=session.organization.parallelism)


@asynccontextmanager
async def _beating(run: Run | None, stop: asyncio.Event) -> AsyncIterator[None]:
    """Give signs of life, so that the lease lasts as long as the run."""

    async def beat() -> None:
        while run and not stop.is_set():
            await asyncio.sleep(HEARTBEAT)
            try:
                run.beat()
            except ReconcilerError:  # the next step tells it in its outcome
                stop.set()

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


def _hashes(change: Change, memory: Memory) -> dict[str, str]:
    """Return the hashes of the values that a step is about to write, by path."""
    values = sealed_in(change.desired.spec) if change.desired else []
    return {path: hashed for path, sealed in values if (hashed := memory.hash_of(sealed))}


def _record(outcome: Outcome, memory: Memory) -> Record | None:
    """Return what to remember of an object that a step left as declared."""
    change = outcome.change
    if outcome.result is not Result.DONE or outcome.live is None or change.desired is None:
        return None
    wrote = decide(KINDS[change.address.kind], change.desired, outcome.live).whole
    return record_of(outcome.live, wrote, memory, protect=change.desired.rules.protect)
