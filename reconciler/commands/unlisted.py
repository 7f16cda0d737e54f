"""What is remembered and no list shows is asked for by its id: a list may lack what is there."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from reconciler.errors import ApiError, BadAnswer, NotFound, Rejected
from reconciler.kinds import KINDS
from reconciler.model import Address, Live, LiveState, Scope, Unread
from reconciler.model.address import typed
from reconciler.model.resource import part_of
from reconciler.remote import Reader
from reconciler.remote.together import together

_CLOSED: Final = "the project exists, and the owner of the token can't see it"


@dataclass(frozen=True, slots=True)
class Whole:
    """What is live, listed or not; ``gone``: what is not, by the name and the id it had."""

    live: LiveState
    gone: frozenset[tuple[Address, str]] = frozenset()


async def read_whole(reader: Reader, scope: Scope, ids: Mapping[Address, str]) -> Whole:
    """Read what is in scope, and of ``ids`` what should be in it and no list shows.

    Of what can't be read it is not known whether it is there: as of a list, that is told where its
    kind need not be read, and else raised.
    """
    listed = await reader.snapshot(scope)
    seen = {(address.kind, live.id) for address, live in listed.objects.items()}
    unread = {(part.kind, part.project) for part in listed.unread}
    missed = [
        (address, id_)
        for address, id_ in sorted(ids.items())
        if (address.kind, id_) not in seen
        and (id_ or address not in listed.objects)
        and _was_read(address, scope, listed)
        and (address.kind, address.project) not in unread
    ]
    if not missed:
        return Whole(listed)
    answers = await together(_asked(reader, *one, scope) for one in missed)
    found = [one for one in answers if isinstance(one, Live)]
    told = {one for one in answers if isinstance(one, Unread)}
    there = {live.address: live for live in found}
    live = replace(
        listed,
        objects={**there, **listed.objects},
        directory=reader.directory,
        unread=tuple(sorted({*listed.unread, *told})),
    )
    gone = (one for one, answer in zip(missed, answers, strict=True) if answer is None)
    return Whole(live, frozenset(gone))


def closed(reader: Reader, addresses: Iterable[Address]) -> set[Unread]:
    """Return what is a project, or in one, that is there and not for us to read.

    All of these projects have been asked for.
    """
    return {
        Unread(*part_of(address), _CLOSED)
        for address in addresses
        if part_of(address)[1] in reader.closed
    }


def _was_read(address: Address, scope: Scope, live: LiveState) -> bool:
    kind = KINDS[address.kind]
    if kind.singleton or kind.name == "Project":  # one is never missing, the other was asked for
        return False
    there = not kind.project_at or live.directory.id("Project", address.project)
    return bool(there) and is_meant(address, scope)


def is_meant(address: Address, scope: Scope) -> bool:
    """Whether an object would be read, if it is there."""
    if not address.project:
        return address.kind in scope.kinds
    return address.project in scope.within.get(address.kind, ())


async def _asked(reader: Reader, address: Address, id_: str, scope: Scope) -> Live | Unread | None:
    try:
        found = await reader.find(address, id_)
    except ApiError as error:
        if (address.kind, address.project) not in scope.optional:
            if isinstance(error, BadAnswer | NotFound | Rejected):  # it may be the id that is wrong
                forget = f"`reconciler forget {typed([address])}`"
                way = f"{forget} has it not asked for by its id any more"
                error.advice = f"{error.advice}; {way}" if error.advice else way
            raise
        return Unread(address.kind, address.project, str(error))
    return found if found is not None and found.id == (id_ or found.id) else None
