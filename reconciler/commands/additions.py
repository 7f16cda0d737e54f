"""What is declared nowhere, as manifests where an export would put them."""

import os
from collections.abc import Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Final

from reconciler.commands.exporting import export
from reconciler.commands.organization import Session
from reconciler.commands.sheet import Addition
from reconciler.commands.survey import Wanted
from reconciler.commands.told_values import Telling
from reconciler.manifest import Text
from reconciler.model import Address, DesiredState, Place
from reconciler.model.absorption import NotTaken
from reconciler.render.exported import Exported
from reconciler.render.layout import Layout, folded, layout

_HOME: Final = Path("projects", "NAME", "project.yml")
"""Where the manifest of a project is, beside the folders of what is in it."""
_NO_FOLDER: Final = "no directory of manifests was named in which a file could be made"
_TAKEN: Final = "there is another file in the place of its manifest"
_ALIKE: Final = (
    "the name of its manifest's place and {} are one where case makes no difference: call that "
    "otherwise, or write a manifest of it yourself"
)


_Entries = Callable[[Path], Mapping[str, set[str]]]


async def additions(
    session: Session,
    addresses: Collection[Address],
    state: DesiredState,
    texts: Mapping[str, Text],
) -> tuple[tuple[Addition, ...], tuple[NotTaken, ...]]:
    """Read these objects, and return their manifests, and what can't have one.

    Raises what export raises.
    """
    if not addresses:
        return (), ()
    root = next(iter(state.searched), None)
    if root is None:
        return (), tuple(NotTaken(a, "", Place("manifests"), _NO_FOLDER) for a in addresses)
    wanted = Wanted(tuple(map(str, sorted(addresses))))
    found = await export(session, wanted, Telling(), layout_of(state, root))
    return placed(found, root, texts, state)


def placed(
    found: Exported, root: str, texts: Mapping[str, Text], state: DesiredState
) -> tuple[tuple[Addition, ...], tuple[NotTaken, ...]]:
    """Return what comes into the files of a tree, and what can't."""
    left = [
        NotTaken(address, remark.path, Place(root), remark.why)
        for address, remarks in found.left_out.items()
        for remark in remarks
    ]
    made: list[Addition] = []
    entries = cache(_entries)  # of this moment
    for path, text in found.files.items():
        file = os.path.normpath(Path(root, _at_home(found, path, root, state)))
        inside = tuple(address for address, place in found.places.items() if place == path)
        why = "" if file in texts else _in_the_way(file, root, entries)
        if why:
            left += [NotTaken(address, "", Place(file), why) for address in inside]
        else:
            made.append(Addition(file, root, text, inside))
    return tuple(made), tuple(left)


def _at_home(found: Exported, path: str, root: str, state: DesiredState) -> str:
    """Return where a file goes in a tree: beside the manifest of its project, renamed or not."""
    names = {address.project for address, place in found.places.items() if place == path}
    project = state.objects.get(Address("Project", "", next(iter(names), "")))
    parts = Path(path).parts
    if project is None or len(names) > 1 or len(parts) <= len(_HOME.parts):
        return path
    home = Path(os.path.relpath(project.place.file, root))
    if home.name != _HOME.name or len(home.parts) != len(_HOME.parts):
        return path
    return os.fspath(home.parent.joinpath(*parts[len(_HOME.parts) - 1 :]))


def _in_the_way(file: str, root: str, entries: _Entries) -> str:
    """Say what is where a new file would be, on this disk or on one that is blind to case."""
    if os.path.lexists(file):
        return _TAKEN
    folder = Path(root)
    for part in Path(os.path.relpath(file, root)).parts:
        if other := entries(folder).get(folded(part), {part}) - {part}:
            return _ALIKE.format(folder / min(other))
        folder /= part
    return ""


def _entries(folder: Path) -> dict[str, set[str]]:
    """Return what is in a folder, by what names have in common that differ in case alone."""
    found: dict[str, set[str]] = {}
    for entry in os.listdir(folder) if folder.is_dir() else ():  # noqa: PTH208 — names only
        found.setdefault(folded(entry), set()).add(entry)
    return found


def layout_of(state: DesiredState, root: str) -> Layout:
    """Return the layout of which there is most in a tree; that of one file each if in doubt."""

    def fitting(how: Layout) -> int:
        places = layout(state.objects, how)
        return sum(
            os.path.normpath(Path(root, places[address])) == desired.place.file
            for address, desired in state.objects.items()
        )

    return max(Layout, key=fitting)
