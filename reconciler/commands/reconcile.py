"""Plan: read what is live, and decide."""

from dataclasses import dataclass, field, replace

from reconciler.commands import cut_off
from reconciler.commands.left_undone import left_undone
from reconciler.commands.organization import Session
from reconciler.commands.request import Aim, Request, Unmanaged
from reconciler.commands.selection import Globs
from reconciler.commands.standing import standing
from reconciler.commands.values import Values
from reconciler.commands.vanished import vanished
from reconciler.errors import InvalidManifests, PlanRefused
from reconciler.model import (
    Action,
    Address,
    DesiredState,
    LiveState,
    Memory,
    Place,
    Plan,
    Problem,
    Refusal,
    Scope,
    Severity,
    exchanged,
)
from reconciler.planning import (
    Policy,
    beyond,
    contents,
    following,
    names,
    protected,
    references,
    renames,
    scope,
)
from reconciler.planning import plan as decide_plan
from reconciler.planning.around import Around, around
from reconciler.planning.departed import departed
from reconciler.planning.departed import note as departed_note


async def plan(session: Session, request: Request) -> Plan:
    """Read what is needed and decide; writes nothing.

    Raises ApiError if anything can't be read, InvalidManifests for names that lead nowhere and
    for values that can't be had, BadSettings for an address in ``target``, ``exclude`` or
    ``rewrite`` that leads nowhere.
    """
    if request.prune and not any(not d.rules.absent for d in request.state.objects.values()):
        raise PlanRefused("nothing is declared, and pruning would delete all there is of ours")
    recorded = request.memory
    stand = standing(request.state, recorded.records)
    request = replace(request, state=replace(request.state, standing=stand))
    request, done = await _with_projects(session, request)
    left = departed(
        request.memory,
        session.reader.directory,
        names.aliases(request.state),
        session.reader.closed,
        stand,
    )
    request = replace(request, memory=request.memory.without(left))
    selected = _selected(request)
    memory = _remembered(request)
    guarded = protected(request.state, request.memory)
    ours = request.memory if request.names_unknown else memory
    wanted = _scope(request, selected, ours, guarded)
    if request.unmanaged is not Unmanaged.HIDE:
        wanted = scope.joined(wanted, scope.everything(_looked_into(session, request)))
    live = await session.reader.snapshot(wanted)
    request = replace(request, memory=following.followed(request.memory, live.objects.values()))
    live = following.as_declared(live, request.memory, request.state)
    whole = renames.by_id(request.state, live, request.state.objects)
    request = replace(request, state=whole)
    beyond = around(request.state, request.memory, live)
    lost = await vanished(
        session.reader, request.memory, wanted, live, names.aliases(request.state), stand
    )
    request = replace(request, memory=request.memory.without(lost))
    selected, memory = _selected(request), _remembered(request)
    there, live = live.objects.keys(), _within(live, selected, request)
    selected, done_too = renames.still_to_do(
        selected, lambda a: _id_at(live, a), memory, beyond.exchanged
    )
    unfinished = cut_off.unfinished(selected, live, memory)
    before, memory = memory, replace(memory, records={**memory.records, **unfinished})
    known = _known(request, selected, live, memory)
    selected = cut_off.restored(known.state, live, before)
    selected = names.with_names(selected, live.directory)
    about_roles = _about_roles(request, selected, live)
    values = Values(selected, session.organization.token)
    deciding = _Deciding(session, request, memory, beyond, live, values)
    decided = await deciding.plan()
    # what a reviewed plan deletes may be gone by now
    request.selection.check({*request.known, *there, *deciding.live.contents, *request.also})
    notes = {*decided.notes, *done, *done_too, *values.warnings, *about_roles, *known.warnings}
    if request.adopt:
        decided = cut_off.adopted(decided, unfinished, memory)
    if request.aim is Aim.DRIFT and request.unmanaged is Unmanaged.HIDE:
        decided = replace(decided, unmanaged=())
    left_out = tuple(sorted(set(request.state.objects) - set(selected.objects)))
    renamed = following.note(request.memory, recorded, request.state)
    notes |= {*departed_note(left, lost), *renamed}
    decided = replace(decided, excluded=left_out, notes=(*sorted(notes), *left_undone(request)))
    if request.adopt:
        gone = {c.live.address for c in decided.changes if c.live and c.action is Action.DELETE}
        moves = following.renamed(request.memory, recorded, request.state, gone)
        decided = replace(decided, forgotten=(*left, *lost), renamed=tuple(moves.items()))
    return _doubted(decided, request)


