"""Create one object, exactly once, whatever becomes of requests and answers; delete one likewise.

Semaphore knows no idempotency for most kinds, but names are unique: a request that left open
whether it arrived is followed by a look under the name, never by a blind second one.
"""

from typing import Final

from reconciler.errors import ApiError, Rejected
from reconciler.execution.hands import (
    NOT_CREATED,
    NOT_DELETED,
    NOT_WRITTEN,
    STILL_THERE,
    Done,
    Hands,
    StepFailed,
    check_contents,
    look,
    unmoved,
)
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, Desired, Live, Spec
from reconciler.planning import decide
from reconciler.remote.writing import Written

TRIES: Final = 3
MAYBE_DELETED: Final = "it may or may not be deleted"


async def make(desired: Desired, whole: Spec, hands: Hands, former: str = "") -> Done:
    """Create an object and return what came of it; ``former``: the id of the one it replaces."""
    address = desired.address
    token = hands.tokens.of(address, "create")
    doubt: ApiError | None = None
    for attempt in range(TRIES):
        try:
            written = await hands.writer.create(address, whole, token)
        except ApiError as error:
            if not (error.outcome_unknown or isinstance(error, Rejected)):
                raise StepFailed(str(error), _left(doubt)) from None
            found = await _appeared(address, former, hands, error, doubt)
            if found is not None and (doubt or error.outcome_unknown):
                return _ours(found, hands)
            if found is not None:
                return _theirs(desired, found, hands)
            if not error.outcome_unknown:
                raise StepFailed(str(error), _left(doubt)) from None
            doubt = error
            await hands.reader.pause(attempt, error)
        else:
            return Done(await _shown(address, written, hands))
    raise StepFailed(str(doubt), f"{NOT_CREATED}")  # the last request may still be on its way


async def _appeared(
    address: Address, former: str, hands: Hands, error: ApiError, doubt: ApiError | None
) -> Live | None:
    """Look under the name; longer where something has to be there.

    The one that is being replaced may still be shown for a moment; it does not count.
    """
    left = "it may or may not have been created"
    if isinstance(error, Rejected):  # perhaps because the name is taken, by whomever
        left = _left(doubt)
    if not (isinstance(error, Rejected) and doubt):
        found = await look(address, "", hands, left, error)
        return found if found is None or found.id != former or not former else None
    try:
        return await hands.reader.settled(
            address, "", lambda live: live is not None and (live.id != former or not former)
        )
    except ApiError:
        raise StepFailed(str(error), left) from None


def _ours(found: Live, hands: Hands) -> Done:
    """Take what an unanswered request made; what its answer alone would have told is lost."""
    hands.writer.made(found.address, found.id)
    if KINDS[found.address.kind].api.once:
        return Done(found, "its registration token was in an answer that never came; reset it")
    return Done(found)


def _theirs(desired: Desired, found: Live, hands: Hands) -> Done:
    """Accept what somebody else made since the plan, if it is as declared and all of it shows."""
    decision = decide(KINDS[desired.address.kind], desired, found)
    if decision.action is None and not decision.hidden:
        hands.writer.made(found.address, found.id)
        return Done(found, "somebody else created it meanwhile, just so")
    raise StepFailed("it came into being since it was planned; plan again", NOT_WRITTEN)


async def _shown(address: Address, written: Written, hands: Hands) -> Live:
    if written.once is not None:
        hands.once(address, written.once)
    try:
        live = await hands.reader.settled(address, written.id, lambda found: found is not None)
    except ApiError as error:
        left = "it was created, but not checked"
        raise StepFailed(f"reading it failed: {error}", left) from None
    if live is None:
        raise StepFailed("Semaphore accepted it, but it can't be found", "unknown")
    if live.address != address:  # a token that was used before stands for another target (C 1.8)
        raise StepFailed(f"Semaphore answered with {live.address} instead", NOT_CREATED)
    return live


async def remove(change: Change, live: Live, hands: Hands) -> Live | None:
    """Delete an object, if it still is as planned; return how it was in the end, None if gone."""
    last = await unmoved(live, hands, NOT_DELETED)
    if last is None:
        return None
    await check_contents(change, hands)
    token = hands.tokens.of(change.address, "delete")
    left: str = STILL_THERE
    for attempt in range(TRIES):
        try:
            await hands.writer.delete(live, token)
        except ApiError as error:
            # a missing project answers 401, a missing schedule 400 (A 4, A 14): look, don't guess
            there = await look(live.address, live.id, hands, MAYBE_DELETED, error)
            if there is None or there.id != live.id:
                return last
            if error.outcome_unknown:  # that request may still be on its way
                left = f"{STILL_THERE}"
            if not error.outcome_unknown or attempt == TRIES - 1:
                raise StepFailed(str(error), left) from None
            await hands.reader.pause(attempt, error)
        else:
            break
    try:
        gone = await hands.reader.vanished(live.address, live.id)
    except ApiError as error:
        raise StepFailed(f"reading it failed: {error}", MAYBE_DELETED) from None
    if not gone:
        raise StepFailed("Semaphore accepted to delete it, but it is still there", "it exists")
    return last


def _left(doubt: ApiError | None) -> str:
    return "it may or may not have been created" if doubt else NOT_CREATED
