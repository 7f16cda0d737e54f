"""Every declared object: as declared, to be changed, or refused."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from reconciler.kinds import KINDS
from reconciler.kinds.kind import refs
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
from reconciler.model.hidden import UNCOMPARED, HiddenValue
from reconciler.model.plan import LEFT_DELETED
from reconciler.planning.contents import without_project
from reconciler.planning.created import unmentioned_in
from reconciler.planning.decide import Decision, decide
from reconciler.planning.draft import Draft
from reconciler.planning.following import homes_said, says_which
from reconciler.planning.remember import found_as_declared
from reconciler.planning.renames import rule_of
from reconciler.planning.unmentioned import unmentioned

_NEW: Final = "new"
_WITH_PROJECT: Final = "made anew with its project"
_OTHER_ID: Final = "a project it refers to gets another id"


def declared(draft: Draft) -> None:
    """Decide about each declared object; a project before what is in it."""
    elsewhere = _renamed_outside(draft)
    draft.elsewhere = frozenset(elsewhere.values())
    anew: dict[str, str] = {}
    objects = draft.desired.objects.items()
    for address, desired in sorted(objects, key=lambda item: (item[0].kind != "Project", item[0])):
        if address.project in anew and not anew[address.project]:
            draft.skipped.append(address)
            continue
        reason = anew.get(address.project, "")
        if address in draft.there and draft.there[address] is not draft.live.objects[address]:
            reason = _OTHER_ID
        if address in elsewhere:
            text = _words(draft, desired, elsewhere[address])
        else:
            text = _about_a_namesake(draft, desired) or _contested(draft, desired)
            text = text or (reason == _WITH_PROJECT and _stripped(draft, desired)) or ""
        if text:
            _refuse(draft, desired, text)
        change = None if text else _one(draft, desired, reason)
        if address.kind != "Project":
            continue
        if text:
            anew[address.name] = ""
        elif change and change.action is Action.CREATE:
            anew[address.name] = _WITH_PROJECT if change.reason == LEFT_DELETED else _NEW
        elif change and change.action is Action.REPLACE and change.live:
            draft.there = without_project(draft.there, address.name, change.live.id)
            anew[address.name] = _WITH_PROJECT


def _renamed_outside(draft: Draft) -> Mapping[Address, Address]:
    """Return where declared objects are that are not there, but whose recorded ids are."""
    homes = homes_said(draft.desired, draft.memory)
    found: dict[Address, Address] = {}
    for address, desired in draft.desired.objects.items():
        if says_which(desired, draft.memory, homes):
            continue
        names = (address, desired.former)
        for there in filter(None, map(draft.memory.moves.get, names)):
            if there not in names:
                found[address] = there
        if address in draft.memory.displaced:
            found[address] = address
    return found


def _about_a_namesake(draft: Draft, desired: Desired) -> str:
    """Say that an object is in, or refers to, a project whose name is another's now.

    A project that this run is about is refused itself, with all that is in it.
    """
    names = {name for ref, name in refs(desired.spec) if ref.kind == "Project"}
    for name in sorted({desired.address.project, *names} - {""}):
        home = Address("Project", "", name)
        if name in draft.around.namesakes and home not in draft.desired.objects:
            return draft.around.namesakes[name]
    return ""


def _contested(draft: Draft, desired: Desired) -> str:
    """Say that both names of a rename are taken."""
    address, before = desired.address, desired.former
    if address == before or not {address, before} <= draft.there.keys():
        return ""
    if says_which(desired, draft.memory):  # it has its new name, and the old one is another's
        return ""
    if address in draft.around.exchanged:
        return (
            f"{address} and {before} are to have each other's name, which can't be done at once: "
            "give one a third name first; if others did it, and it has been applied, remove "
            "`renamed_from` from both"
        )
    return f"both {before} and {address} exist; delete one of them, or drop renamed_from"


def _stripped(draft: Draft, desired: Desired) -> str:
    """Say what an object would lose that is made anew only because its project is."""
    there = draft.live.objects.get(desired.former) or draft.live.objects.get(desired.address)
    lost = unmentioned_in(desired, there) if there and not desired.rules.absent else ()
    if not lost:
        return ""
    return (
        "it would be made anew with its project, and without what its manifest does not mention: "
        f"{', '.join(lost)}; mention that first"
    )


def _words(draft: Draft, desired: Desired, there: Address) -> str:
    """Say what became of an object that others renamed, and what its manifest can say then."""
    address = desired.address
    if there.project != address.project and there.name == address.name:
        now = Address("Project", "", there.project)
        return (
            f"its project was renamed outside, and is {now} now. To go on with that name, write it "
            f"into the manifest; to take it back, add `{rule_of(now.name)}` to that of the project"
        )
    said = "the one that had this name is gone"
    if there != address:
        said = f"it was renamed outside, and is {there} now"
    came = sorted(before for before, now in draft.memory.moves.items() if now == address)
    if came:
        said += f"; what has its name now is another one of ours, recorded as {came[0]}"
    elif address in draft.there:
        said += f"; what is {address} now is another one"
    if address.kind == "Project":
        said += "; what is in it was not compared"
    if came and came[0].name != address.name and not desired.rules.absent:
        line = _line(draft, desired, came[0].name, address)
        return f"{said}. If that is to be this one, {line}; else give the names back there"
    others = there in draft.desired.objects or there in draft.memory.moves
    if came or others:
        return f"{said}. Give the names back where that was done"
    if desired.rules.absent:
        return f"{said}. If that is to go, write the name it has now into the manifest"
    back = _line(draft, desired, there.name, there)
    return f"{said}. To go on with that name, write it into the manifest; to take it back, {back}"


def _line(draft: Draft, desired: Desired, name: str, there: Address) -> str:
    """Say what to write into a manifest that means the object which has, or had, that name."""
    if desired.entry and there in draft.live.objects:
        return f"add `id: {draft.live.objects[there].id}` to its entry"
    return f"add `{rule_of(name)}`"


def _refuse(draft: Draft, desired: Desired, text: str) -> None:
    draft.refusals.append(Refusal(desired.address, text, desired.place))


def _one(draft: Draft, desired: Desired, reason: str) -> Change | None:
    address = desired.address
    live = draft.there.get(address)
    before = desired.former
    if live is None and before != address and before in draft.there:
        if draft.policy.adopt and not _is_known(draft, before):
            _leave(draft, desired)
            return None
        live, reason = draft.there[before], f"renamed from {before.name}"
    if desired.rules.absent or draft.policy.destroy:
        return _gone(draft, desired, live)
    return _kept(draft, desired, live, reason)


def _is_known(draft: Draft, address: Address) -> bool:
    record = draft.memory.records.get(address)
    return record is not None and record.id == draft.there[address].id


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
    if known is not None and known.id != live.id:
        text = (
            "what has its name is another one than was recorded, which is gone: others made it. If "
            f"it is to go, `reconciler ledger forget {address}` first"
        )
        _refuse(draft, desired, text)
        return None
    reason = "absent asked for" if desired.rules.absent else "destroy asked for"
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
    draft.notes += unmentioned(desired, live, record)
    if live and record and record.protect and not desired.rules.protect:
        text = f"{address}: it is protected so far, and its manifest says so no longer"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
    if live and draft.policy.adopt and not (record and record.id == live.id):
        draft.adopted.append(address)
    if rewrite and decision.action is None:
        text = f"{address}: --rewrite has nothing to write: no declared value of it is hidden"
        draft.notes.append(Problem(desired.place, text, Severity.WARNING))
    if decision.action in (None, Action.UPDATE):
        draft.hidden += [
            HiddenValue(address, path, state)
            for path, state in decision.hidden.items()
            if state in UNCOMPARED
        ]
    if decision.action is None:
        _settle(draft, desired, live, record, decision)
        return None
    place = _place(desired, decision)
    fields = decision.fields
    if reason == _OTHER_ID:  # neither here nor outside: the plan itself makes the difference
        fields = tuple(replace(field, cause="") for field in fields)
    if live is None and reason in ("", _NEW) and _went_with_project(draft, address):
        reason = _WITH_PROJECT
    why = reason or decision.reason
    change = Change(decision.action, address, desired, live, fields, why, place)
    draft.changes.append(change)
    if decision.problem:
        draft.refusals.append(Refusal(address, decision.problem, place))
    return change


def _record_of(draft: Draft, address: Address, live: Live | None) -> Record | None:
    """Return what we remember of an object, by its id under whichever of its names."""
    records = draft.memory.records
    if live is None:
        return records.get(address)
    if KINDS[address.kind].singleton and address.project in draft.around.namesakes:
        return None  # it has no id of its own: its project's tells whose it is
    known = (records.get(live.address), records.get(address))
    return next((r for r in known if r and r.id == live.id), known[0])


def _went_with_project(draft: Draft, address: Address) -> bool:
    """Whether what is remembered of it was in a project that is gone since, or another one."""
    project = Address("Project", "", address.project)
    record, there = draft.memory.records.get(project), draft.there.get(project)
    remembered = address.project and address in draft.memory.records
    return bool(remembered and record and not (there and record.id == there.id))


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
