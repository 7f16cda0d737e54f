"""A new tree of files that is there whole, or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from reconciler.commands import unfinished
from reconciler.errors import BadSettings

_OPEN: Final = (0o777, 0o666)
_PRIVATE: Final = (0o700, 0o600)
"""The modes of folders and files, less what the umask takes."""


def check_place(out: str) -> None:
    """Refuse a place where no new tree can be; raises BadSettings, and nothing is touched."""
    place = Path(out)
    if place.is_symlink():
        raise BadSettings(f"--out {out}: is a symbolic link; name the directory that is meant")
    if place.exists():
        if not place.is_dir():
            raise BadSettings(f"--out {out}: is there, and is no directory")
        if place.samefile("."):
            raise BadSettings(f"--out {out}: is the current directory; name a new one in it")
        if any(place.iterdir()):
            raise BadSettings(f"--out {out}: is not empty, and nothing is written over")
    above = next(folder for folder in place.absolute().parents if folder.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise BadSettings(f"--out {out}: nothing can be written in {above}")


def write_tree(out: str, files: Mapping[str, str], *, private: bool = False) -> None:
    """Write files, each by its path below ``out``; raises OSError, and leaves nothing then.

    ``private``: they are for nobody else to read. What a process that was killed while it wrote has
    left beside ``out`` is taken away first.
    """
    place = Path(out).absolute()
    place.parent.mkdir(parents=True, exist_ok=True)
    modes = _PRIVATE if private else _OPEN
    unfinished.sweep(place.parent)
    with unfinished.held_folder(unfinished.name_in(place.parent), modes[0]) as staging:
        for path, text in files.items():
            _write(staging, path, text, modes)
        staging.replace(place)


def _write(staging: Path, path: str, text: str, modes: tuple[int, int]) -> None:
    file = staging / path
    for folder in reversed(file.relative_to(staging).parents[:-1]):
        (staging / folder).mkdir(modes[0], exist_ok=True)
    number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, modes[1])
    with os.fdopen(number, "w", encoding="utf-8", newline="") as opened:
        opened.write(text)
