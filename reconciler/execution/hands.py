"""What a step works with, and how it looks at the world."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from reconciler.errors import ApiError
from reconciler.execution.tokens import Tokens
from reconciler.model import Address, Live, Sealed
from reconciler.planning import moved
from reconciler.remote import Reader, Writer


class StepFailed(Exception):
    """A change did not come about; ``left`` says what stands now."""

    def __init__(self, words: str, left: str) -> None:
        super().__init__(words)
        self.left = left


class Done(NamedTuple):
    """A change came about; ``detail`` is what was learnt on the way."""

    live: Live | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hands:
    """What a step works with; ``once`` takes values that Semaphore shows only once."""

    reader: Reader
    writer: Writer
    tokens: Tokens
    once: Callable[[Address, Sealed], None]


async def look(
    address: Address, id_: str, hands: Hands, left: str, after: ApiError | None = None
) -> Live | None:
    """Read an object; if that fails, what is told is the error it comes ``after``."""
    try:
        return await hands.reader.find(address, id_)
    except ApiError as error:
        raise _unreadable(error, left, after) from None


async def look_for(
    live: Live, good: Callable[[Live], bool], hands: Hands, left: str, after: ApiError | None = None
) -> Live | None:
    """Read an object until what was written to it shows, or is not going to."""
    try:
        return await hands.reader.settled(
            live.address, live.id, lambda found: found is not None and good(found)
        )
    except ApiError as error:
        raise _unreadable(error, left, after) from None


def _unreadable(error: ApiError, left: str, after: ApiError | None) -> StepFailed:
    return StepFailed(str(after) if after else f"reading it failed: {error}", left)


async def unmoved(live: Live, hands: Hands, left: str = "nothing was written") -> Live | None:
    """Read an object right before it is written, None if it is gone.

    Raises StepFailed if it is not as planned, or another one under the same name.
    """
    fresh = await look(live.address, live.id, hands, left)
    if fresh is None:
        return None
    if fresh.id != live.id:
        raise StepFailed("it was made anew since it was planned; plan again", left)
    fields = moved(live, fresh)
    if fields:
        what = ", ".join(fields)
        raise StepFailed(f"it was changed since it was planned: {what}; plan again", left)
    return fresh
