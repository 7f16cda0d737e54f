"""--target and --exclude: globs over addresses."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from reconciler.errors import BadSettings
from reconciler.kinds.fields import nearest
from reconciler.model import Address

_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run may touch: all that matches a target, if there are any, and no exclusion."""

    target: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def has(self, address: Address) -> bool:
        wanted = not self.target or any(_matches(address, glob) for glob in self.target)
        return wanted and not any(_matches(address, glob) for glob in self.exclude)

    def check(self, known: Iterable[Address]) -> None:
        """Refuse an address that names nothing: to act on more, or less, would be a guess.

        Raises BadSettings. A glob may match nothing.
        """
        texts: Mapping[str, None] = dict.fromkeys(sorted(map(str, known)))
        for option, globs in (("--target", self.target), ("--exclude", self.exclude)):
            for glob in globs:
                if glob not in texts and not _GLOB.search(glob):
                    hint = nearest(glob, texts)
                    raise BadSettings(f"{option} {glob}: no manifest declares this{hint}")


def _matches(address: Address, glob: str) -> bool:
    """Whether a glob names an address; one with brackets in its name is named by itself, too."""
    text = str(address)
    return text == glob or fnmatchcase(text, glob)
