"""Which projects there are, and what each is called: by the ledger, today, and after the run."""

from dataclasses import replace

from reconciler.commands.organization import Session
from reconciler.commands.request import Request, Unmanaged
from reconciler.errors import InvalidManifests
from reconciler.model import Directory, Problem, exchanged
from reconciler.planning import following, names, references, renames, scope


async def with_projects(session: Session, request: Request) -> tuple[Request, list[Problem]]:
    """Turn project ids into names, as they will be after this run; all must lead somewhere."""
    named = scope.projects_named(request.selected)
    named |= renames.former_projects(request.selected, request.memory)
    also = (*request.memory.records, *request.also)
    remembered = {a.project or a.name for a in also if a.project or a.kind == "Project"}
    if request.prune:  # what is ours there can't be taken for what is not
        ours = request.remembered.records
        named |= {a.project or a.name for a in ours if a.project or a.kind == "Project"}
    remembered |= scope.projects_named(request.state)
    remembered |= renames.former_projects(request.state, request.memory)
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
    ahead = names.renamed(found, request.selected)
    session.reader.directory = ahead
    before, after = found.names("Project"), ahead.names("Project")
    given = names.given(request.state)
    known = following.as_recorded(ahead, request.memory, request.state).besides(given)
    problems = names.doubles(request.state, known)
    called = {id_: known.name("Project", id_) for id_ in after}
    problems += references.ambiguous(request.state, called, given.names("Project"))
    request = _naming(request, known)
    state = names.with_names(request.state, known)
    problems += references.torn(state)
    selected = replace(request, state=state).selected
    if request.destroy:
        problems += references.awaiting(selected, set(after.values()), state)
    else:
        elsewhere = {a.name: b.name for a, b in request.memory.moves.items() if a.kind == "Project"}
        problems += references.dangling(selected, set(after.values()), state, elsewhere)
    if problems:
        raise InvalidManifests([*problems, *request.state.unreadable])
    moves = {before[id_]: name for id_, name in after.items() if before[id_] != name}
    return replace(request, state=state, memory=request.memory.moved(moves)), notes


def _naming(request: Request, known: Directory) -> Request:
    """Let options that name declared objects as manifests do mean them by their project's name."""
    named = {
        str(address): str(replace(address, project=known.name("Project", address.project)))
        for address in request.state.objects
        if address.project
    }

    def said(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(named.get(text, text) for text in texts)

    return replace(
        request,
        target=said(request.target),
        exclude=said(request.exclude),
        rewrite=said(request.rewrite),
    )
