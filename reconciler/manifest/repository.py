"""What a manifest file is called from the top of the repository, wherever that is checked out."""

import os
from functools import cached_property
from pathlib import Path

from reconciler.manifest.files import STDIN


class Repository:
    """The Git repository that the current directory is in; of files elsewhere, that around them."""

    def __init__(self) -> None:
        self._known: dict[Path, Path | None] = {}

    @cached_property
    def _here(self) -> Path:
        try:
            return Path.cwd()
        except OSError:  # it was deleted
            return Path("/")

    def name(self, path: str) -> str:
        """Return what a file is called from the top: its whole path if it lies in no repository.

        "" for standard input.
        """
        if path == STDIN:
            return ""
        whole = Path(os.path.normpath(self._here / path))
        top = self._top(self._here)
        if top is None or not whole.is_relative_to(top):
            top = self._top(whole.parent)
        return os.fspath(whole if top is None else whole.relative_to(top))

    def and_above(self, path: str = ".") -> list[Path]:
        """Return a directory, or that of a file, and all around it up to the top of its repository.

        Without a path it is the current one.
        """
        whole = Path(os.path.normpath(self._here / path))
        folder = whole if whole.is_dir() or path == "." else whole.parent
        top = self._top(folder)
        return [folder, *(up for up in folder.parents if top and up.is_relative_to(top))]

    def tops(self) -> list[Path]:
        """Return the directories that names of before may be from, the likeliest first."""
        around = (self._here, *self._here.parents)
        return [*filter(_is_top, around), *([] if _is_top(self._here) else [self._here])]

    def _top(self, folder: Path) -> Path | None:
        """Return the nearest repository around a directory, None if it is in none."""
        if folder not in self._known:
            above = None if folder == folder.parent else self._top(folder.parent)
            self._known[folder] = folder if _is_top(folder) else above
        return self._known[folder]


def _is_top(folder: Path) -> bool:
    return os.path.lexists(folder / ".git")
