"""What a manifest file is called from the top of the repository, wherever that is checked out."""

import os
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from reconciler.manifest.files import STDIN


class Repository:
    """The Git repository that the current directory is in; else that directory."""

    @cached_property
    def _here(self) -> Path:
        try:
            return Path.cwd()
        except OSError:  # it was deleted
            return Path("/")

    @cached_property
    def _top(self) -> Path:
        above = (self._here, *self._here.parents)
        return next((folder for folder in above if os.path.lexists(folder / ".git")), self._here)

    def name(self, path: str) -> str:
        """Return what a file is called from the top: its whole path if it lies elsewhere.

        "" for standard input.
        """
        if path == STDIN:
            return ""
        whole = os.path.normpath(os.path.join(self._here, path))  # noqa: PTH118 — of many files
        return whole.removeprefix(f"{os.fspath(self._top).rstrip('/')}/")

    def still_there(self, names: Iterable[str], read: Collection[str]) -> frozenset[str]:
        """Return those names of which there is a file that is none of those read."""
        known = {self._real(name) for name in read}
        return frozenset(
            name
            for name in set(names) - {""}
            if _exists(self._top / name) and self._real(name) not in known
        )

    def _real(self, name: str) -> str:
        return os.path.realpath(self._top / name)


def _exists(path: Path) -> bool:
    """Whether there is such a file, or that can't be told."""
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True
