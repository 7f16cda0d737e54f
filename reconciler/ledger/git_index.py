"""Which files a Git repository tracks, and which of them it does not check out, by its index.

Git itself is not asked: what a repository's configuration says can make it run programs, it looks
at no repository of another owner, and it may not be there.
"""

import os
import stat
import struct
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum, auto
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

_HASHES: Final = (20, 32)
"""Bytes of a hash: SHA-1, SHA-256."""

_STAT: Final = 40
_FLAGS: Final = 2
_EXTENDED: Final = 0x4000
_SKIPPED: Final = 0x4000
"""Of the second flags, which only an extended entry has."""
_PREFIXED: Final = 4
"""The version of the format in which a name says only how it differs from the one before."""

_SYMLINK: Final = 0o120000
_DIRECTORY: Final = 0o040000
_SUBMODULE: Final = 0o160000
_MODES: Final = {0o100000, _SYMLINK, _SUBMODULE, _DIRECTORY}


class Unreadable(Exception):
    """An index that is there and can't be read; the message says which, and why."""


class Absence(Enum):
    """Why a file that Git has is not in the working tree, though nobody deleted it."""

    SPARSE = auto()
    SUBMODULE = auto()


class _Repository(NamedTuple):
    top: Path
    listing: Path


class _Entry(NamedTuple):
    """``skipped``: it is not to be in the working tree, as in a sparse checkout."""

    mode: int
    name: bytes
    skipped: bool


class Tracked(NamedTuple):
    """A file, and the top of a repository that tracks it."""

    file: Path
    top: Path


def tracking(files: Iterable[Path], environ: Mapping[str, str]) -> Tracked | None:
    """Return the first of these files that a repository tracks, or a link that leads to it.

    Every repository around it counts, also those around the file that links lead to, and the one
    that ``environ`` names. Raises Unreadable where that can't be told.
    """
    entries = cache(_all_entries)
    try:
        for file in files:
            for place in _places(file):
                for repository in _around(place, environ):
                    if not place.is_relative_to(repository.top):
                        continue
                    if _tracks(repository.top, entries(repository.listing), place):
                        return Tracked(file, repository.top)
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from None
    except RuntimeError:
        raise Unreadable("links that lead in a circle") from None
    return None


def not_checked_out(paths: Iterable[Path], environ: Mapping[str, str]) -> dict[Path, Absence]:
    """Return which files Git has, and was told not to have in the working tree.

    So it is with all that a sparse checkout leaves out, a whole submodule too, and with what is in
    a submodule that was not fetched. Raises Unreadable where that can't be told.
    """
    left_out: dict[_Repository, dict[str, Absence]] = {}
    found: dict[Path, Absence] = {}
    try:
        for path in paths:
            for place in _places(path):
                for repository in _around(place, environ):
                    if repository not in left_out:
                        left_out[repository] = _left_out(repository)
                    for name in _names(repository, place) & left_out[repository].keys():
                        found[path] = left_out[repository][name]
    except OSError as error:
        raise Unreadable(f"{error.filename}: {error.strerror}") from None
    except RuntimeError:
        raise Unreadable("links that lead in a circle") from None
    return found


def _places(path: Path) -> set[Path]:
    """Return where a file is, as it is named and as links lead to it."""
    return {Path(os.path.abspath(path)), path.resolve()}  # noqa: PTH100


def _left_out(repository: _Repository) -> dict[str, Absence]:
    entries = _all_entries(repository.listing)
    skipped = [each.name for each in entries if each.skipped]
    if b"" in skipped:  # it replaces one of the index that this one is based on, by its number
        raise Unreadable(f"{repository.listing}: a split index (git update-index --no-split-index)")
    modules = [each.name for each in entries if each.mode == _SUBMODULE]
    bare = [name for name in modules if _is_empty(repository.top / os.fsdecode(name))]
    return dict.fromkeys(map(_folded, bare), Absence.SUBMODULE) | {
        _folded(name.rstrip(b"/")): Absence.SPARSE for name in skipped
    }


