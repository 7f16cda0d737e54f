"""What a step works with, and how it looks at the world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NamedTuple

from reconciler.errors import ApiError
from reconciler.execution.tokens import Tokens
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, Live, LiveState, Sealed
from reconciler.planning import moved
from reconciler.planning.contents import parts_of
from reconciler.planning.presence import of_note
from reconciler.planning.scope import of_parts
from reconciler.remote import Reader, Writer


class Untouched(str):
    """Words for what stands where nothing of a step was done."""

    __slots__ = ()


class Vanished(Untouched):
    """The same, of an object that was gone by then."""

    __slots__ = ()


NOT_WRITTEN: Final = Untouched("nothing was written")
NOT_CREATED: Final = Untouched("nothing was created")
NOT_CHANGED: Final = Untouched("nothing was changed")
NOT_DELETED: Final = Untouched("nothing was deleted")
STILL_THERE: Final = Untouched("it still exists")
GONE_BY_THEN: Final = Vanished("nothing was written")


class StepFailed(Exception):
    """A change did not come about; ``left`` says what stands now, Untouched if all does.

    ``uncreated``: whatever is there by now, no create of ours made it; ``made``: the id of what one
    did make; ``made_at``: its revision, if that is all we wrote, "" else.
    """

    def __init__(
        self, words: str, left: str, *, uncreated: bool = False, made: tuple[str, str] = ("", "")
    ) -> None:
        super().__init__(words)
        self.left = left
        self.uncreated = uncreated
        self.made, self.made_at = made


class Done(NamedTuple):
    """A change came about; ``detail`` is what was learnt on the way.

    ``live``: as it was read back, but of the revision that the answer to our own write told.
    ``presumed``, ``unknown`` and ``theirs``: see Outcome.
    """

    live: Live | None
    detail: str = ""
    presumed: bool = False
    unknown: tuple[str, ...] = ()
    theirs: bool = False


@dataclass(frozen=True, slots=True)
class Connection:
    """What a step works with; ``once`` takes values that Semaphore shows only once."""

    reader: Reader
    writer: Writer
    tokens: Tokens
    once: Callable[[Address, Sealed], None]


async def look(
    address: Address, id_: str, connection: Connection, left: str, after: ApiError | None = None
) -> Live | None:
    """Read an object; if that fails, what is told is the error it comes ``after``."""
    try:
        return await connection.reader.find(address, id_)
    except ApiError as error:
        raise _unreadable(error, left, after) from None


async def look_for(
    live: Live,
    good: Callable[[Live], bool],
    connection: Connection,
    left: str,
    after: ApiError | None = None,
) -> Live | None:
    """Read an object until what was written to it shows, or is not going to."""
    try:
        return await connection.reader.settled(
            live.address, live.id, lambda found: found is not None and good(found)
        )
    except ApiError as error:
        raise _unreadable(error, left, after) from None


def _unreadable(error: ApiError, left: str, after: ApiError | None) -> StepFailed:
    return StepFailed(str(after) if after else f"reading it failed: {error}", left)


async def unmoved(live: Live, connection: Connection, left: str = NOT_WRITTEN) -> Live | None:
    """Read an object right before it is written, None if it is gone.

    Raises StepFailed if it is not as planned, or another one under the same name.
    """
    fresh = await look(live.address, live.id, connection, left)
    if fresh is None and not KINDS[live.address.kind].singleton:
        try:  # another may have the name by now, and some answers hide what is there
            fresh = await connection.reader.listed(live.address)
        except ApiError as error:
            raise _unreadable(error, left, None) from None
    if fresh is None:
        return None
    if fresh.id != live.id:
        raise StepFailed("it was created again since it was planned; plan again", left)
    fields = moved(live, fresh)
    if fields:
        what = ", ".join(fields)
        raise StepFailed(f"it was changed since it was planned: {what}; plan again", left)
    return fresh


def _id_at(found: LiveState, address: Address) -> str:
    return found.objects[address].id if address in found.objects else ""


async def check_contents(change: Change, connection: Connection) -> None:
    """Read what would go with a project; raises StepFailed if there is more than was planned."""
    parts = frozenset(parts_of(change, connection.reader.directory))
    if not parts:
        return
    try:
        found = await connection.reader.snapshot(of_parts(parts))
    except ApiError as error:
        raise _unreadable(error, NOT_DELETED, None) from None
    planned = {a for a in change.takes if change.ids.get(str(a), "") in ("", _id_at(found, a))}
    new = sorted(map(str, of_note(found) - planned))
    if new:
        what = f"{', '.join(new)} came into it since it was planned"
        raise StepFailed(f"{what}, and would go with it; plan again", NOT_DELETED)
    for part in found.unread:
        what = f"what is in it can't be looked into: {part.kind}: {part.why}"
        raise StepFailed(what, NOT_DELETED)
