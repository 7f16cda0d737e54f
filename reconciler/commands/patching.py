"""From where the names of files in a patch are, so that `git apply` finds them there."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from reconciler.commands.git import top
from reconciler.errors import BadSettings
from reconciler.model.absorption import Rewrite


@dataclass(frozen=True, slots=True)
class Base:
    """A directory with all that a patch is about; ``elsewhere``: it is not the current one."""

    folder: Path
    elsewhere: bool = False

    @classmethod
    def of(cls, paths: Sequence[str], option: str) -> Self:
        """Return the current directory, or else the top of the repository that it is in.

        Raises BadSettings where what is at the paths is in neither.
        """
        here = Path(os.path.realpath("."))
        if not _outside(paths, here):
            return cls(here)
        above = Path(os.path.realpath(top(option)))
        for path in _outside(paths, above):
            raise BadSettings(
                f"{option}: {path} is outside of the repository of the current directory, and no "
                "patch leads out of one: run it in the directory that the manifests are in"
            )
        return cls(above, elsewhere=True)

    def named(self, rewrites: Iterable[Rewrite]) -> list[Rewrite]:
        """Return the same of files by their names from here."""
        return [replace(each, file=self._name(each.file)) for each in rewrites]

    def _name(self, file: str) -> str:
        folder, name = os.path.split(file)
        return Path(os.path.realpath(folder), name).relative_to(self.folder).as_posix()

    def command(self, patch: str) -> list[str]:
        """Return what applies a patch from where this was called."""
        if not self.elsewhere:
            return ["git", "apply", patch]
        return ["git", "-C", os.fspath(self.folder), "apply", os.path.realpath(patch)]


def _outside(paths: Iterable[str], folder: Path) -> list[str]:
    return [p for p in paths if p != "-" and not Path(os.path.realpath(p)).is_relative_to(folder)]
