"""From the paths a user named to the manifest files they mean, each of them once."""

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, TextIO

from reconciler.manifest.encoding import Unusable, unusable
from reconciler.manifest.strict_yaml import MAX_BYTES
from reconciler.model import Place, Problem

STDIN: Final = "<stdin>"
_SUFFIXES = (".yml", ".yaml")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_Entry = Path | os.DirEntry[str]


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A file to read; files that its secrets name must not lie outside ``root``."""

    path: str
    root: str


@dataclass(frozen=True, slots=True)
class Found:
    files: tuple[ManifestFile, ...]
    problems: tuple[Problem, ...]


def find(paths: Sequence[str]) -> Found:
    """Return all manifest files in order of their paths, and everything in the way."""
    search = _Search()
    for path in paths:
        search.take(path)
    if not paths:
        search.problem("manifests", "no path was given, so there is nothing to read")
    files = sorted(search.files.values(), key=lambda file: file.path)
    return Found(tuple(files), tuple(search.problems))


def read_bytes(file: ManifestFile, stdin: TextIO | BinaryIO | None) -> bytes:
    """Return a file's content, cut just above the size that is refused; raises Unusable."""
    try:
        if file.path == STDIN:
            return _read_stream(stdin)
        with Path(file.path).open("rb") as opened:
            return opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise unusable(file.path, f"can't be read: {error.strerror}") from None


def _read_stream(stdin: TextIO | BinaryIO | None) -> bytes:
    if stdin is None:
        raise unusable(STDIN, "there is no standard input to read")
    stream = getattr(stdin, "buffer", stdin)
    content = stream.read(MAX_BYTES + 1)
    if isinstance(content, str):
        return content.encode(errors="surrogatepass")
    return bytes(content)


class _Search:
    def __init__(self) -> None:
        self.files: dict[str, ManifestFile] = {}
        self.problems: list[Problem] = []

    def problem(self, path: str, text: str) -> None:
        shown = _UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], path)
        self.problems.append(Problem(Place(shown), text))

    def take(self, path: str) -> None:
        """Add what one argument stands for."""
        if path == "-":
            self.files[STDIN] = ManifestFile(STDIN, ".")
            return
        try:
            self._take_named(path)
        except Unusable as error:
            self.problem(error.problem.place.file, error.problem.text)

    def _take_named(self, name: str) -> None:
        path = Path(name)
        if not name:
            raise unusable("''", "there is no such file or directory")
        mode = _mode(path)
        if not stat.S_ISDIR(mode):
            self._add(path, mode, str(path.parent))
            return
        before = len(self.problems)
        if not self._walk(name) and len(self.problems) == before:
            raise unusable(
                name,
                "there is no manifest (*.yml, *.yaml) in this directory; "
                "no manifests never means that everything may go",
            )

    def _walk(self, root: str) -> int:
        """Add every manifest below a directory; return how many there are."""
        count = 0
        waiting: list[tuple[str, tuple[str, ...]]] = [(root, (os.path.realpath(root),))]
        while waiting:
            folder, above = waiting.pop()
            for entry in self._entries(folder):
                try:
                    mode = _mode(entry)
                    if stat.S_ISDIR(mode):
                        waiting.append((entry.path, _step_into(entry.path, above)))
                    elif entry.name.endswith(_SUFFIXES):
                        count += 1
                        real = "" if entry.is_symlink() else f"{above[-1]}/{entry.name}"
                        self._add(entry, mode, root, real)
                except Unusable as error:
                    self.problem(error.problem.place.file, error.problem.text)
        return count

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        """Return what a directory holds, hidden things left out."""
        try:
            with os.scandir(folder) as found:
                entries = [entry for entry in found if not entry.name.startswith(".")]
        except OSError as error:
            self.problem(folder, f"can't be read: {error.strerror}")
            return []
        return sorted(entries, key=lambda entry: entry.name)

    def _add(self, entry: _Entry, mode: int, root: str, real: str = "") -> None:
        path = os.fspath(entry).removeprefix("./")
        if not stat.S_ISREG(mode):
            raise unusable(path, "not a regular file; use - for standard input")
        if _UNPRINTABLE.search(path):
            raise unusable(path, "the file's name is not UTF-8, or has control characters")
        real = real or os.path.realpath(path)
        known = self.files.setdefault(real, ManifestFile(path, root))
        if known.root != root and _is_wider(root, known.root):
            self.files[real] = replace(known, root=root)


def _mode(entry: _Entry) -> int:
    """Return what an entry is, symbolic links followed; raises Unusable."""
    path = os.fspath(entry)
    try:
        return entry.stat().st_mode
    except ValueError:  # a NUL character
        raise unusable(path, "there is no such file or directory") from None
    except FileNotFoundError:
        if entry.is_symlink():
            raise unusable(path, "the symbolic link leads nowhere") from None
        raise unusable(path, "there is no such file or directory") from None
    except OSError as error:
        raise unusable(path, f"can't be read: {error.strerror}") from None


def _is_wider(root: str, other: str) -> bool:
    """Whether ``root``, of two directories above one file, is the upper one."""
    return len(os.path.realpath(root)) < len(os.path.realpath(other))


def _step_into(path: str, above: tuple[str, ...]) -> tuple[str, ...]:
    """Return the real directories down to ``path``; raises Unusable for a circle."""
    real = os.path.realpath(path)
    if real in above:
        raise unusable(path, f"the symbolic link leads back to {real}")
    return (*above, real)
