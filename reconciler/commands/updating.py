"""export --update: an existing tree of manifests, so that it says what is there today."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from reconciler.commands.absorbing import Differing, Wish
from reconciler.commands.additions import layout_of, placed
from reconciler.commands.drifted import asked_otherwise
from reconciler.commands.exporting import exported, whole
from reconciler.commands.organization import Session
from reconciler.commands.survey import Survey, Wanted
from reconciler.commands.told_values import Telling
from reconciler.kinds import KINDS
from reconciler.manifest import Loaded
from reconciler.model import Address, Desired, DesiredState
from reconciler.model.absorption import NotTaken
from reconciler.planning import names
from reconciler.planning.decide import decide

_GONE: Final = "there is no such object any more; --remove takes its manifest"
_UNSEEN: Final = "its project is there, and not for this token to see"


async def update(
    session: Session, wanted: Wanted, loaded: Loaded, out: str, *, remove: bool
) -> Wish:
    """Return what is to be written into a tree that was read; writes nothing.

    ``remove``: what is not there any more is to lose its manifest. Raises what ``export`` raises.
    """
    declared = loaded.state.objects
    projects = {a.project or a.name for a in declared if a.project or a.kind == "Project"}
    directory = await session.reader.read_projects((), projects)
    state = names.with_names(loaded.state, directory)
    found = await whole(session, wanted, state.objects)
    missing = [a for a in sorted(found.chosen & state.objects.keys()) if a not in found.objects]
    unseen = {a for a in missing if (a.project or a.name) in session.reader.closed}
    gone = [state.objects[a] for a in missing if not state.objects[a].rules.absent]
    removed = tuple(each for each in gone if remove and each.address not in unseen)
    left = [
        NotTaken(each.address, "", each.place, _UNSEEN if each.address in unseen else _GONE)
        for each in gone
        if each not in removed
    ]
    new = _new(found, state, loaded, out)
    return replace(
        new,
        differing=tuple(_differing(found, state)),
        gone=removed,
        left=(*new.left, *left, *_refused(found, state)),
    )


def _differing(found: Survey, state: DesiredState) -> Iterator[Differing]:
    """Yield what is declared and not as it is there, as far as that shows."""
    for address, live in found.objects.items():
        desired = state.objects.get(address)
        if desired and not asked_otherwise(desired):
            fields = decide(KINDS[address.kind], desired, live).fields
            if fields:
                yield Differing(desired, live, fields)


def _refused(found: Survey, state: DesiredState) -> Iterator[NotTaken]:
    for address in found.objects.keys() & state.objects.keys():
        desired = state.objects[address]
        if why := asked_otherwise(desired):
            yield NotTaken(address, "", desired.place, why)


def _new(found: Survey, state: DesiredState, loaded: Loaded, out: str) -> Wish:
    """Return what is declared nowhere: in the list of its project's manifest, or in a file."""
    new = {a: live for a, live in found.objects.items() if a not in state.objects}
    listed = tuple((new[a], home) for a in new if (home := _home(a, state)))
    rest = {a: live for a, live in new.items() if not _home(a, state)}
    told = exported(replace(found, objects=rest), Telling(), layout_of(loaded.state, out))
    added, left = placed(told, out, loaded.texts)
    return Wish(listed=listed, added=added, left=left)


def _home(address: Address, state: DesiredState) -> Desired | None:
    """Return the manifest whose list of tasks an object belongs into."""
    contained = KINDS["Project"].contains
    if not contained or address.kind != contained.kind or address.project not in state.owned:
        return None
    return state.objects.get(Address("Project", "", address.project))
