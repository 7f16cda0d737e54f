"""Files written anew, each whole or not at all, and none that is not as it was read."""

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

from reconciler import regular_files
from reconciler.errors import PlanRefused
from reconciler.manifest import MAX_BYTES
from reconciler.model.absorption import Rewrite

_NOTHING = "nothing was written"


def check(rewrites: Iterable[Rewrite]) -> None:
    """Raise PlanRefused if a file is not as it was read, or not where it seems to be."""
    for rewrite in rewrites:
        _check(rewrite)


def write(rewrites: Iterable[Rewrite]) -> None:
    """Write all of them; raises PlanRefused as ``check`` does, before anything is written.

    Each file is replaced by a new one that is beside it until then. One that changes in the moment
    between is the only one that is not written, with those after it.
    """
    waiting: list[tuple[Rewrite, Path, Path | None]] = []
    try:
        for rewrite in rewrites:
            place = _check(rewrite)
            waiting.append((rewrite, place, _beside(rewrite, place)))
        for rewrite, place, beside in waiting:
            _check(rewrite)
            if beside is None:
                place.unlink()
            else:
                beside.replace(place)
    finally:
        for _, _, beside in waiting:
            if beside is not None:
                beside.unlink(missing_ok=True)


def _check(rewrite: Rewrite) -> Path:
    """Return where a file is really."""
    place = Path(os.path.realpath(rewrite.file))
    root = Path(os.path.realpath(rewrite.root))
    if not place.is_relative_to(root):
        raise PlanRefused(
            f"{_NOTHING}: {rewrite.file} is a link to {place}, outside of {rewrite.root}"
        )
    if _content(place) != rewrite.before:
        raise PlanRefused(f"{_NOTHING}: {rewrite.file} is not as it was read; run it again")
    return place


def _content(place: Path) -> bytes | None:
    try:
        return regular_files.content_without_links(os.fspath(place), MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except regular_files.NotRegular:
        raise PlanRefused(f"{_NOTHING}: {place} is no regular file") from None


def _beside(rewrite: Rewrite, place: Path) -> Path | None:
    """Write the new content beside the old one, and return where; None if the file goes."""
    if rewrite.after is None:
        return None
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    number = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(number, "wb") as file:
        if rewrite.before is not None:
            os.fchmod(number, place.stat().st_mode & 0o7777)
        file.write(rewrite.after)
        file.flush()
        os.fsync(number)
    return beside
