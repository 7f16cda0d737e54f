"""Files as they are in a revision of Git, beside those of the working tree."""

import io
import os
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from reconciler.commands.git import check_revision, git, top
from reconciler.errors import BadSettings


@contextmanager
def unpacked(revision: str, paths: Sequence[str], option: str) -> Iterator[tuple[str, list[str]]]:
    """Write what is at some paths, where this branch left a revision, into a directory of its own.

    Yields that directory, and in it the paths that are there. Links are left out. Raises
    BadSettings for what Git does not know.
    """
    check_revision(option, revision)
    here = Path(top(option)).resolve()
    commit = os.fsdecode(git(option, "merge-base", revision, "HEAD")).strip()
    names = [_name(path, here, option) for path in paths]
    listed = git(option, "-C", os.fspath(here), "ls-tree", "-r", "-z", "--name-only", commit)
    known = [os.fsdecode(name) for name in listed.split(b"\0") if name]
    there = [n for n in names if n == "." or any(k == n or k.startswith(f"{n}/") for k in known)]
    with tempfile.TemporaryDirectory(prefix="reconciler-") as folder:
        if there:
            around = sorted({str(PurePosixPath(n).parent) if n in known else n for n in there})
            tar = git(option, "-C", os.fspath(here), "archive", "--format=tar", commit, *around)
            _unpack(tar, Path(folder))
        yield folder, [os.fspath(Path(folder, name)) for name in there]


def _name(path: str, here: Path, option: str) -> str:
    whole = Path(path).resolve()
    if not whole.is_relative_to(here):
        raise BadSettings(f"{option}: {path} is not in the repository of the current directory")
    return whole.relative_to(here).as_posix()


def _unpack(tar: bytes, folder: Path) -> None:
    """Write regular files alone, and none outside: a revision may be anybody's."""
    with tarfile.open(fileobj=io.BytesIO(tar)) as archive:
        for member in archive:
            target = Path(os.path.normpath(folder / member.name))
            content = archive.extractfile(member) if member.isfile() else None
            if content is None or not target.is_relative_to(folder):
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
