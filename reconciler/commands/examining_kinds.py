"""What may be read of each kind, and what reading tells of the organization; nothing is written."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from reconciler.commands.organization import Session
from reconciler.errors import ApiError
from reconciler.kinds import KINDS, Kind
from reconciler.kinds.fields import Unsupported
from reconciler.kinds.kind import mark, refs
from reconciler.kinds.roles import OF_COMMUNITY
from reconciler.model import LiveState, Unread
from reconciler.model.finding import Finding
from reconciler.model.literal import UUID, is_literal, verbatim
from reconciler.model.secrets import sealed_in
from reconciler.planning.presence import of_note
from reconciler.remote.roles import ids_of_organization

_REQUEST: Final = re.compile(r"^[A-Z]+ \S+: ")
_MOST_NAMED: Final = 5

Part = tuple[str, str]
"""A kind, and a project that it is looked for in; "" for one of the organization."""


async def edition(session: Session) -> Finding:
    """Tell which edition it is, as far as its roles do."""
    try:
        ids = await ids_of_organization(session.http)
    except ApiError as error:
        return Finding("edition", f"not known: its roles tell, and they can't be read: {error}")
    if ids & OF_COMMUNITY:
        return Finding("edition", "the Community Edition, by its roles")
    return Finding("edition", "not the Community Edition; which of the others, nothing tells")


def unseen(live: LiveState) -> Iterator[Finding]:
    """Say where ids of projects lead nowhere: they may be there, and not for us to see."""
    found = defaultdict(set)
    for address, there in live.objects.items():
        for ref, name in refs(there.spec):
            if ref.kind == "Project" and is_literal(name) and UUID.fullmatch(verbatim(name)):
                found[verbatim(name)].add(str(address))
    for id_, addresses in sorted(found.items()):
        told = f"{', '.join(sorted(addresses))} {'refer' if len(addresses) > 1 else 'refers'} to"
        yield Finding("projects", f"{told} {id_}: a project that is gone, or may not be seen")


@dataclass(frozen=True, slots=True)
class Seen:
    """What was read.

    ``parts``: where it was looked, or was to be; ``lacking``: kinds that the organization has no
    feature for; ``needed``: what has to be read, empty where all has to be.
    """

    live: LiveState
    parts: frozenset[Part]
    lacking: Collection[str]
    needed: Collection[Part]

    def kinds(self) -> Iterator[Finding]:
        """Tell of each kind what was read, where it could not be and why, and what is known."""
        for kind in KINDS.values():
            parts = {part for part in self.parts if part[0] == kind.name}
            if kind.name in self.lacking:
                text = "this organization does not have the feature"
                wrong = kind.name in {name for name, _ in self.needed}
                yield Finding(kind.name, text, wrong)
            elif not parts:
                yield Finding(kind.name, "not looked for: no project is seen")
            else:
                yield self._kind(kind, parts)

    def _kind(self, kind: Kind, parts: set[Part]) -> Finding:
        unread = {(part.kind, part.project) for part in self.live.unread} & parts
        wrong = bool(unread & {*self.needed} if self.needed else unread)
        told = [f"{sum(address.kind == kind.name for address in of_note(self.live))} read"]
        told += self._unread(kind)
        if unread and not wrong:
            told.append("no manifest declares any there")
        if parts - unread:
            told += [*_told(kind, self.live), _may_write(kind)]
        return Finding(kind.name, "; ".join(told), wrong)

    def _unread(self, kind: Kind) -> Iterator[str]:
        """Yield each answer once, with the first request that had it."""
        places: dict[str, list[Unread]] = defaultdict(list)
        for part in self.live.unread:
            if part.kind == kind.name:
                places[_REQUEST.sub("", part.why)].append(part)
        for parts in places.values():
            inside = f" in {_named([part.project for part in parts])}" if kind.project_at else ""
            yield f"not to be read{inside}: {parts[0].why}"


def _named(projects: Sequence[str]) -> str:
    first, more = projects[:_MOST_NAMED], len(projects) - _MOST_NAMED
    return f"{', '.join(first)}{f' and {more} more' if more > 0 else ''}"


def _may_write(kind: Kind) -> str:
    """Say what reading tells of writing: some kinds ask the same for both."""
    allows = kind.api.permissions
    asked = {one for method, each in allows.items() if method != "GET" for one in each}
    if asked <= set(allows.get("GET", ())):
        return "what may be read may be written, too"
    return f"whether it may be written, only a write tells ({', '.join(sorted(asked))})"


def _told(kind: Kind, live: LiveState) -> Iterator[str]:
    """Yield what the objects of a kind tell of the organization's features."""
    specs = [there.spec for address, there in live.objects.items() if address.kind == kind.name]
    values = [value for spec in specs for _, value in sealed_in(spec)]
    if values:
        yield f"values are {'shown' if all(value.is_clear for value in values) else 'hidden'}"
    for name in kind.model.model_fields:
        if mark(kind.model, name, Unsupported) and any(getattr(s, name) is None for s in specs):
            yield f"{name} is not honoured, the organization does not have the feature"
