"""Files that declared something once, were not read, and may well declare it still."""

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Final

from reconciler.ledger.git_index import Absence, Unreadable, not_checked_out
from reconciler.manifest import Repository, holds_manifests
from reconciler.model import Address, DesiredState, Place, Record, UnreadFile

_WAS: Final = "is still there and was"
_THERE: Final = f"{_WAS} not read"
_ABSENT: Final = {
    Absence.SPARSE: "is in Git, but a sparse checkout leaves it out here, and it was not read",
    Absence.SUBMODULE: "was in a submodule that is not fetched here, and it was not read",
}
_UNTOLD: Final = "and whether a sparse checkout leaves it out can't be told"


def unread_files(state: DesiredState, records: Mapping[Address, Record]) -> dict[str, UnreadFile]:
    """Return the files of which what they declared is not gone, by their names in ``records``.

    A file that is deleted is gone, also while Git does not know it yet: what counts is the working
    tree, but for what Git itself was told to leave out of it.
    """
    declaring = {each.file for each in state.objects.values()}
    names = sorted({record.file for record in records.values()} - declaring - {""})
    if not names:
        return {}
    read = {os.path.realpath(path) for path in state.files}
    trees = _Trees(state, records)
    met = _Met(state)
    found: dict[str, UnreadFile] = {}
    missing: dict[str, list[Path]] = {}
    for name in names:
        places = trees.places(name)
        there = next(filter(_exists, places), None)
        if there is None and (inside := next(filter(None, map(met.around, places)), None)):
            found[name] = inside
        elif there is None:
            missing[name] = places
        elif (real := os.path.realpath(there)) not in read:
            found[name] = met.file(real) or met.around(there) or UnreadFile(_THERE)
    others = _put_away(missing, state.unsearched) | _unchecked(missing)
    searched = [*map(os.path.realpath, state.searched)]
    return found | {
        name: UnreadFile(why, Place(name) if _is_within(missing[name], searched) else None)
        for name, why in others.items()
    }


def _is_within(places: Iterable[Path], folders: Collection[str]) -> bool:
    """Whether one of some places is in one of some real directories."""
    around = (map(str, Path(os.path.realpath(place)).parents) for place in places)
    return any(not set(above).isdisjoint(folders) for above in around)


class _Met:
    """What was found in the directories that were searched, and not read."""

    def __init__(self, state: DesiredState) -> None:
        self._state = state

    def file(self, real: str) -> UnreadFile | None:
        """Return what became of a file, by its real path."""
        return self._files.get(real)

    def around(self, path: Path) -> UnreadFile | None:
        """Return what became of a folder that a file is, or was, in."""
        folders = map(str, (*path.absolute().parents, *Path(os.path.realpath(path)).parents))
        return next(filter(None, map(self._folders.get, folders)), None)

    @cached_property
    def _files(self) -> dict[str, UnreadFile]:
        passed_over = {
            os.path.realpath(path): UnreadFile(f"{_THERE}: {what}", Place(path))
            for path, what in self._state.passed_over.items()
        }
        return passed_over | {
            os.path.realpath(each.place.file): UnreadFile(f"{_WAS} {each.text}", each.place)
            for each in self._state.unreadable
        }

    @cached_property
    def _folders(self) -> dict[str, UnreadFile]:
        return {
            named(each.place.file): UnreadFile(f"and {each.place.file} was {each.text}", each.place)
            for named in (os.path.realpath, os.path.abspath)  # what a link leads to, and itself
            for each in self._state.unreadable
        }


class _Trees:
    """Where names of before may lead today."""

    def __init__(self, state: DesiredState, records: Mapping[Address, Record]) -> None:
        named = {(each.place.file, each.file) for each in state.objects.values() if each.file}
        tops = {_without(os.path.abspath(path), name) for path, name in named}  # noqa: PTH100
        self._tops = [*dict.fromkeys((*Repository().tops(), *map(Path, sorted(tops))))]
        self._moves = {
            _moved(records[address].file, each.file)
            for address, each in state.objects.items()
            if address in records and records[address].file and each.file
        }

    def places(self, name: str) -> list[Path]:
        """Return the places to look for a file, the likeliest first."""
        names = [name, *sorted(self._elsewhere(name))]
        return [*dict.fromkeys(top / each for each in names for top in self._tops)]

    def _elsewhere(self, name: str) -> Iterator[str]:
        """Yield what it is called now if all files around it are called otherwise than before.

        So they are in another directory where there is no Git, and from inside a submodule.
        """
        for before, now in self._moves:
            if before != now and name.startswith(before):
                yield now + name.removeprefix(before)


def _moved(before: str, now: str) -> tuple[str, str]:
    """Return the parts in which two names of one file differ, "" and "" if it has another name."""
    ours, theirs = before.split("/"), now.split("/")
    if ours[-1] != theirs[-1]:
        return "", ""
    while ours and theirs and ours[-1] == theirs[-1]:
        ours.pop()
        theirs.pop()
    return "/".join((*ours, "")), "/".join((*theirs, ""))


def _without(path: str, name: str) -> str:
    return path.removesuffix(name) or "/"


def _unchecked(missing: Mapping[str, list[Path]]) -> dict[str, str]:
    """Say which files Git was told to leave out of the working tree."""
    try:
        left = not_checked_out([path for paths in missing.values() for path in paths], os.environ)
    except Unreadable as error:
        return dict.fromkeys(missing, f"{_UNTOLD} ({error})")
    return {
        name: _ABSENT[left[path]]
        for name, paths in missing.items()
        for path in reversed(paths)
        if path in left
    }


def _put_away(missing: Collection[str], folders: Collection[str]) -> dict[str, str]:
    """Say which files have been put into folders that are never searched."""
    called = {name.rpartition("/")[2] for name in missing}
    there: dict[str, str] = {}
    for folder in folders if called else ():
        for above, _, files in os.walk(folder):
            for name in sorted(called.intersection(files)):
                path = os.path.normpath(os.path.join(above, name))  # noqa: PTH118 — of many files
                if holds_manifests(path):
                    there.setdefault(name, path)
    return {
        name: f"may be {there[last]} now, and was not read in there"
        for name in missing
        if (last := name.rpartition("/")[2]) in there
    }


def _exists(path: Path) -> bool:
    """Whether there is such a file, or that can't be told."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
