"""What is there, whoever declares it: read for who lists it, or writes manifests of it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from reconciler.commands.organization import Session
from reconciler.commands.selection import Globs
from reconciler.commands.unlisted import read_whole
from reconciler.kinds import KINDS
from reconciler.model import Address, Directory, Live, Unread
from reconciler.planning import scope
from reconciler.planning.presence import of_note

_NOTHING: Final = "there is no such object"
_EXCLUDE: Final = "--exclude"

Part = tuple[str, str]
"""A kind, and a project that it is looked for in; "" for one of the organization."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which objects: all that a glob names, if there are any, and that none of ``exclude`` does.

    ``names``: those that some have elsewhere, and that may be said, too.
    """

    globs: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    names: frozenset[Address] = frozenset()

    def called(self, today: Mapping[Address, Address]) -> "Wanted":
        """Return the same, which also means what goes by another name ``today``."""
        moved = {address: now for address, now in today.items() if now != address}

        def said(option: str, texts: tuple[str, ...]) -> tuple[str, ...]:
            globs = Globs.of(option, texts, moved)
            meant = {str(now) for address, now in moved.items() if address in globs}
            return (*texts, *sorted(meant.difference(texts)))

        return Wanted(said("GLOB", self.globs), said(_EXCLUDE, self.exclude), frozenset(moved))

    def parts(self, every: Collection[Part]) -> frozenset[Part]:
        """Return where there may be some."""
        globs, exclude = Globs("GLOB", self.globs), Globs(_EXCLUDE, self.exclude)
        return frozenset(
            (kind, home)
            for kind, home in every
            if (not globs or globs.reaches(KINDS[kind], home))
            and _all_of(kind, home) not in exclude
        )

    def chosen(
        self, there: Collection[Address], every: Collection[Part], *, whole: bool
    ) -> frozenset[Address]:
        """Return which of these objects are meant; raises BadSettings for what names none.

        ``whole``: they are all that there are where it was looked.
        """
        globs = Globs.of("GLOB", self.globs, there)
        exclude = Globs.of(_EXCLUDE, self.exclude, there)
        if whole:
            globs.check({*there, *self.names}, _NOTHING)
            unlooked = {_all_of(*part) for part in every}
            texts = [
                t for t in self.exclude if not any(a in Globs(_EXCLUDE, (t,)) for a in unlooked)
            ]
            Globs.of(_EXCLUDE, tuple(texts), there).check({*there, *self.names}, _NOTHING)
        return frozenset(a for a in there if (not globs or a in globs) and a not in exclude)


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found.

    ``objects``: those that are meant and are there, in order; ``chosen``: all that are meant;
    ``there``: all that were seen on the way; ``unread``: where else there may be some.
    """

    objects: Mapping[Address, Live]
    chosen: frozenset[Address]
    there: Mapping[Address, Live]
    directory: Directory
    unread: tuple[Unread, ...]


async def survey(
    session: Session,
    wanted: Wanted,
    also: Collection[Address] = (),
    ids: Mapping[Address, str] = MappingProxyType({}),
    *,
    in_full: bool = False,
) -> Survey:
    """Read all that may be meant; raises ApiError, and BadSettings for what names nothing.

    The reader has to know the projects. ``also``: objects that can be meant though they are not
    there; ``ids``: those of what is remembered. ``in_full``: all of each object is needed, not just
    what its listing shows.
    """
    projects = session.reader.directory.names("Project").values()
    every = {
        (kind.name, home)
        for kind in KINDS.values()
        for home in (projects if kind.project_at else ("",))
    }
    parts = wanted.parts(every) | {("Project", "")}
    where = replace(scope.of_parts(parts), in_full=in_full)
    found = (await read_whole(session.reader, where, ids)).live
    noted = of_note(found)
    chosen = wanted.chosen({*noted, *also}, every, whole=not found.unread)
    there = {address: found.objects[address] for address in sorted(noted)}
    objects = {address: live for address, live in there.items() if address in chosen}
    return Survey(objects, chosen, there, found.directory, found.unread)


def _all_of(kind: str, home: str) -> Address:
    """Return what stands for all objects of a kind in a project."""
    return Address(kind, home, "" if KINDS[kind].singleton else "*")