@dataclass(slots=True)
class _Deciding:
    """Decides, reads what that shows to be needed, and decides again, until all is known.

    ``looked``: the kinds that were looked for in projects, each with its project.
    """

    session: Session
    request: Request
    memory: Memory
    beyond: Around
    live: LiveState
    values: Values
    looked: set[tuple[str, str]] = field(default_factory=set)

    async def plan(self) -> Plan:
        policy, aim = self.request.policy(self._rewritten()), self.request.aim
        reads = self.request.values
        if reads:
            self.values.read_compared(self.live, self.memory, new=aim is not Aim.DRIFT)
        while True:
            decided = self._decided(policy)
            more = await self._read_contents(decided)
            if reads and not more and aim is not Aim.DRIFT:
                more = self.values.read_written(decided)
            if not more:
                break
        if reads and aim is not Aim.DRIFT and self.request.adopt:
            self.values.read_assumed(decided)
            decided = self._decided(policy)
        return decided

    def _decided(self, policy: Policy) -> Plan:
        return decide_plan(self.values.state, self.live, policy, self.memory, self.beyond)

    def _rewritten(self) -> set[Address]:
        """Return the objects whose hidden values are to be written; raises BadSettings."""
        declared = self.values.state.objects
        globs = Globs.of("--rewrite", self.request.rewrite, declared)
        globs.check(self.request.state.objects)
        globs.check_chosen(declared)
        return {address for address in declared if address in globs}

    async def _read_contents(self, decided: Plan) -> bool:
        """Read what is in projects, as far as the plan touches it; say whether that was more."""
        more = contents.looked_into(decided, self.live.directory) - self.looked
        if not more:
            return False
        self.looked |= more
        found = await self.session.reader.snapshot(scope.of_parts(more))
        inside = self.live.contents | contents.of_note(found)
        unread = tuple(sorted({*self.live.unread, *found.unread}))
        self.live = replace(self.live, contents=inside, unread=unread)
        whole = following.followed(self.request.memory, found.objects.values())
        dear = protected(self.request.state, whole) & found.objects.keys()
        self.beyond = replace(self.beyond, guarded=self.beyond.guarded | dear)
        return True


def _id_at(live: LiveState, address: Address) -> str:
    there = live.objects.get(address)
    return there.id if there else ""


def _selected(request: Request) -> DesiredState:
    """Return what is declared and not left out."""
    return replace(
        request.state,
        objects={a: d for a, d in request.state.objects.items() if request.selects(a)},
        owned={
            project: place
            for project, place in request.state.owned.items()
            if request.selects(Address("Project", "", project))
        },
    )


def _scope(
    request: Request, selected: DesiredState, memory: Memory, guarded: set[Address]
) -> Scope:
    """Return what to read: what is declared, what is ours, what is protected in its projects.

    What is ours and declared no longer has to be known to be pruned, else only to be told.
    """
    named = scope.projects_named(selected)
    ours = memory.records.keys() - request.state.objects.keys()
    also = {*request.also, *(ours if request.prune else ())}
    also |= {a for a in guarded if a.project and (request.prune or a.project in named)}
    parts = frozenset((a.kind, a.project) for a in ours)
    return scope.joined(scope.scope_of(selected, also), scope.of_parts(parts))


