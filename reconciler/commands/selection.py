"""--target, --exclude and whatever else names objects: globs over addresses."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Self

from reconciler.errors import BadSettings
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.fields import nearest
from reconciler.model import Address

_GLOB = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True)
class Globs:
    """What one option names: each text is an address, or else a glob over addresses.

    ``exact``: the texts that are addresses. They name that one object, whatever they would match
    as a glob: ``Notification/[prod] alerts`` is not ``Notification/p alerts``.
    """

    option: str
    texts: tuple[str, ...] = ()
    exact: frozenset[str] = frozenset()

    @classmethod
    def of(cls, option: str, texts: tuple[str, ...], known: Iterable[Address]) -> Self:
        """Tell addresses and globs apart by the objects that are declared or remembered."""
        doubtful = {text for text in texts if _GLOB.search(text)}
        exact = doubtful.intersection(map(str, known)) if doubtful else ()
        return cls(option, texts, frozenset(exact))

    def __bool__(self) -> bool:
        return bool(self.texts)

    def __contains__(self, address: Address) -> bool:
        shown = str(address) if self.texts else ""
        return any(self._names(text, shown) for text in self.texts)

    def _names(self, text: str, shown: str) -> bool:
        return text == shown or (text not in self.exact and fnmatchcase(shown, text))

    def lacks(self, known: Iterable[Address]) -> bool:
        """Whether one of the texts names nothing of what is known."""
        shown = list(map(str, known))
        return any(not any(self._names(text, each) for each in shown) for text in self.texts)

    def reaches(self, kind: Kind, project: str) -> bool:
        """Whether an object of a kind, in a project or in "" none, may be named."""
        shown = str(Address(kind.name, project, "")).split("/")
        return any(_may_be(shown, text) for text in self.texts)

    def check(
        self,
        known: Iterable[Address],
        unknown: str = "no manifest declares this",
        unmatched: str = "nothing that is declared, remembered or live matches this",
    ) -> None:
        """Refuse what names nothing: to act on more, or less, than was meant would be a guess.

        ``known``: all objects there are, live ones too. ``unknown``: what is wrong with an address
        of none; ``unmatched``: with a glob. Raises BadSettings.
        """
        shown = sorted(map(str, known))
        for text in self.texts:
            named = [each for each in shown if self._names(text, each)]
            if not named:
                raise BadSettings(
                    f"{self.option} {text}: {_unknown(text, shown, unknown, unmatched)}"
                )
            if text in named and named != [text]:
                others = ", ".join(each for each in named if each != text)
                raise BadSettings(
                    f"{self.option} {text}: that object is not managed, and as a glob this matches "
                    f"{others}; to name it alone write [[] for [, [*] for *, and [?] for ?"
                )

    def check_chosen(self, chosen: Collection[Address]) -> None:
        """Refuse what names nothing that --target and --exclude left: it would not be done.

        Raises BadSettings.
        """
        for text in self.texts:
            if not any(self._names(text, str(each)) for each in chosen):
                raise BadSettings(
                    f"{self.option} {text}: --target and --exclude leave out all that this names"
                )


def _may_be(shown: Iterable[str], text: str) -> bool:
    """Whether an address that begins with these parts may be named by a text."""
    for part, said in zip(shown, text.split("/"), strict=False):
        if _GLOB.search(said):  # from here on it may stand for anything
            return True
        if part != said:
            return False
    return True


def _unknown(text: str, shown: Collection[str], unknown: str, unmatched: str) -> str:
    """Say that a text names nothing, and what may be meant."""
    if not _GLOB.search(text):
        return f"{unknown}{nearest(text, shown)}"
    kind, slash, rest = text.partition("/")
    if kind not in KINDS and not _GLOB.search(kind):
        kinds = nearest(f"{kind}{slash}{rest}", [f"{known}{slash}{rest}" for known in KINDS])
        return f"there is no kind {kind!r}{kinds}"
    return f"{unmatched}{nearest(text, shown)}"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run may touch: all that a target names, if there are any, and no exclusion."""

    target: Globs
    exclude: Globs

    @classmethod
    def of(
        cls, target: tuple[str, ...], exclude: tuple[str, ...], known: Collection[Address]
    ) -> Self:
        return cls(Globs.of("--target", target, known), Globs.of("--exclude", exclude, known))

    def has(self, aliases: Collection[Address]) -> bool:
        """Whether an object is chosen that goes by these names; to exclude one excludes it."""
        wanted = not self.target or any(alias in self.target for alias in aliases)
        return wanted and not any(alias in self.exclude for alias in aliases)

    def check(self, known: Collection[Address]) -> None:
        """Raise BadSettings for a target or an exclusion that names nothing."""
        self.target.check(known)
        self.exclude.check(known)
