"""One change: look once more, write, read back, and compare with what was asked for.

No write is believed. What the server ignored on create (A 2.1) is sent as an update.
"""

import json
from dataclasses import replace
from typing import Final

from reconciler.errors import ApiError, NotPutBack
from reconciler.execution.connection import (
    GONE_BY_THEN,
    NOT_CHANGED,
    Connection,
    Done,
    StepFailed,
    Untouched,
    look_for,
    unmoved,
)
from reconciler.execution.making import MADE_ANEW, MAYBE_DELETED, make, remove
from reconciler.kinds import KINDS
from reconciler.kinds.kind import settle
from reconciler.kinds.twins import paths
from reconciler.model import Action, Change, Desired, FieldChange, Live, Spec, ValueState
from reconciler.model.literal import is_literal
from reconciler.planning import (
    Decision,
    as_shown,
    decide,
    is_unfinished_at_most,
    moved,
    to_send,
)
from reconciler.planning.diff import compare

_GONE: Final = "it is gone since it was planned; plan again"


async def perform(change: Change, connection: Connection) -> Done:
    """Bring a change about and return what was read back; raises StepFailed."""
    match change.action:
        case Action.CREATE:
            desired = _desired(change)
            return _without_effect(
                desired, await _create(desired, settle(desired.spec), connection)
            )
        case Action.UPDATE:
            return Done(await _update(change, connection))
        case Action.DELETE:
            await remove(change, _live(change), connection)
            return Done(None)
        case Action.REPLACE:
            return _without_effect(_desired(change), await _replace(change, connection))


async def _create(desired: Desired, whole: Spec, connection: Connection, former: str = "") -> Done:
    done = await make(desired, whole, connection, former)
    assert done.live is not None  # noqa: S101 — else it raises
    try:
        return await _completed(desired, done, done.live, connection)
    except StepFailed as failed:
        failed.made, failed.made_at = done.live.id, ""
        raise


async def _completed(desired: Desired, done: Done, live: Live, connection: Connection) -> Done:
    """Write what a create leaves out, and check it all."""
    decision = decide(KINDS[desired.address.kind], desired, live)
    if decision.action is None:
        return done
    told = live.revision
    if live.broken or is_unfinished_at_most(desired, decision):
        left = "it was created, but not in all its parts"
        told = await _rewrite(desired, live, decision, connection, left)
    left = "it was created, but not checked"
    checked = await _checked(desired, live, connection, left, "it exists, but differs in that")
    return done._replace(live=checked.written_at(told))


async def _update(change: Change, connection: Connection) -> Live:
    desired = _desired(change)
    fresh = await unmoved(_live(change), connection)
    if fresh is None:
        raise StepFailed(_GONE, "it does not exist")
    decision = decide(KINDS[change.address.kind], desired, fresh)
    if decision.action is None:  # what was broken has healed
        return fresh
    told = await _rewrite(desired, fresh, decision, connection, NOT_CHANGED)
    left = "it was changed, but not checked"
    checked = await _checked(desired, fresh, connection, left, "what differs was not changed")
    return checked.written_at(told)


async def _rewrite(
    desired: Desired, live: Live, decision: Decision, connection: Connection, left: str
) -> str:
    """Update an object; what is not to change is sent just as the server shows it.

    Returns the revision that the answer told, "" if none.
    """
    address = desired.address
    token = connection.tokens.of(address, "update")
    wanted = to_send(decision.known, live)
    try:
        return await connection.writer.update(address, as_shown(live), wanted, token)
    except NotPutBack as error:
        left = "what is named is not as it was: set it right where it is declared, or by hand"
        raise StepFailed(str(error), left) from None
    except ApiError as error:
        # a refusal may come after part or all of it is done (A 3.4): look, don't guess
        refused = not error.outcome_unknown
        there = await look_for(
            replace(live, address=address),
            lambda found: refused or _as_declared(desired, found),
            connection,
            "it may or may not have been changed",
            error,
        )
        if there is None or not _as_declared(desired, there):
            done = there is not None and moved(live, there)
            part = f"part of it is done: {', '.join(done)}" if done else left
            raise StepFailed(str(error), part) from None
        return ""


