"""From the paths a user named to the manifest files they mean, each of them once."""

import os
import re
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple, TextIO

from reconciler import regular_files
from reconciler.manifest.encoding import Unusable, unusable
from reconciler.manifest.strict_yaml import MAX_BYTES
from reconciler.model import Place, Problem, Severity

STDIN: Final = "<stdin>"
EMPTY: Final = "it is empty"
_EMPTY_FOLDER: Final = "it is empty, like a submodule that was not fetched"
BARREN: Final = (
    "there is no manifest (*.yml, *.yaml, *.json) in this directory; "
    "no manifests never means that everything may go"
)
_NOT_REGULAR: Final = "not a regular file; use - for standard input"
_JSON = ".json"
SUFFIXES = (".yml", ".yaml", _JSON)
_VERSION_CONTROL = frozenset({".git", ".hg", ".jj", ".svn"})
_PACKAGES = frozenset({".nox", ".terraform", ".tox", ".venv", "node_modules"})
_NEVER_SEARCHED = _VERSION_CONTROL | _PACKAGES
_SCRAPS = (".#", "._", regular_files.UNFINISHED)
"""What editors, file systems and killed runs leave beside a file."""
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_Entry = Path | os.DirEntry[str]


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """A file to read; files that its secrets name must not lie outside ``root``.

    ``doubtful``: it may well be another tool's, for it was found in a directory and is JSON, or its
    name, or that of a folder around it, begins with a dot.
    """

    path: str
    root: str
    doubtful: bool = False

    @property
    def is_json(self) -> bool:
        return self.path.lower().endswith(_JSON)


@dataclass(frozen=True, slots=True)
class Found:
    """What paths lead to.

    ``unreadable``: what may hold manifests and can't be read. ``empty``: folders. ``folders``: the
    files in each directory that was named, where nothing was in the way. ``unsearched``: folders in
    them that are left to package managers.
    """

    files: tuple[ManifestFile, ...]
    problems: tuple[Problem, ...]
    unreadable: tuple[Problem, ...]
    empty: tuple[Problem, ...]
    folders: Mapping[str, tuple[ManifestFile, ...]]
    unsearched: tuple[str, ...]


def find(paths: Sequence[str]) -> Found:
    """Return all manifest files in order of their paths, and everything in the way."""
    search = _Search()
    for path in paths:
        search.take(path)
    if not paths:
        search.problem("manifests", "no path was given, so there is nothing to read")
    files = sorted(search.files.values(), key=lambda file: file.path)
    folders = {
        name: tuple(search.files[real] for real in reals) for name, reals in search.folders.items()
    }
    return Found(
        tuple(files),
        tuple(search.problems),
        tuple(search.unreadable),
        tuple(search.empty),
        folders,
        tuple(sorted(search.unsearched)),
    )


def read_bytes(file: ManifestFile, stdin: TextIO | BinaryIO | None) -> bytes:
    """Return a file's content, cut just above the size that is refused; raises Unusable."""
    try:
        if file.path == STDIN:
            return _read_stream(stdin)
        return regular_files.content(file.path, MAX_BYTES + 1)
    except regular_files.NotRegular:
        raise unusable(file.path, _NOT_REGULAR) from None
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


class _Folder(NamedTuple):
    """A directory that is searched; ``above``: the real directories from the one named to it."""

    path: str
    above: tuple[str, ...]
    hidden: bool


class _Search:
    def __init__(self) -> None:
        self.files: dict[str, ManifestFile] = {}
        self.folders: dict[str, list[str]] = {}
        self.problems: list[Problem] = []
        self.unreadable: list[Problem] = []
        self.empty: list[Problem] = []
        self.unsearched: set[str] = set()

    def problem(self, path: str, text: str) -> None:
        self.problems.append(Problem(_place(path), text))

    def leave(self, path: str, text: str) -> None:
        """Note what can't be read, and need not be."""
        self.unreadable.append(not_read(_left(path, text)))

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
            self._add(path, mode, ManifestFile(str(path), str(path.parent)))
            return
        before = len(self.problems)
        reals = self._walk(name)
        if len(self.problems) > before:
            return
        if not reals:
            raise unusable(name, BARREN)
        self.folders[name] = reals

    def _walk(self, root: str) -> list[str]:
        """Add every manifest below a directory; return what each of them is called really."""
        found: list[str] = []
        waiting = [_Folder(root, (os.path.realpath(root),), _is_hidden(Path(root).name))]
        while waiting:
            folder = waiting.pop()
            for entry in self._entries(folder):
                hidden = folder.hidden or _is_hidden(entry.name)
                doubtful = hidden or entry.name.lower().endswith(_JSON)
                try:
                    mode = _mode(entry)
                    if stat.S_ISDIR(mode):
                        waiting += self._below(entry, folder, hidden=hidden)
                    elif entry.name.lower().endswith(SUFFIXES):
                        file = ManifestFile(entry.path, root, doubtful)
                        real = f"{folder.above[-1]}/{entry.name}"
                        found.append(self._add(entry, mode, file, real))
                except Unusable as error:
                    tell = self.leave if doubtful else self.problem
                    tell(error.problem.place.file, error.problem.text)
        return found

    def _entries(self, folder: _Folder) -> list[os.DirEntry[str]]:
        """Return what a directory holds, in order."""
        try:
            with os.scandir(folder.path) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            within = folder.hidden and len(folder.above) > 1
            tell = self.leave if within else self.problem
            tell(folder.path, f"can't be read: {error.strerror}")
            return []
        if not entries:
            self.empty.append(_left(folder.path, _EMPTY_FOLDER))
        self.unsearched |= {entry.path for entry in entries if entry.name in _PACKAGES}
        return [
            entry
            for entry in entries
            if entry.name not in _NEVER_SEARCHED and not entry.name.startswith(_SCRAPS)
        ]

    def _below(
        self, entry: os.DirEntry[str], folder: _Folder, *, hidden: bool
    ) -> tuple[_Folder, ...]:
        """Step into a directory; raises Unusable for a link that leads back, unless hidden."""
        real = os.path.realpath(entry.path)
        if real not in folder.above:
            return (_Folder(entry.path, (*folder.above, real), hidden),)
        if hidden:  # whatever is in there is found without it
            return ()
        raise unusable(entry.path, f"the symbolic link leads back to {real}")

    def _add(self, entry: _Entry, mode: int, file: ManifestFile, real: str = "") -> str:
        """Keep a file, once, and as what it is by the plainest of its names; return the real one.

        ``real`` is that name if the entry is no link.
        """
        path = file.path.removeprefix("./")
        if not stat.S_ISREG(mode):
            raise unusable(path, _NOT_REGULAR)
        if _UNPRINTABLE.search(path):
            raise unusable(path, "the file's name is not UTF-8, or has control characters")
        if not real or entry.is_symlink():
            real = os.path.realpath(path)
        known = self.files.setdefault(real, replace(file, path=path))
        root = file.root if _is_wider(file.root, known.root) else known.root
        self.files[real] = replace(known, root=root, doubtful=known.doubtful and file.doubtful)
        return real


def _place(path: str) -> Place:
    return Place(_UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], path))


def not_read(problem: Problem) -> Problem:
    """Return the warning that what may hold manifests can't be read."""
    return replace(problem, text=f"not read: {problem.text}", severity=Severity.WARNING)


def _left(path: str, text: str) -> Problem:
    return Problem(_place(path.removeprefix("./")), text, Severity.WARNING)


def _is_hidden(name: str) -> bool:
    return name.startswith(".") and name not in (".", "..")


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
    return root != other and len(os.path.realpath(root)) < len(os.path.realpath(other))
