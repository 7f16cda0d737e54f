"""Whether what has a declared name is what is declared; else what to say of it."""

from collections.abc import Mapping
from typing import Any

from reconciler.model import Address, Desired
from reconciler.planning.diff import compare
from reconciler.planning.draft import Draft
from reconciler.planning.following import homes_said, says_which
from reconciler.planning.overlay import overlay
from reconciler.planning.references import led_to
from reconciler.planning.renames import rule_of


def renamed_outside(draft: Draft) -> Mapping[Address, Address]:
    """Return where declared objects are that are not there, but whose recorded ids are."""
    homes = homes_said(draft.desired, draft.memory)
    found: dict[Address, Address] = {}
    for address, desired in draft.desired.objects.items():
        if says_which(desired, draft.memory, homes):
            continue
        names = (address, desired.former)
        for there in filter(None, map(draft.memory.moves.get, names)):
            if desired.rules.observe and there not in draft.memory.records:
                continue  # it was never ours: what has the name is what is looked at
            if there not in names:
                found[address] = there
        if address in draft.memory.displaced:
            found[address] = address
    return found


def not_the_one(draft: Draft, desired: Desired, elsewhere: Mapping[Address, Address]) -> str:
    """Say why an object is not compared with what has its name, "" if it may be.

    ``elsewhere``: see renamed_outside.
    """
    if desired.address in elsewhere:
        return _words(draft, desired, elsewhere[desired.address])
    return _about_a_namesake(draft, desired) or _contested(draft, desired)


def _about_a_namesake(draft: Draft, desired: Desired) -> str:
    """Say that an object is in, or refers to, a project whose name is another's now.

    A project that this run is about is refused itself, with all that is in it. What is known
    to be about the other one, or leads to it already, was decided elsewhere; what is to go leads
    nothing to it.
    """
    goes, is_new = draft.policy.destroy or desired.rules.absent, desired.address not in draft.there
    named = set() if goes else led_to(desired, whole=is_new)
    for name in sorted({desired.address.project, *named} & draft.around.namesakes.keys()):
        if not (_is_told(draft, name) or _is_settled(draft, desired, name)):
            return draft.around.namesakes[name]
    return ""


def _is_told(draft: Draft, name: str) -> bool:
    """Whether a project is declared, and so told of itself; one that is only observed is not."""
    declared = draft.desired.objects.get(Address("Project", "", name))
    return declared is not None and not declared.rules.observe


def _is_settled(draft: Draft, desired: Desired, name: str) -> bool:
    """Whether an object is known to be about what has a project's name now, or leads there.

    That is where nothing is to be written that holds its name: what one widget shows is none of
    another's business.
    """
    id_, there = draft.live.directory.id("Project", name), draft.there.get(desired.address)
    known = (draft.memory.ids_of(name, each) for each in (desired.address, desired.former))
    if any(id_ in ids for ids in known):
        return True
    if there is None or there.refers.get(name) != id_:
        return False
    laid = overlay(there.spec, desired.spec, desired.rules.ignore).spec
    return not any(_holds(field.after, name) for field in compare(there.spec, laid))


def _holds(value: Any, name: str) -> bool:
    """Whether a name is anywhere in plain data."""
    if isinstance(value, Mapping):
        value = [*value.values()]
    return any(_holds(each, name) for each in value) if isinstance(value, list) else value == name


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
    return (
        f"both {before} and {address} exist; rename or delete the one that is not meant, or drop "
        "renamed_from"
    )


def _words(draft: Draft, desired: Desired, there: Address) -> str:
    """Say what became of an object that others renamed, and what its manifest can say then."""
    address = desired.address
    if there.project != address.project and there.name == address.name:
        now = Address("Project", "", there.project)
        back = f"add `{rule_of(now.name)}` to that of the project"
        if Address("Project", "", address.project) not in draft.desired.objects:
            back = "give it back where that was done"
        return (
            f"its project was renamed outside, and is {now} now. To go on with that name, write it "
            f"into the manifest; to take it back, {back}"
        )
    said = "the one that had this name is gone"
    if there != address:
        said = f"it was renamed outside, and is {there} now"
    came = sorted(before for before, now in draft.memory.moves.items() if now == address)
    taken = not came and address in draft.there
    if came:
        said += f"; what has its name now is another one of ours, recorded as {came[0]}"
    elif taken:
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
    first = "rename or delete that one first, and " if taken else ""
    back = f"{first}{_line(draft, desired, there.name, there)}"
    return f"{said}. To go on with that name, write it into the manifest; to take it back, {back}"


def _line(draft: Draft, desired: Desired, name: str, there: Address) -> str:
    """Say what to write into a manifest that means the object which has, or had, that name."""
    if desired.entry and there in draft.live.objects:
        return f"add `id: {draft.live.objects[there].id}` to its entry"
    return f"add `{rule_of(name)}`"
