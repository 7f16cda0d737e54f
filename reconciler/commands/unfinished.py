"""What is written under a name of its own until it is whole; and what killed runs left of that."""

import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from reconciler.regular_files import UNFINISHED

_OURS: Final = re.compile(re.escape(UNFINISHED) + "[0-9a-f]{16}")
_LOOKING: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def name_in(folder: Path) -> Path:
    """Return a name for something unfinished that nothing else has."""
    return folder / f"{UNFINISHED}{secrets.token_hex(8)}"


def hold(number: int) -> None:
    """Have an open file or folder be somebody's who lives, as long as it is open.

    Where the file system knows no locks it is nobody's, and nobody takes it for left.
    """
    with suppress(OSError):
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def held_folder(place: Path, mode: int) -> Iterator[Path]:
    """Make a folder that is gone in the end, unless it has got another name by then."""
    place.mkdir(mode)
    number = os.open(place, _LOOKING)
    try:
        hold(number)
        yield place
    finally:
        os.close(number)
        shutil.rmtree(place, ignore_errors=True)


def sweep(folder: Path) -> None:
    """Remove what runs that were killed left in a folder: it has our name, and nobody holds it."""
    with suppress(OSError), os.scandir(folder) as entries:
        for entry in [each for each in entries if _OURS.fullmatch(each.name)]:
            _remove_left(Path(entry.path))


def _remove_left(place: Path) -> None:
    with suppress(OSError):
        number = os.open(place, _LOOKING)
        try:
            mine = os.fstat(number).st_uid == os.geteuid()
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if mine and place.is_dir():
                shutil.rmtree(place)
            elif mine:
                place.unlink()
        finally:
            os.close(number)
