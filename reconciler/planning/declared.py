"""Every declared object: as declared, to be changed, or refused."""

from dataclasses import replace
from typing import Final

from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    Live,
    Place,
    Problem,
    Record,
    Refusal,
    Severity,
)
from reconciler.model.address import typed
from reconciler.model.hidden import UNCOMPARED, HiddenValue
from reconciler.model.plan import LEFT_DELETED
from reconciler.planning.contents import without_project
from reconciler.planning.created import unmentioned_in
from reconciler.planning.decide import Decision, decide
from reconciler.planning.draft import Draft
from reconciler.planning.namesakes import not_the_one, renamed_outside
from reconciler.planning.presence import is_something
from reconciler.planning.remember import found_as_declared
from reconciler.planning.unmentioned import ignored_nowhere, unmentioned

_NEW: Final = "new"
WITH_PROJECT: Final = "created again with its project"
_OTHER_ID: Final = "a project it refers to gets another id"


def declared(draft: Draft) -> None:
    """Decide about each declared object; a project before what is in it."""
    elsewhere = draft.elsewhere = renamed_outside(draft)
    anew: dict[str, str] = {}
    objects = draft.desired.objects.items()
    for address, desired in sorted(objects, key=lambda item: (item[0].kind != "Project", item[0])):
        if address.project in anew and not anew[address.project]:
            draft.skipped.append(address)
            continue
        reason = anew.get(address.project, "")
        if address in draft.there and draft.there[address] is not draft.live.objects[address]:
            reason = _OTHER_ID
        text = not_the_one(draft, desired, elsewhere)
        text = text or (reason == WITH_PROJECT and _stripped(draft, desired)) or ""
        left = not text and _is_anybodys(draft, desired)
        if text:
            _refuse(draft, desired, text)
        elif left:
            _leave(draft, desired)
        change = None if text or left else _one(draft, desired, reason)
        if address.kind != "Project":
            continue
        if text or left:
            anew[address.name] = ""
        elif change and change.action is Action.CREATE:
            anew[address.name] = WITH_PROJECT if change.reason == LEFT_DELETED else _NEW
        elif change and change.action is Action.REPLACE and change.live:
            draft.there = without_project(draft.there, address.name, change.live.id)
            anew[address.name] = WITH_PROJECT


def _stripped(draft: Draft, desired: Desired) -> str:
    """Say what an object would lose that is created again only because its project is."""
    there = draft.live.objects.get(desired.former) or draft.live.objects.get(desired.address)
    lost = unmentioned_in(desired, there) if there and not desired.rules.absent else ()
    left = [path for path in lost if desired.rules.ignores(path)]
    others = [path for path in lost if path not in left]
    told = [
        *(
            [f"what its manifest does not mention: {', '.join(others)}; mention that"]
            if others
            else []
        ),
        *(
            [f"what `ignore` leaves to others: {', '.join(left)}; take that out there"]
            if left
            else []
        ),
    ]
    words = ", and without ".join(told)
    return f"it would be created again with its project, without {words} first" if told else ""


def _refuse(draft: Draft, desired: Desired, text: str) -> None:
    draft.refusals.append(Refusal(desired.address, text, desired.place))


def _one(draft: Draft, desired: Desired, reason: str) -> Change | None:
    address = desired.address
    live = draft.there.get(address)
    before = desired.former
    if live is None and before != address and before in draft.there:
        live, reason = draft.there[before], f"renamed from {before.name}"
    if desired.rules.absent or draft.policy.destroy:
        return _gone(draft, desired, live)
    if desired.rules.observe:
        _observe(draft, desired, live)
        return None
    return _kept(draft, desired, live, reason)


def _is_anybodys(draft: Draft, desired: Desired) -> bool:
    """Whether all there is has the former name, and by that was never ours."""
    before = desired.former
    if before == desired.address or desired.address in draft.there or before not in draft.there:
        return False
    record = draft.memory.records.get(before)
    asks = draft.policy.adopt or draft.policy.destroy  # for which a name alone is no reason
    return asks and not (record and record.is_of(draft.there[before]))


def _leave(draft: Draft, desired: Desired) -> None:
    """Leave alone what has the former name, and was never ours by it: it may be anybody's."""
    before = desired.former
    if draft.policy.destroy:
        text = f"{before} is not ours so far, and stays"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
        return
    text = (
        f"what is {before} is not ours so far, and may be another's; apply it by that name first, "
        "which adopts it, or remove `renamed_from` to make a new one"
    )
    _refuse(draft, desired, text)


def _gone(draft: Draft, desired: Desired, live: Live | None) -> Change | None:
    address = desired.address
    if live is None:
        draft.settled += [address] if desired.rules.absent else []
        return None
    if KINDS[address.kind].singleton:
        text = f"{address} stays as long as its project: Semaphore's API can't delete it"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
        return None
    known = draft.memory.records.get(live.address)
    if known is not None and not known.is_of(live):
        text = (
            "what has its name is another one than was recorded, which is gone: others made it. If "
            f"it is to go, `reconciler forget {typed([address])}` first"
        )
        _refuse(draft, desired, text)
        return None
    reason = "declared absent" if desired.rules.absent else "to be destroyed"
    change = Change(Action.DELETE, live.address, desired, live, (), reason, desired.place)
    draft.changes.append(change)
    return change


