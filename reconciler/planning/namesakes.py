"""Whether what has a declared name is what is declared; else what to say of it."""

from collections.abc import Mapping

from reconciler.model import Address, Desired
from reconciler.planning.around import is_another
from reconciler.planning.draft import Draft
from reconciler.planning.following import homes_said, says_which
from reconciler.planning.leading import led_to
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
    goes = draft.policy.destroy or desired.rules.absent
    there = draft.there.get(desired.address) or draft.there.get(desired.former)
    led = set() if goes else led_to(desired, there)
    names, memory = {desired.address, desired.former}, draft.memory
    for name in sorted({desired.address.project, *led} - {""}):
        id_ = draft.live.directory.id("Project", name)
        known = {one for address in names for one in memory.ids_of(name, address)}
        if not id_ or id_ in known or _is_told(draft, name):
            continue
        if name in draft.around.namesakes:
            return draft.around.namesakes[name]
        if known and not _was_made_anew(draft, name, known):
            ours = names & (memory.records.keys() | memory.intended.keys())
            return is_another(memory, draft.live.directory, name, known, ours)
    return ""


def _was_made_anew(draft: Draft, name: str, before: set[str]) -> bool:
    """Whether a project of ours is gone, and what has its name is ours as well."""
    directory = draft.live.directory
    ours = draft.memory.records.get(Address("Project", "", name))
    is_ours = ours is not None and ours.id == directory.id("Project", name)
    return is_ours and before.isdisjoint(directory.names("Project"))


def _is_told(draft: Draft, name: str) -> bool:
    """Whether a project is declared, and so told of itself; one that is only observed is not."""
    declared = draft.desired.objects.get(Address("Project", "", name))
    return declared is not None and not declared.rules.observe


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
