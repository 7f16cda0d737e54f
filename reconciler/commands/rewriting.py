"""Files written anew, each whole or not at all, and none that is not as it was read."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from reconciler import regular_files
from reconciler.commands import unfinished
from reconciler.errors import PlanRefused
from reconciler.manifest import MAX_BYTES
from reconciler.model.absorption import Rewrite

_NOTHING = "nothing was written"
_REST = "what was not written yet is not"


def check(rewrites: Iterable[Rewrite]) -> None:
    """Raise PlanRefused if a file is not as it was read, or not where it seems to be."""
    for rewrite in rewrites:
        _check(rewrite)


def write(rewrites: Iterable[Rewrite], stop: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Write all of them, and yield each file once it is; raises PlanRefused as ``check`` does.

    Each file is replaced by a new one that is beside it until then. One that changes in the moment
    between is not written, nor are those after it. ``stop`` is asked between files. What a process
    that was killed while it wrote has left beside a file is taken away.
    """
    waiting = [(rewrite, _check(rewrite)) for rewrite in rewrites]
    for folder in {place.parent for _, place in waiting}:
        unfinished.sweep(folder)
    said = _NOTHING
    for rewrite, place in waiting:
        if stop() or not _replaced(rewrite, place, said, stop):
            return
        said = _REST
        yield rewrite.file


def _replaced(rewrite: Rewrite, place: Path, said: str, stop: Callable[[], bool]) -> bool:
    """Put a new file in the place of an old one, if there is still no reason to stop."""
    if rewrite.after is None:
        _check(rewrite, said)
        place.unlink()
        return True
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = unfinished.name_in(place.parent)
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            unfinished.hold(number)
            if rewrite.before is not None:
                os.fchmod(number, place.stat().st_mode & 0o7777)
            file.write(rewrite.after)
            file.flush()
            os.fsync(number)
            if stop():
                return False
            _check(rewrite, said)
            beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)
    return True


def _check(rewrite: Rewrite, said: str = _NOTHING) -> Path:
    """Return where a file is really."""
    place = Path(os.path.realpath(rewrite.file))
    root = Path(os.path.realpath(rewrite.root))
    if not place.is_relative_to(root):
        raise PlanRefused(f"{said}: {rewrite.file} is a link to {place}, outside of {rewrite.root}")
    try:
        found = _content(place)
    except regular_files.NotRegular:
        raise PlanRefused(f"{said}: {place} is no regular file") from None
    if found != rewrite.before:
        raise PlanRefused(f"{said}: {rewrite.file} is not as it was read; run it again")
    above = next(folder for folder in place.parents if folder.exists())
    if not os.access(above, os.W_OK | os.X_OK):
        raise PlanRefused(f"{said}: nothing can be written in {above}")
    return place


def _content(place: Path) -> bytes | None:
    try:
        return regular_files.content_without_links(os.fspath(place), MAX_BYTES + 1)
    except FileNotFoundError:
        return None