def _is_empty(folder: Path) -> bool:
    """Whether there is nothing in it, as Git leaves it for a submodule, or no such folder."""
    try:
        return not any(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return True


def _names(repository: _Repository, place: Path) -> frozenset[str]:
    """Return what a file and all that it is in are called in a repository."""
    if not place.is_relative_to(repository.top):
        return frozenset()
    inside = place.relative_to(repository.top)
    names = (inside, *inside.parents[:-1])
    return frozenset(_folded(name.as_posix().encode(errors="surrogateescape")) for name in names)


def _around(place: Path, environ: Mapping[str, str]) -> Iterator[_Repository]:
    for top in place.parents:
        try:
            found = os.stat(f"{top}/.git")  # noqa: PTH116 — mostly there is none, and many are asked
        except (FileNotFoundError, NotADirectoryError):
            continue
        folder = top / ".git"
        if stat.S_ISREG(found.st_mode):  # of a submodule, or one of several working trees
            text = folder.read_text(encoding="utf-8", errors="surrogateescape")
            folder = top / text.removeprefix("gitdir:").strip()
        yield _Repository(top, folder / "index")
    named = environ.get("GIT_DIR", "")
    if named:
        top = Path(environ.get("GIT_WORK_TREE") or Path.cwd()).resolve()
        yield _Repository(top, Path(environ.get("GIT_INDEX_FILE") or Path(named) / "index"))


def _tracks(top: Path, entries: Iterable[_Entry], place: Path) -> bool:
    inside = place.relative_to(top)
    wanted = _folded(inside.as_posix().encode(errors="surrogateescape"))
    above = {_folded(up.as_posix().encode(errors="surrogateescape")) for up in inside.parents}
    for entry in entries:
        name = _folded(entry.name)
        if name == wanted or (entry.mode == _SYMLINK and name in above):
            return True
        if entry.mode == _DIRECTORY and wanted.startswith(name):  # sparse: all that is below it
            return True
    return False


def _folded(name: bytes) -> str:
    """Return a name as file systems compare it that ignore case and forms of characters."""
    text = name.decode(errors="surrogateescape")
    return text.lower() if text.isascii() else unicodedata.normalize("NFC", text).casefold()


def _all_entries(index: Path) -> list[_Entry]:
    """Return all entries, also those of the index that a split one is based on."""
    try:
        data = index.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return []
    for width in _HASHES:
        try:
            entries, base = _parsed(data, width)
        except (ValueError, struct.error, IndexError):
            continue
        shared = _all_entries(index.with_name(f"sharedindex.{base}")) if base else []
        return entries + shared
    raise Unreadable(f"{index}: not in a format that is known here")


def _parsed(data: bytes, width: int) -> tuple[list[_Entry], str]:
    """Return the entries, and the hash of the index that a split one is based on, or "".

    Raises ValueError and others where hashes are not of that width.
    """
    signature, version, count = struct.unpack_from(">4sLL", data)
    if signature != b"DIRC" or version not in (2, 3, _PREFIXED):
        raise ValueError(version)
    entries: list[_Entry] = []
    at, name = 12, b""
    for _ in range(count):
        (mode,) = struct.unpack_from(">L", data, at + 24)
        (flags,) = struct.unpack_from(">H", data, at + _STAT + width)
        start = at + _STAT + width + _FLAGS
        skipped = False
        if flags & _EXTENDED:
            (more,) = struct.unpack_from(">H", data, start)
            skipped, start = bool(more & _SKIPPED), start + _FLAGS
        kept = b""
        if version == _PREFIXED:
            dropped, start = _number(data, start)
            kept = name[: len(name) - dropped]
        end = data.index(b"\0", start)
        name = kept + data[start:end]
        at = end + 1 if version == _PREFIXED else at + (end - at + 8) // 8 * 8
        entries.append(_Entry(_kind(mode), name, skipped))
    return entries, _base(data, at, width)


def _kind(mode: int) -> int:
    kind = mode & 0o170000
    if kind not in _MODES:
        raise ValueError(mode)
    return kind


def _number(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of variable length, and where it ends."""
    number = data[at] & 127
    while data[at] & 128:
        at += 1
        number = (number + 1 << 7) + (data[at] & 127)
    return number, at + 1


def _base(data: bytes, at: int, width: int) -> str:
    """Look through the extensions, which reach to the hash at the end."""
    base = ""
    while at < len(data) - width:
        name, size = struct.unpack_from(">4sL", data, at)
        if name == b"link":
            base = data[at + 8 : at + 8 + width].hex()
        at += 8 + size
    if at != len(data) - width:
        raise ValueError(at)
    return base.strip("0") and base
