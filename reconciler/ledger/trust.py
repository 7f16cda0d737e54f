"""Whether a ledger's file deserves to be believed: nobody else can have written it."""

import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from reconciler.ledger.git_index import Unreadable, tracking

_BESIDE: Final = ("", "-journal", "-wal", "-shm")
"""What SQLite reads with a file: what stands there can change what the file says."""

_ELSEWHERE: Final = "or name another by --ledger"


def doubt(path: Path, environ: Mapping[str, str]) -> str:
    """Return why a file is not to be believed, and what to do; "" if nothing speaks against it.

    It need not be there yet: then it is asked of the place where it would be made.
    """
    return next(_doubts(path, environ), "")


def _doubts(path: Path, environ: Mapping[str, str]) -> Iterator[str]:
    files = [path.with_name(path.name + end) for end in _BESIDE]
    yield from _tracked(path, files, environ)
    for file in files:
        if file.exists():
            yield from _writable(file)
    for folder in (path.parent, path.resolve().parent):
        if folder.is_dir():
            yield from _open_to_others(folder, path)


def _tracked(path: Path, files: list[Path], environ: Mapping[str, str]) -> Iterator[str]:
    try:
        found = tracking(files, environ)
    except Unreadable as error:
        yield (
            f"it can't be told whether Git tracks {path} ({error}), and a file that comes with a "
            "repository is not believed: keep it outside of the repository, by --ledger"
        )
        return
    if found:
        file, top = found
        yield (
            f"{file} is tracked by Git in {top}: it says what whoever changes the repository wants "
            f"it to say. Take it out, `git rm --cached {file}`, and into .gitignore, {_ELSEWHERE}"
        )


def _open_to_others(folder: Path, path: Path) -> Iterator[str]:
    """Tell who else can put another ledger there; a group of one's own is nobody else."""
    found = folder.stat()
    if found.st_uid not in (0, os.geteuid()):
        yield (
            f"{folder} belongs to user {found.st_uid}, who can put another ledger there in the "
            f"place of {path.name}, and this is user {os.geteuid()}: if it is yours, chown it, "
            f"{_ELSEWHERE}"
        )
    others = stat.S_IWOTH if found.st_gid == os.getegid() else stat.S_IWOTH | stat.S_IWGRP
    if found.st_mode & others and not found.st_mode & stat.S_ISVTX:
        yield (
            f"others can put another ledger into {folder} in the place of {path.name}: "
            f"chmod go-w {folder}, {_ELSEWHERE}"
        )


def _writable(file: Path) -> Iterator[str]:
    found = file.stat()
    if found.st_uid not in (0, os.geteuid()):
        yield (
            f"{file} belongs to user {found.st_uid}, and this is user {os.geteuid()}: it says what "
            f"its owner wants it to say. If it is yours, chown it, {_ELSEWHERE}"
        )
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield (
            f"{file} can be written by others, its mode is {stat.S_IMODE(found.st_mode):04o}: if "
            f"nobody did, chmod 600 {file}, {_ELSEWHERE}"
        )