async def _replace(change: Change, connection: Connection) -> Done:
    """Create an object again, with all that the manifest leaves as it is."""
    desired, live = _desired(change), _live(change)
    kind = KINDS[change.address.kind]
    whole = decide(kind, desired, live).whole
    try:
        last = await remove(change, live, connection)
    except StepFailed as failed:
        left = failed.left
        if left == MAYBE_DELETED:
            gone = f"{MAYBE_DELETED}; if it is, a new plan creates it again"
            left = gone + _only_there(desired, whole)
        raise StepFailed(str(failed), left, uncreated=True) from None
    if last is None:
        raise StepFailed(_GONE, GONE_BY_THEN)
    whole = decide(kind, desired, last).whole
    rules = replace(desired.rules, ignore=())
    entire = replace(desired, spec=whole.mentioned(), rules=rules)
    try:
        return await _create(entire, to_send(whole, last), connection, former=live.id)
    except StepFailed as failed:
        gone = f"the old one is deleted; {failed.left}; a new plan creates it again"
        left = gone + _only_there(desired, whole)
        unsent, made = isinstance(failed.left, Untouched), (failed.made, failed.made_at)
        raise StepFailed(str(failed), left, uncreated=unsent, made=made) from None


def _only_there(desired: Desired, whole: Spec) -> str:
    """Say what the deleted object had that no manifest gives it again."""
    fields = compare(settle(desired.spec), whole)
    told = [f"{f.path}: {json.dumps(f.after)}" for f in fields if f.after not in (None, [], {})]
    words = ""
    if told:
        words = (
            f". It had what its manifest does not mention: {', '.join(told)}. With the same ledger "
            "it gets that again, unless others have made one by then; without one, write it into "
            "the manifest first"
        )
    beyond = sorted(set(paths(whole)))
    if beyond:
        words += (
            f". It had fields that this version does not know: {', '.join(beyond)}. They are lost; "
            "set again what was set there"
        )
    return words


async def _checked(
    desired: Desired, live: Live, connection: Connection, unread: str, left: str
) -> Live:
    """Read what was written until it shows; raises StepFailed if it is not as declared."""
    now = replace(live, address=desired.address)
    again = await look_for(now, lambda found: _as_declared(desired, found), connection, unread)
    if again is None:
        raise StepFailed("Semaphore accepted it, but it is not there", "it does not exist")
    if again.id != live.id:  # read by a name that somebody took anew
        raise StepFailed(MADE_ANEW, "what is there now is another one")
    if _as_declared(desired, again):
        return again
    decision = decide(KINDS[desired.address.kind], desired, again)
    what = ", ".join(map(_differing, decision.fields)) or again.broken or decision.reason
    what += _unheeded(desired, decision)
    raise StepFailed(f"Semaphore accepted it, but it reads back differently: {what}", left)


def _unheeded(desired: Desired, decision: Decision) -> str:
    """Say which permission may be missing where the server takes no notice of what is sent."""
    needs = {
        permission
        for part, permission in KINDS[desired.address.kind].api.heeded_with.items()
        if any(field.path.startswith(f"{part}.") for field in decision.fields)
    }
    lacks = ", ".join(sorted(needs))
    return (
        f"; perhaps the owner of the token lacks {lacks}: Semaphore says nothing then"
        if needs
        else ""
    )


def _without_effect(desired: Desired, done: Done) -> Done:
    """Say of what is new what this organization has no feature for: no plan could know it."""
    if done.live is None:
        return done
    hidden = decide(KINDS[desired.address.kind], desired, done.live).hidden.items()
    paths = ", ".join(sorted(path for path, state in hidden if state is ValueState.UNHONOURED))
    words = f"not in effect, this organization does not honour it: {paths}"
    return done._replace(detail="; ".join(filter(None, (done.detail, words)))) if paths else done


def _differing(field: FieldChange) -> str:
    """Say which field, and that it leads nowhere if it does: before 2026-08 roles did (C 1.5)."""
    leads_nowhere = isinstance(field.before, str) and is_literal(field.before)
    return f"{field.path} is {field.before}" if leads_nowhere else field.path


def _as_declared(desired: Desired, live: Live) -> bool:
    return decide(KINDS[desired.address.kind], desired, live).action is None


def _desired(change: Change) -> Desired:
    assert change.desired is not None  # noqa: S101 — only deletes have none
    return change.desired


def _live(change: Change) -> Live:
    assert change.live is not None  # noqa: S101 — only creates have none
    return change.live
