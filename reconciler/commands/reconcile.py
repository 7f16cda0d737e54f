"""Plan: read what is live, and decide."""

from collections.abc import Iterator
from dataclasses import replace

from reconciler.commands import cut_off
from reconciler.commands.deciding import Deciding
from reconciler.commands.finding import Found, find
from reconciler.commands.left_undone import left_undone
from reconciler.commands.organization import Session
from reconciler.commands.projects import with_projects
from reconciler.commands.request import Purpose, Request, Unmanaged
from reconciler.commands.unread_files import unread_files
from reconciler.commands.values import Values
from reconciler.errors import InvalidManifests, PlanRefused
from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    DesiredState,
    Directory,
    LiveState,
    Memory,
    Place,
    Plan,
    Problem,
    Refusal,
    Severity,
    Spec,
)
from reconciler.planning import beyond, following, names, references, renames
from reconciler.planning.departed import note as departed_note


async def plan(session: Session, request: Request) -> Plan:
    """Read what is needed and decide; writes nothing.

    Raises ApiError if anything can't be read, InvalidManifests for names that lead nowhere and
    for values that can't be had, BadSettings for an address in ``target``, ``exclude`` or
    ``rewrite`` that leads nowhere.
    """
    recorded, declared = request.memory, request.state.objects
    session.reader.http.hide(*(desired.spec for desired in declared.values()))
    others = recorded.records.keys() - declared.keys()
    if request.prune and others and all(d.rules.absent for d in declared.values()):
        raise PlanRefused("nothing is declared, and pruning would delete all there is of ours")
    stand = unread_files(request.state, recorded.records)
    request = replace(request, state=replace(request.state, unread_files=stand))
    request, done = await with_projects(session, request)
    found = await find(session, request)
    decided = await _compared(session, found)
    decided = replace(decided, notes=(*decided.notes, *done))
    return _told(decided, found, recorded)


async def _compared(session: Session, found: Found) -> Plan:
    """Decide about what is declared and not left out, and remembered to be begun."""
    request = found.request
    there, live = found.live.objects.keys(), _within(found.live, request)
    before = request.remembered
    selected, done = renames.still_to_do(
        request.selected, lambda a: _id_at(live, a), before, found.beyond.exchanged
    )
    unfinished = cut_off.unfinished(selected, live, before)
    memory = replace(before, records={**before.records, **unfinished})

    def shown(address: Address) -> Spec | None:
        return cut_off.shown_last(address, declared[address], live, memory)

    declared = selected.objects
    known = _known(request, selected, shown)
    selected = cut_off.restored(known.state, live, before)
    selected = names.with_names(selected, live.directory)
    doubtful = _about_references(request, selected, live.directory, shown)
    values = Values(selected, session.organization.token, session.reader.http.hide)
    deciding = Deciding(session, request, memory, found.beyond, live, values)
    decided = await deciding.plan()
    if not request.verbatim:
        refused = references.unheld(decided.changes, shown)
        decided = replace(decided, refusals=(*decided.refusals, *refused))
    # what a reviewed plan deletes may be gone by now
    request.selection.check({*request.known, *there, *deciding.live.contents, *request.also})
    if request.adopt:
        decided = cut_off.adopted(decided, unfinished, live, memory)
    left_out = {*request.state.objects, *_unlisted(request, found.live)} - selected.objects.keys()
    notes = (*decided.notes, *done, *values.warnings, *doubtful, *known.warnings)
    return replace(decided, excluded=tuple(sorted(left_out)), notes=notes)


def _told(decided: Plan, found: Found, recorded: Memory) -> Plan:
    """Return a plan with all that is to be told of the ledger, and to be written into it."""
    request = found.request
    if request.purpose is Purpose.DRIFT and request.unmanaged is Unmanaged.HIDE:
        decided = replace(decided, unmanaged=())
    notes = {
        *decided.notes,
        *departed_note(found.departed, found.vanished),
        *following.note(request.memory, recorded, request.state),
    }
    decided = replace(decided, notes=(*sorted(notes), *left_undone(request)))
    if request.adopt:
        gone = {c.live.address for c in decided.changes if c.live and c.action is Action.DELETE}
        moves = following.renamed(request.memory, recorded, request.state, gone)
        over = (*decided.released, *found.departed, *found.vanished)
        forgotten = following.in_the_ledger(over, request.memory, moves)
        decided = replace(decided, forgotten=forgotten, renamed=tuple(moves.items()))
    return _doubted(decided, request)


def _unlisted(request: Request, live: LiveState) -> Iterator[Address]:
    """Yield what a chosen project's list does not name, and the selection leaves as it is."""
    contained = KINDS["Project"].contains
    for address in live.objects:
        listed = (
            contained
            and address.kind == contained.kind
            and address.project in request.selected.owned
        )
        if listed and address not in request.declared and not request.selects(address):
            yield address


def _id_at(live: LiveState, address: Address) -> str:
    there = live.objects.get(address)
    return there.id if there else ""


def _known(request: Request, state: DesiredState, shown: references.Shown) -> beyond.Accepted:
    """Ask the server about keys that we don't know; raises InvalidManifests for those it lacks."""
    found = beyond.accepted(state, shown)
    if found.mistakes and not request.destroy:
        raise InvalidManifests(found.mistakes)
    return found


def _about_references(
    request: Request, state: DesiredState, directory: Directory, shown: references.Shown
) -> list[Problem]:
    """Return warnings about roles; raises InvalidManifests for what leads nowhere."""
    if request.destroy:
        return []
    if request.verbatim:  # what leads nowhere is made so, and shows so
        problems = [*references.roles(state, directory, lambda a: state.objects[a].spec)]
    else:
        problems = [*references.roles(state, directory, shown)]
        problems += references.foreign(state, directory, shown)
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


def _within(live: LiveState, request: Request) -> LiveState:
    """Return what is live without what the run must not touch."""
    named = {desired.former for desired in request.selected.objects.values()}
    objects = {a: o for a, o in live.objects.items() if a in named or request.selects(a)}
    return replace(live, objects=objects)
