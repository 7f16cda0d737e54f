"""One change: look once more, write, read back, and compare with what was asked for.

No write is believed. A create that left open whether it happened is looked up by name before
anything is sent again, and what the server ignored on create (A 2.1) is sent as an update.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from reconciler.errors import ApiError
from reconciler.execution.tokens import Tokens
from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Desired, Live, Sealed, Spec
from reconciler.planning import Decision, as_shown, decide, moved, to_send
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


async def perform(change: Change, hands: Hands) -> Live | None:
    """Bring a change about and return what was read back; raises StepFailed."""
    match change.action:
        case Action.CREATE:
            return await _create(_desired(change), hands)
        case Action.UPDATE:
            return await _update(change, hands)
        case Action.DELETE:
            await _delete(change, hands)
            return None
        case Action.REPLACE:
            return await _replace(change, hands)


async def _create(desired: Desired, hands: Hands) -> Live:
    address = desired.address
    whole = decide(KINDS[address.kind], desired, None).whole
    live = await _make(address, whole, hands)
    decision = decide(KINDS[address.kind], desired, live)
    if decision.action is Action.UPDATE:
        left = "it was created, but not in all its parts"
        await _rewrite(desired, live, decision, hands, left)
        again = await _look(address, live.id, hands, "it was created, but not checked")
    else:
        again = live
    return _checked(desired, again, "it exists, but differs in that")


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
                raise StepFailed("Semaphore accepted it, but it can't be found", "unknown")
        if live is not None:
            return live
    raise AssertionError  # the last try returns or raises


async def _update(change: Change, hands: Hands) -> Live:
    desired, live = _desired(change), _live(change)
    fresh = await _unmoved(live, hands)
    decision = decide(KINDS[change.address.kind], desired, fresh)
    if decision.action is None:  # what was broken has healed
        return fresh
    await _rewrite(desired, fresh, decision, hands, "nothing was changed")
    again = await _look(change.address, live.id, hands, "it was changed, but not checked")
    return _checked(desired, again, "what differs was not changed")


async def _rewrite(
    desired: Desired, live: Live, decision: Decision, hands: Hands, left: str
) -> None:
    """Update an object; what is not to change is sent just as the server shows it."""
    address = desired.address
    token = hands.tokens.of(address, "update")
    wanted = to_send(decision.known, live)
    try:
        await hands.writer.update(address, as_shown(live), wanted, token)
    except ApiError as error:
        # a refusal may come after part or all of it is done (A 3.4): look, don't guess
        there = await _look(address, live.id, hands, "it may or may not have been changed", error)
        if there is None or not _as_declared(desired, there):
            done = there is not None and moved(live, there)
            part = f"part of it is done: {', '.join(done)}" if done else left
            raise StepFailed(str(error), part) from None


async def _replace(change: Change, hands: Hands) -> Live:
    """Make an object anew, with all that the manifest leaves as it is."""
    desired, live = _desired(change), _live(change)
    decision = decide(KINDS[change.address.kind], desired, live)
    entire = to_send(decision.whole, live).mentioned()
    await _delete(change, hands)
    try:
        rules = replace(desired.rules, ignore=())
        return await _create(replace(desired, spec=entire, rules=rules), hands)
    except StepFailed as failed:
        left = f"the old one is deleted; {failed.left}; apply again to make it anew"
        raise StepFailed(str(failed), left) from None


async def _delete(change: Change, hands: Hands) -> None:
    live = _live(change)
    if await _look(live.address, live.id, hands, "nothing was deleted") is None:
        return
    await _unmoved(live, hands)
    try:
        await hands.writer.delete(live, hands.tokens.of(change.address, "delete"))
    except ApiError as error:
        # a missing project answers 401, a missing schedule 400 (A 4, A 14): look, don't guess
        if await _look(live.address, live.id, hands, "it may or may not be deleted") is None:
            return
        raise StepFailed(str(error), "it still exists") from None
    if not await hands.reader.vanished(live.address, live.id):
        raise StepFailed("Semaphore accepted to delete it, but it is still there", "it exists")


async def _unmoved(live: Live, hands: Hands) -> Live:
    """Read an object right before it is written; raises StepFailed if it is not as planned."""
    fresh = await _look(live.address, live.id, hands, "nothing was written")
    if fresh is None:
        raise StepFailed("it is gone since it was planned; plan again", "it does not exist")
    fields = moved(live, fresh)
    if fields:
        raise StepFailed(
            f"it was changed since it was planned: {', '.join(fields)}; plan again",
            "nothing was written",
        )
    return fresh


async def _look(
    address: Address, id_: str, hands: Hands, left: str, after: ApiError | None = None
) -> Live | None:
    """Read an object; if that fails, what is told is the error it comes ``after``."""
    try:
        return await hands.reader.find(address, id_)
    except ApiError as error:
        raise StepFailed(str(after) if after else f"reading it failed: {error}", left) from None


def _checked(desired: Desired, live: Live | None, left: str) -> Live:
    if live is not None and _as_declared(desired, live):
        return live
    if live is None:
        raise StepFailed("Semaphore accepted it, but it is not there", "it does not exist")
    decision = decide(KINDS[desired.address.kind], desired, live)
    what = ", ".join(field.path for field in decision.fields) or live.broken or decision.reason
    raise StepFailed(f"Semaphore accepted it, but it reads back differently: {what}", left)


def _as_declared(desired: Desired, live: Live) -> bool:
    return decide(KINDS[desired.address.kind], desired, live).action is None


def _desired(change: Change) -> Desired:
    assert change.desired is not None  # noqa: S101 — only deletes have none
    return change.desired


def _live(change: Change) -> Live:
    assert change.live is not None  # noqa: S101 — only creates have none
    return change.live
