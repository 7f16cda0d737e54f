"""export --update: an existing tree of manifests, so that it says what is there today."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reconciler.commands.absorbing import Differing, Wish
from reconciler.commands.additions import layout_of, placed
from reconciler.commands.drifted import ABSENT
from reconciler.commands.exporting import exported, whole
from reconciler.commands.identified import Identified, identified
from reconciler.commands.organization import Session
from reconciler.commands.renaming import Renamed, renamed
from reconciler.commands.survey import Survey, Wanted
from reconciler.commands.told_values import Telling
from reconciler.kinds import KINDS
from reconciler.kinds.describing import described
from reconciler.manifest import Loaded, Text
from reconciler.model import Address, Desired, DesiredState, FieldChange, Live, Memory, Place
from reconciler.model.absorption import NotTaken
from reconciler.planning import following, names
from reconciler.planning.created import unsaid
from reconciler.planning.decide import decide
from reconciler.render.manifest_text import is_remarked

_GONE: Final = "there is no such object any more; --remove takes its manifest"
_UNSEEN: Final = "its project is there, and not for this token to see"


@dataclass(frozen=True, slots=True)
class Update:
    """What is to be written, into manifests in which all has the names it has today."""

    wish: Wish
    renamed: Renamed


async def update(  # noqa: PLR0913 — what is there, what is said, and what is asked for
    session: Session,
    wanted: Wanted,
    loaded: Loaded,
    memory: Memory,
    out: str,
    *,
    remove: bool,
) -> Update:
    """Return what is to be written into a tree that was read; writes nothing.

    ``memory``: by it, and by the ids in manifests, is known what was renamed. ``remove``: what is
    not there any more is to lose its manifest. Raises what ``export`` raises.
    """
    declared = loaded.state.objects
    projects = {a.project or a.name for a in declared if a.project or a.kind == "Project"}
    directory = await session.reader.read_projects((), projects)
    state = names.with_names(loaded.state, directory)
    found = await whole(session, wanted, state.objects)
    memory = following.projects_followed(memory, directory)
    memory = following.followed(memory, found.there.values())
    known = identified(state, found, memory)
    done = renamed(loaded, known.names)
    state = names.with_names(done.loaded.state, directory)
    found = _with_names(found, done.was)
    if done.was:
        known = identified(state, found, memory)
    wish = _wish(session, found, state, known, done.loaded.texts, remove=remove)
    new = _new(found, state, known, done.loaded, out)
    left = (*wish.left, *new.left)
    return Update(replace(wish, listed=new.listed, added=new.added, left=left), done)


def _with_names(found: Survey, was: Mapping[Address, Address]) -> Survey:
    """Return what was found, with what is meant by a name that it had."""
    chosen = found.chosen | {now for now, before in was.items() if before in found.chosen}
    objects = {address: live for address, live in found.there.items() if address in chosen}
    return replace(found, chosen=chosen, objects=objects)


def _wish(  # noqa: PLR0913 — what is there, what is said, and what is asked for
    session: Session,
    found: Survey,
    state: DesiredState,
    known: Identified,
    texts: Mapping[str, Text],
    *,
    remove: bool,
) -> Wish:
    missing = [a for a in sorted(found.chosen & state.objects.keys()) if a not in found.objects]
    unseen = {a for a in missing if (a.project or a.name) in session.reader.closed}
    gone = [state.objects[a] for a in missing if not state.objects[a].rules.absent]
    why = {**dict.fromkeys(unseen, _UNSEEN), **known.why}
    removed = tuple(each for each in gone if remove and each.address not in why)
    left = [
        NotTaken(each.address, "", each.place, why.get(each.address, _GONE))
        for each in gone
        if each not in removed
    ]
    return Wish(
        differing=tuple(_differing(found, state, known, texts)),
        gone=removed,
        left=(*left, *_refused(found, state, known)),
    )


def _differing(
    found: Survey, state: DesiredState, known: Identified, texts: Mapping[str, Text]
) -> Iterator[Differing]:
    """Yield what is declared and not as it is there, or not all of it, as far as that shows.

    So is that of which something may be remarked that is true no longer.
    """
    remarked = {name for name, text in texts.items() if is_remarked(text.raw)}
    for address, live in found.objects.items():
        desired = state.objects.get(address)
        if desired and not _why_not(desired, known):
            fields = decide(KINDS[address.kind], desired, live).fields
            more = _unsaid(desired, live)
            if fields or more or desired.place.file in remarked:
                yield Differing(desired, live, fields, more, complete=True)


def _unsaid(desired: Desired, live: Live) -> tuple[FieldChange, ...]:
    """Return what an export would say, and the manifest does not."""
    fields = unsaid(desired, live)
    remarks = described(KINDS[desired.address.kind], live).remarks if fields else ()
    mute = tuple(f"{remark.path}." for remark in remarks if remark.path)
    return tuple(field for field in fields if not f"{field.path}.".startswith(mute))


def _why_not(desired: Desired, known: Identified) -> str:
    """Say why a manifest of what is there is not for others to change, "" if it is."""
    return known.why.get(desired.address, ABSENT if desired.rules.absent else "")


def _refused(found: Survey, state: DesiredState, known: Identified) -> Iterator[NotTaken]:
    for address in found.objects.keys() & state.objects.keys():
        desired = state.objects[address]
        if why := _why_not(desired, known):
            yield NotTaken(address, "", desired.place, why)


def _new(found: Survey, state: DesiredState, known: Identified, loaded: Loaded, out: str) -> Wish:
    """Return what is declared nowhere: in the list of its project's manifest, or in a file."""
    new = {a: live for a, live in found.objects.items() if a not in state.objects}
    kept = [NotTaken(a, "", Place(out), known.why[a]) for a in new if known.why.get(a)]
    new = {a: live for a, live in new.items() if a not in known.why}
    listed = tuple((new[a], home) for a in new if (home := _home(a, state)))
    rest = {a: live for a, live in new.items() if not _home(a, state)}
    told = exported(replace(found, objects=rest), Telling(), layout_of(loaded.state, out))
    added, left = placed(told, out, loaded.texts, state)
    return Wish(listed=listed, added=added, left=(*kept, *left))


def _home(address: Address, state: DesiredState) -> Desired | None:
    """Return the manifest whose list of tasks an object belongs into."""
    contained = KINDS["Project"].contains
    if not contained or address.kind != contained.kind or address.project not in state.owned:
        return None
    return state.objects.get(Address("Project", "", address.project))