def _looked_into(session: Session, request: Request) -> set[str]:
    """Return the projects in which to look for what no manifest declares."""
    there = set(session.reader.directory.names("Project").values())
    if request.unmanaged is Unmanaged.ALL:
        return there
    declared = request.state.objects
    return there & {a.name if a.kind == "Project" else a.project for a in declared}


def _known(
    request: Request, state: DesiredState, live: LiveState, memory: Memory
) -> beyond.Accepted:
    """Ask the server about keys that we don't know; raises InvalidManifests for those it lacks."""
    found = beyond.accepted(
        state, lambda address: cut_off.shown_last(address, state.objects[address], live, memory)
    )
    if found.mistakes and not request.destroy:
        raise InvalidManifests(found.mistakes)
    return found


def _about_roles(request: Request, state: DesiredState, live: LiveState) -> list[Problem]:
    """Return warnings about roles; raises InvalidManifests for those that lead nowhere."""
    problems = [] if request.destroy else list(references.roles(state, live))
    if any(problem.severity is Severity.ERROR for problem in problems):
        raise InvalidManifests(problems)
    return problems


def _doubted(decided: Plan, request: Request) -> Plan:
    """Say what speaks against the ledger, by which nothing is pruned then."""
    doubts = request.memory.doubts
    notes = tuple(Problem(Place("ledger"), doubt, Severity.WARNING) for doubt in doubts)
    decided = replace(decided, notes=(*decided.notes, *notes))
    if not (doubts and request.prune):
        return decided
    text = f"nothing is pruned by a ledger that is not the one it should be: {doubts[0]}"
    return replace(decided, refusals=(*decided.refusals, Refusal(None, text)))


def _within(live: LiveState, state: DesiredState, request: Request) -> LiveState:
    """Return what is live without what the run must not touch."""
    named = {desired.former for desired in state.objects.values()}
    objects = {a: o for a, o in live.objects.items() if a in named or request.selects(a)}
    return replace(live, objects=objects)


def _remembered(request: Request) -> Memory:
    """Return the memory of what this run may touch: nothing of what is left out, by any name."""
    records = {a: r for a, r in request.memory.records.items() if request.selects(a)}
    return replace(request.memory, records=records)


async def _with_projects(session: Session, request: Request) -> tuple[Request, list[Problem]]:
    """Turn project ids into names, as they will be after this run; all must lead somewhere."""
    named = scope.projects_named(request.state)
    also = (*request.memory.records, *request.also)
    remembered = {a.project or a.name for a in also if a.project or a.kind == "Project"}
    named |= renames.former_projects(request.state, request.memory)
    if not (named or remembered) and request.unmanaged is Unmanaged.HIDE:
        return request, []
    found = await session.reader.read_projects(named, remembered)
    request = replace(request, memory=following.projects_followed(request.memory, found))
    state, notes = renames.still_to_do(
        request.state,
        lambda a: found.id("Project", a.name) if a.kind == "Project" else "",
        request.memory,
        exchanged(request.state.objects.values()),
    )
    request = replace(request, state=state)
    ahead = names.renamed(found, _selected(request))
    session.reader.directory = ahead
    before, after = found.names("Project"), ahead.names("Project")
    given = names.given(request.state)
    known = following.as_recorded(ahead, request.memory, request.state).besides(given)
    problems = names.doubles(request.state, known)
    called = {id_: known.name("Project", id_) for id_ in after}
    problems += references.ambiguous(request.state, called, given.names("Project"))
    state = names.with_names(request.state, known)
    problems += references.torn(state)
    selected = replace(
        state, objects={a: d for a, d in state.objects.items() if request.selects(a)}
    )
    if not request.destroy:
        elsewhere = {a.name: b.name for a, b in request.memory.moves.items() if a.kind == "Project"}
        problems += references.dangling(selected, set(after.values()), state, elsewhere)
    if problems:
        raise InvalidManifests([*problems, *request.state.unreadable])
    moves = {before[id_]: name for id_, name in after.items() if before[id_] != name}
    return replace(request, state=state, memory=request.memory.moved(moves)), notes
