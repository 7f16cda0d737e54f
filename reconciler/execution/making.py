"""Create one object, exactly once, whatever becomes of requests and answers; delete one likewise.

Semaphore knows no idempotency for most kinds, but names are unique: a request that left open
whether it arrived is followed by a look under the name, never by a blind second one.
"""

import re
from typing import Final

from reconciler.errors import ApiError, BadAnswer, NotFound, PermissionDenied, Rejected
from reconciler.execution.connection import (
    NOT_CREATED,
    NOT_DELETED,
    NOT_WRITTEN,
    STILL_THERE,
    Connection,
    Done,
    StepFailed,
    check_contents,
    look,
    unmoved,
)
from reconciler.kinds import KINDS
from reconciler.model import Address, Change, Desired, Live, Spec
from reconciler.model.address import typed
from reconciler.planning import can_be_ours, decide, is_blank
from reconciler.remote.writing import Written

TRIES: Final = 3
_REFUSALS: Final = (Rejected, NotFound, PermissionDenied)
MAYBE_DELETED: Final = "it may or may not be deleted"
_TAKEN: Final = re.compile(r"\b(taken|unique|already exists)\b")
"""Words of every kind for a name that another object has."""
_PRESUMED: Final = (
    "no answer told that it was created; what is there is as it was sent, and is ours once an "
    "apply adopts it"
)
_UNSEEN: Final = "it exists, and the owner of the token can't see it"
MADE_ANEW: Final = "it was created again by somebody else since it was written; plan again"
_ANOTHER: Final = "another one has its name since it was created; plan again"
_WRITTEN_SINCE: Final = "somebody else wrote it right after it was created; plan again"
_THEIRS: Final = "it came into being since it was planned; plan again"


async def make(desired: Desired, whole: Spec, connection: Connection, former: str = "") -> Done:
    """Create an object and return what came of it; ``former``: the id of the one it replaces."""
    address = desired.address
    token = connection.tokens.of(address, "create")
    doubt: ApiError | None = None
    for attempt in range(TRIES):
        try:
            written = await connection.writer.create(address, whole, token)
        except ApiError as error:
            done = await _after(error, doubt, desired, connection, former)
            if done is not None:
                return done
            doubt = error
            await connection.reader.pause(attempt, error)
        else:
            return await _shown(address, written, connection)
    tokens = KINDS[address.kind].api.tokens  # else the last look found nothing
    raise StepFailed(str(doubt), _left(doubt) if tokens else f"{NOT_CREATED}")


async def _after(
    error: ApiError, doubt: ApiError | None, desired: Desired, connection: Connection, former: str
) -> Done | None:
    """Say what came of a request that failed, None if it is to be sent again.

    ``doubt``: the failure of an earlier one that left open whether it arrived. With a token,
    sending it again is what tells: it is answered with what the first one made (C 1.8).
    """
    refused = isinstance(error, _REFUSALS)
    if refused and not former and _TAKEN.search(error.words):  # unless it shows
        error.advice = _UNSEEN
    if not (error.outcome_unknown or refused):
        raise StepFailed(str(error), _left(doubt)) from None
    tokens = KINDS[desired.address.kind].api.tokens
    if tokens and not refused:
        return None
    found = await _appeared(desired.address, former, connection, error, doubt)
    if found is not None:
        theirs = tokens or not (doubt or error.outcome_unknown)
        return (
            _theirs(desired, found, connection) if theirs else _presumed(desired, found, connection)
        )
    if not error.outcome_unknown:
        raise StepFailed(str(error), _left(doubt)) from None
    return None


async def _appeared(
    address: Address, former: str, connection: Connection, error: ApiError, doubt: ApiError | None
) -> Live | None:
    """Look under the name for what was not there before; longer where something has to be there.

    The one that is being replaced may still be shown for a moment.
    """

    def is_new(found: Live | None) -> bool:
        return not (found is None or is_blank(found) or (former and found.id == former))

    left = "it may or may not have been created"
    refused = isinstance(error, _REFUSALS)
    if refused:  # perhaps because the name is taken, by whomever
        left = _left(doubt)
    if not (refused and doubt):
        found = await look(address, "", connection, left, error)
        return found if is_new(found) else None
    try:
        found = await connection.reader.settled(address, "", is_new)
    except ApiError:
        raise StepFailed(str(error), left) from None
    return found if is_new(found) else None


