"""Files written anew, each whole or not at all, and none that is not as it was read."""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from reconciler import regular_files
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
    between is not written, nor are those after it. ``stop`` is asked between files.
    """
    waiting: list[tuple[Rewrite, Path, Path | None]] = []
    said = _NOTHING
    try:
        for rewrite in rewrites:
            if stop():
                return
            place = _check(rewrite)
            waiting.append((rewrite, place, _beside(rewrite, place)))
        for rewrite, place, beside in waiting:
            if stop():
                return
            _check(rewrite, said)
            if beside is None:
                place.unlink()
            else:
                beside.replace(place)
            said = _REST
            yield rewrite.file
    finally:
        for _, _, beside in waiting:
            if beside is not None:
                beside.unlink(missing_ok=True)


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
    return place


def _content(place: Path) -> bytes | None:
    try:
        return regular_files.content_without_links(os.fspath(place), MAX_BYTES + 1)
    except FileNotFoundError:
        return None


def _beside(rewrite: Rewrite, place: Path) -> Path | None:
    """Write the new content beside the old one, and return where; None if the file goes."""
    if rewrite.after is None:
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    try:
        with os.fdopen(number, "wb") as file:
            if rewrite.before is not None:
                os.fchmod(number, place.stat().st_mode & 0o7777)
            file.write(rewrite.after)
            file.flush()
            os.fsync(number)
    except OSError:
        beside.unlink()
        raise
    return beside
