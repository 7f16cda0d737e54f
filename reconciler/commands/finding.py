"""What is live, and what is remembered of it, by the names that it has today."""

from dataclasses import dataclass, replace

from reconciler.commands.organization import Session
from reconciler.commands.request import Request, Unmanaged
from reconciler.commands.unlisted import closed, is_meant, read_whole
from reconciler.model import Address, LiveState, Scope
from reconciler.planning import following, protected, renames, scope
from reconciler.planning.around import Around, around, observed
from reconciler.planning.departed import departed, vanished


@dataclass(frozen=True, slots=True)
class Found:
    """What was read for a run.

    ``request``: its manifests go by the ids that they name; its memory is without what others
    deleted: ``departed`` went with a project, ``vanished`` alone. ``beyond``: what the run must
    know of what it does not touch.
    """

    request: Request
    live: LiveState
    beyond: Around
    departed: tuple[Address, ...]
    vanished: tuple[Address, ...]


async def find(session: Session, request: Request) -> Found:
    """Read what a run has to know; its projects are known. Raises ApiError for what can't be."""
    reader, state = session.reader, request.state
    gone = departed(
        request.memory, reader.directory, request.declared, reader.closed, state.unread_files
    )
    request = replace(request, memory=request.memory.without(gone))
    wanted = _scope(session, request)
    whole = await read_whole(reader, wanted, request.memory.ids)
    hidden = closed(reader, (each for each in request.remembered.ids if is_meant(each, wanted)))
    live = replace(whole.live, unread=tuple(sorted({*whole.live.unread, *hidden})))
    request = replace(request, memory=following.followed(request.memory, live.objects.values()))
    live = following.as_declared(live, request.memory, state)
    request = replace(request, state=renames.by_id(state, live.objects, state.objects))
    beyond = around(request.state, request.memory, live)
    lost = vanished(
        request.memory, whole.gone, live.directory, request.declared, request.state.unread_files
    )
    request = replace(request, memory=request.memory.without(lost))
    return Found(request, live, beyond, gone, lost)


def _scope(session: Session, request: Request) -> Scope:
    """Return what to read: what is declared, what is ours, what is protected in its projects.

    What is ours and declared no longer has to be known to be pruned, else only to be told.
    """
    memory = request.memory if request.names_unknown else request.remembered
    guarded = protected(request.state, request.memory) | observed(request.state)
    named = scope.projects_named(request.selected)
    ours = memory.records.keys() - request.state.objects.keys()
    also = {*request.also, *(ours if request.prune else ())}
    also |= {a for a in guarded if a.project and (request.prune or a.project in named)}
    homes = {"", *session.reader.directory.names("Project").values()}
    perhaps = {a for a in memory.perhaps_made if a.project in homes}
    parts = frozenset((a.kind, a.project) for a in ours | perhaps)
    wanted = scope.joined(scope.scope_of(request.selected, also), scope.of_parts(parts))
    if request.unmanaged is Unmanaged.HIDE:
        return wanted
    return scope.joined(wanted, scope.everything(_looked_into(session, request)))


def _looked_into(session: Session, request: Request) -> set[str]:
    """Return the projects in which to look for what no manifest declares."""
    there = set(session.reader.directory.names("Project").values())
    if request.unmanaged is Unmanaged.ALL:
        return there
    declared = request.state.objects
    return there & {a.name if a.kind == "Project" else a.project for a in declared}