def _presumed(desired: Desired, found: Live, connection: Connection) -> Done:
    """Take for ours what has the name after an unanswered request, as far as it can be ours.

    Somebody else may have made the same; so nothing is known of values that do not show.
    """
    if not can_be_ours(desired, found):
        raise StepFailed(_THEIRS, f"{NOT_WRITTEN}")  # what we sent may still be on its way
    kind = KINDS[found.address.kind]
    connection.writer.made(found.address, found.id)
    said = [_PRESUMED]
    if kind.api.once:
        said.append("its registration token was in an answer that never came; reset it")
    hidden = sorted(decide(kind, desired, found).hidden)
    if hidden:
        what = ", ".join(hidden)
        said.append(f"not known: {what}; write it with --rewrite {typed([found.address])}")
    return Done(found, "; ".join(said), presumed=True, unknown=tuple(hidden))


def _theirs(desired: Desired, found: Live, connection: Connection) -> Done:
    """Accept what somebody else made since the plan, if it is as declared and all of it shows."""
    decision = decide(KINDS[desired.address.kind], desired, found)
    if decision.action is None and not decision.hidden:
        connection.writer.made(found.address, found.id)
        return Done(found, "somebody else created it meanwhile, just so", theirs=True)
    raise StepFailed(_THEIRS, NOT_WRITTEN)


async def _shown(address: Address, written: Written, connection: Connection) -> Done:
    """Read what an answered request made; raises StepFailed if it is not that which has the name.

    Its revision is the one that the answer told: a later one is that of somebody else.
    """
    if written.once is not None:
        connection.once(address, written.once)
    made = (written.id, written.revision)  # whatever became of it, this is ours
    try:
        live = await connection.reader.settled(
            address, written.id, lambda found: found is not None and found.id == written.id
        )
    except ApiError as error:
        left = "it was created, but not checked"
        if isinstance(error, BadAnswer):  # it contradicts the id that was told
            made = ("", "")
        raise StepFailed(f"reading it failed: {error}", left, made=made) from None
    if live is None:
        words = "Semaphore accepted it, but it can't be found"
        raise StepFailed(words, "unknown", made=made)
    if live.id != written.id:
        raise StepFailed(_ANOTHER, "what is there now is another one", made=made)
    ours = live.written_at(written.revision)
    return Done(ours, "" if ours.revision == live.revision else _WRITTEN_SINCE)


async def remove(change: Change, live: Live, connection: Connection) -> Live | None:
    """Delete an object, if it still is as planned; return how it was in the end, None if gone."""
    last = await unmoved(live, connection, NOT_DELETED)
    if last is None:
        return None
    await check_contents(change, connection)
    token = connection.tokens.of(change.address, "delete")
    left: str = STILL_THERE
    for attempt in range(TRIES):
        try:
            await connection.writer.delete(live, token)
        except ApiError as error:
            # a missing project answers 401, a missing schedule 400 (A 4, A 14): look, don't guess
            there = await _left_after(error, live, connection)
            if there is None or there.id != live.id:
                return last
            if error.outcome_unknown:  # that request may still be on its way
                left = f"{STILL_THERE}"
            if not error.outcome_unknown or attempt == TRIES - 1:
                raise StepFailed(str(error), left) from None
            await connection.reader.pause(attempt, error)
        else:
            break
    try:
        gone = await connection.reader.vanished(live.address, live.id)
    except ApiError as error:
        raise StepFailed(f"reading it failed: {error}", MAYBE_DELETED) from None
    if not gone:
        raise StepFailed("Semaphore accepted to delete it, but it is still there", "it exists")
    return last


async def _left_after(error: ApiError, live: Live, connection: Connection) -> Live | None:
    """Look at what could not be deleted; what is gone, as some errors say, shows for a while."""
    if not isinstance(error, NotFound):
        return await look(live.address, live.id, connection, MAYBE_DELETED, error)
    try:
        return await connection.reader.settled(
            live.address, live.id, lambda found: found is None or found.id != live.id
        )
    except ApiError:
        raise StepFailed(str(error), MAYBE_DELETED) from None


def _left(doubt: ApiError | None) -> str:
    return "it may or may not have been created" if doubt else NOT_CREATED