def _kept(draft: Draft, desired: Desired, live: Live | None, reason: str) -> Change | None:
    address = desired.address
    record = _record_of(draft, address, live)
    rewrite = address in draft.policy.rewrite
    kind = KINDS[address.kind]
    decision = decide(kind, desired, live, draft.memory, record, rewrite=rewrite)
    draft.notes += [
        Problem(desired.place, f"{address}: {note}", Severity.WARNING) for note in decision.notes
    ]
    draft.notes += unmentioned(desired, live, record, decision.fields)
    draft.notes += ignored_nowhere(desired, live)
    if live and record and record.protect and not desired.rules.protect:
        text = f"{address}: it is protected so far, and its manifest says so no longer"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
    ours = record is not None and live is not None and record.is_of(live)
    if live and draft.policy.adopt and not ours and is_something(live):
        draft.adopted[address] = live
    if rewrite and decision.action is None:
        text = f"{address}: --rewrite has nothing to write: no declared value of it is hidden"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
    if decision.action in (None, Action.UPDATE):
        _tell_hidden(draft, address, decision)
    if decision.action is None:
        _settle(draft, desired, live, record, decision)
        return None
    place = _place(desired, decision)
    fields = decision.fields
    if reason == _OTHER_ID:  # neither here nor outside: the plan itself makes the difference
        fields = tuple(replace(field, cause="") for field in fields)
    if live is None and reason in ("", _NEW) and _went_with_project(draft, address):
        reason = WITH_PROJECT
    why = reason or decision.reason
    change = Change(decision.action, address, desired, live, fields, why, place)
    draft.changes.append(change)
    if decision.problem:
        draft.refusals.append(Refusal(address, decision.problem, place))
    return change


def _observe(draft: Draft, desired: Desired, live: Live | None) -> None:
    """Compare what is never written; what was ours is given back.

    What is known of hidden values stays known as long as they are declared, and no longer.
    """
    address = desired.address
    if live:  # as it is now, whatever the plan does to what it refers to
        live = draft.live.objects.get(live.address, live)
    record = _record_of(draft, address, live)
    decision = decide(KINDS[address.kind], desired, live, draft.memory, record)
    if record and live and record.is_of(live):
        if not (record.secrets or record.assumed or record.begun):
            draft.released.append(record.address)
        elif draft.policy.adopt and not record.forget:
            draft.remember.append(replace(record, forget=True))
    if address in draft.policy.rewrite:
        text = f"{address}: --rewrite writes nothing of it, for it is only observed"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
    if decision.action in (None, Action.UPDATE):
        _tell_hidden(draft, address, decision)
    if decision.action is None:
        draft.settled.append(address)
        return
    why = "not there" if live is None else decision.reason
    place, fields = _place(desired, decision), decision.fields
    draft.observed.append(Change(decision.action, address, desired, live, fields, why, place))


def _tell_hidden(draft: Draft, address: Address, decision: Decision) -> None:
    draft.hidden += [
        HiddenValue(address, path, state)
        for path, state in decision.hidden.items()
        if state in UNCOMPARED
    ]


def _record_of(draft: Draft, address: Address, live: Live | None) -> Record | None:
    """Return what we remember of an object, by its id under whichever of its names."""
    records = draft.memory.records
    if live is None:
        return records.get(address)
    known = (records.get(live.address), records.get(address))
    if KINDS[address.kind].singleton and address.project in draft.around.namesakes:
        # it has no id of its own: its project's tells whose it is
        return next((record for record in known if record and record.home == live.home), None)
    return next((r for r in known if r and r.is_of(live)), known[0])


def _went_with_project(draft: Draft, address: Address) -> bool:
    """Whether what is remembered of it was in a project that is gone since, or another one."""
    project = Address("Project", "", address.project)
    record, there = draft.memory.records.get(project), draft.there.get(project)
    remembered = address.project and address in draft.memory.records
    return bool(remembered and record and not (there and record.is_of(there)))


def _settle(
    draft: Draft, desired: Desired, live: Live | None, record: Record | None, decision: Decision
) -> None:
    """Note an object that nothing is to be done about."""
    address = desired.address
    draft.settled.append(address)
    if live and draft.policy.adopt:
        remember = found_as_declared(
            live, desired, record, decision.whole, decision.hidden, draft.memory
        )
        draft.remember += [remember] if remember else []


def _place(desired: Desired, decision: Decision) -> Place:
    """Return the line to look at: the one field that changes, or the whole document."""
    if decision.action is Action.UPDATE and len(decision.fields) == 1:
        return desired.place_of(decision.fields[0].path)
    return desired.place
