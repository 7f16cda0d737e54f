"""One change: write, read back, and compare with what was asked for.

No write is believed. A create that left open whether it happened is looked up by name before
anything is sent again, and what the server ignored on create (A 2.1) is sent as an update.
"""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.errors import ApiError
from reconciler.execution.tokens import Tokens
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Desired, Live, Sealed, Spec
from reconciler.planning import Decision, decide
from reconciler.remote import Reader, Writer

_TRIES = 3


class StepFailed(Exception):
    """A change did not come about; ``left`` says what stands now."""

    def __init__(self, words: str, left: str) -> None:
        super().__init__(words)
        self.left = left


@dataclass(frozen=True, slots=True)
class Hands:
    """What a step works with; ``once`` takes values that Semaphore shows only once."""

    reader: Reader
    writer: Writer
    tokens: Tokens
    once: Callable[[Address, Sealed], None]


async def perform(change: Change, hands: Hands) -> None:
    """Bring a change about; raises StepFailed."""
    match change.action:
        case Action.CREATE:
            await _create(change, hands)
        case Action.UPDATE:
            await _update(change, hands)
        case Action.DELETE:
            await _delete(change, hands)
        case Action.REPLACE:
            await _replace(change, hands)


async def _create(change: Change, hands: Hands) -> None:
    desired = _desired(change)
    whole = decide(KINDS[change.address.kind], desired, None).whole
    live = await _make(change.address, whole, hands)
    if await _settled(desired, live, hands):
        return
    raise StepFailed(
        "Semaphore accepted it, but it reads back differently: "
        + _differences(desired, await hands.reader.find(change.address, live.id)),
        "it exists; what differs is listed",
    )


async def _make(address: Address, whole: Spec, hands: Hands) -> Live:
    """Create, and return what came of it."""
    for last in (*[False] * (_TRIES - 1), True):
        try:
            written = await hands.writer.create(address, whole, hands.tokens.of(address, "create"))
        except ApiError as error:
            if not error.outcome_unknown:
                raise StepFailed(str(error), "nothing was created") from None
            live = await _look(address, "", hands, "it may or may not have been created")
            if live is None and last:
                raise StepFailed(str(error), "nothing was created") from None
        else:
            if written.once is not None:
                hands.once(address, written.once)
            live = await _look(address, written.id, hands, "it was created, but not checked")
            if live is None:
                raise StepFailed(
                    "Semaphore accepted it, but it can't be found", "it may appear later"
                )
        if live is not None:
            return live
    raise AssertionError  # the last try returns or raises


async def _settled(desired: Desired, live: Live, hands: Hands) -> bool:
    """Send what the create left out; say whether all is as declared now."""
    decision = decide(KINDS[desired.address.kind], desired, live)
    if decision.action is None:
        return True
    if decision.action is not Action.UPDATE:
        return False
    await _rewrite(desired, live, decision, hands, "it was created, but not in all its parts")
    again = await _look(desired.address, live.id, hands, "it was created, but not checked")
    return again is not None and _as_declared(desired, again)


async def _update(change: Change, hands: Hands) -> None:
    desired, live = _desired(change), _live(change)
    decision = decide(KINDS[change.address.kind], desired, live)
    await _rewrite(desired, live, decision, hands, "nothing was changed")
    again = await _look(change.address, live.id, hands, "it was changed, but not checked")
    if again is None or not _as_declared(desired, again):
        raise StepFailed(
            "Semaphore accepted it, but it reads back differently: " + _differences(desired, again),
            "what differs was not changed",
        )


async def _rewrite(
    desired: Desired, live: Live, decision: Decision, hands: Hands, left: str
) -> None:
    address = desired.address
    token = hands.tokens.of(address, "update")
    try:
        await hands.writer.update(address, live, decision.known, token)
    except ApiError as error:
        if not error.outcome_unknown:
            raise StepFailed(str(error), left) from None
        there = await _look(address, live.id, hands, "it may or may not have been changed")
        if there is None or not _as_declared(desired, there):
            raise StepFailed(str(error), left) from None


async def _replace(change: Change, hands: Hands) -> None:
    await _delete(change, hands)
    try:
        await _create(change, hands)
    except StepFailed as failed:
        left = f"the old one is deleted; {failed.left}; apply again to make it anew"
        raise StepFailed(str(failed), left) from None


async def _delete(change: Change, hands: Hands) -> None:
    live = _live(change)
    try:
        await hands.writer.delete(live, hands.tokens.of(change.address, "delete"))
    except ApiError as error:
        # a missing project answers 401, a missing schedule 400 (A 4, A 14): look, don't guess
        if await _look(live.address, live.id, hands, "it may or may not be deleted") is None:
            return
        raise StepFailed(str(error), "it still exists") from None
    gone = await hands.reader.vanished(live.address, live.id)
    if not gone:
        raise StepFailed("Semaphore accepted to delete it, but it is still there", "it exists")


async def _look(address: Address, id_: str, hands: Hands, left: str) -> Live | None:
    try:
        return await hands.reader.find(address, id_)
    except ApiError as error:
        raise StepFailed(f"reading it back failed: {error}", left) from None


def _as_declared(desired: Desired, live: Live) -> bool:
    return decide(KINDS[desired.address.kind], desired, live).action is None


def _differences(desired: Desired, live: Live | None) -> str:
    if live is None:
        return "it is not there"
    decision = decide(KINDS[desired.address.kind], desired, live)
    return ", ".join(field.path for field in decision.fields) or live.broken or decision.reason


def _desired(change: Change) -> Desired:
    assert change.desired is not None  # noqa: S101 — only deletes have none
    return change.desired


def _live(change: Change) -> Live:
    assert change.live is not None  # noqa: S101 — only creates have none
    return change.live
