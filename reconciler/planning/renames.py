"""Renames: which of them are to be done, and what looks like one that is not declared."""

import math
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import replace

import yaml

from reconciler.kinds import KINDS
from reconciler.model import (
    Action,
    Address,
    Change,
    Desired,
    DesiredState,
    Directory,
    Live,
    Memory,
    Problem,
    Severity,
)
from reconciler.planning.decide import decide

_OF_THE_NAME = {"metadata.name", "metadata.title"}
"""Fields that differ between an object and its renamed self; a dashboard's title follows."""
_URL = "spec.repository.url"


def still_to_do(
    state: DesiredState,
    id_at: Callable[[Address], str],
    memory: Memory,
    circle: Container[Address],
) -> tuple[DesiredState, list[Problem]]:
    """Return the state without the renames that were done long ago, and a warning for each.

    ``id_at`` gives the id of what is live at an address, "" if nothing is. A line that was done
    stays in many a manifest; what has the old name today is somebody else's. One that says which
    of ours it is about, where others exchanged names, still has to say it; and whether names that
    are to be exchanged, in a ``circle``, have been, no record tells.
    """
    objects = dict(state.objects)
    problems = []
    for address, desired in state.objects.items():
        before = desired.former
        says = desired.entry or memory.moves.get(before) == address or address in circle
        there = id_at(before) if before != address and not says else ""
        now, old = memory.records.get(address), memory.records.get(before)
        ids = {record.id for record in (now, old) if record}
        if there and ids and there not in ids:
            objects[address] = replace(desired, rules=replace(desired.rules, renamed_from=""))
            text = (
                f"{address} was renamed from {before.name} before, and what has that name now is "
                "another object, which is left alone; remove the line"
            )
            place = desired.place_of("reconciler.renamed_from")
            problems.append(Problem(place, text, Severity.WARNING))
    return replace(state, objects=objects), problems


def former_projects(state: DesiredState, memory: Memory) -> set[str]:
    """Return the names that projects have yet, unless the ledger knows that they were renamed."""
    return {
        desired.rules.renamed_from
        for address, desired in state.objects.items()
        if address.kind == "Project" and address not in memory.records
    } - {""}


def homes_today(state: DesiredState, directory: Directory, memory: Memory) -> dict[str, str]:
    """Return the names that projects still have, by those that manifests give them."""
    return {
        address.name: before
        for address, desired in state.objects.items()
        if address.kind == "Project" and (before := desired.rules.renamed_from)
        if address not in memory.records  # else it was renamed
        if directory.id("Project", before) and not directory.id("Project", address.name)
    }


def in_place(state: DesiredState, homes: Mapping[str, str]) -> DesiredState:
    """Return the state with what is in projects that are yet to be renamed, where it is today."""
    moved = (
        replace(desired, address=replace(address, project=homes[address.project]))
        if address.project in homes
        else desired
        for address, desired in state.objects.items()
    )
    return replace(state, objects={desired.address: desired for desired in moved})


def by_id(
    state: DesiredState, live: Mapping[Address, Live], declared: Collection[Address]
) -> DesiredState:
    """Return the state with the renames of entries that give the id of what is live.

    To Semaphore and to `sem` a task is its id; an entry has no other way to say which one it was.
    Where that name is ``declared`` too, or the new one taken, names say which is which.
    """
    entries = {a: d for a, d in state.objects.items() if d.entry and d.id}
    claims = Counter((address.project, desired.id) for address, desired in entries.items())
    there = {(a.kind, a.project, found.id): a for a, found in live.items()}
    objects = dict(state.objects)
    for address, desired in entries.items():
        before = there.get((address.kind, address.project, desired.id), address)
        taken = before in declared or address in live
        if not taken and claims[address.project, desired.id] == 1:
            rules = replace(desired.rules, renamed_from=before.name)
            objects[address] = replace(desired, rules=rules)
    return replace(state, objects=objects)


def lookalikes(changes: Iterable[Change], leaving: Iterable[Live]) -> Iterator[Problem]:
    """Yield a note for each new object that is one of those ``leaving`` but for its name."""
    left = sorted(leaving, key=lambda live: live.address)
    for change in changes:
        if change.action is not Action.CREATE or change.desired is None:
            continue
        for live in left:
            if is_renamed(change.desired, live):
                yield _note(change.desired, live)
                left.remove(live)
                break


def is_renamed(desired: Desired, live: Live) -> bool:
    """Whether a live object is as declared, but for its name."""
    kind = KINDS[desired.address.kind]
    there, new = live.address, desired.address
    if (there.kind, there.project) != (new.kind, new.project) or not kind.renamable:
        return False
    decision = decide(kind, desired, live)
    changed = {field.path: field for field in decision.fields}
    moved = changed.pop(_URL, None)
    if moved and not (_is_named(moved.after, new.name) and _is_named(moved.before, there.name)):
        return False
    return decision.action is Action.UPDATE and changed.keys() <= _OF_THE_NAME


def _is_named(url: object, name: str) -> bool:
    """Whether a repository has the name of its project, as most have."""
    return str(url).removesuffix(".git").rpartition("/")[2] == name


def rule_of(before: str) -> str:
    """Return what a manifest says to rename the object that has this name, in one line."""
    rule = {"reconciler": {"renamed_from": before}}
    text: str = yaml.safe_dump(rule, width=math.inf, allow_unicode=True, default_flow_style=True)
    if len(text.splitlines()) > 1:  # there is a line break in the name
        text = yaml.safe_dump(rule, width=math.inf, default_style='"', default_flow_style=True)
    return text.strip()[1:-1]


def _note(desired: Desired, live: Live) -> Problem:
    rule = f"manifest: {rule_of(live.address.name)}"
    text = (
        f"{desired.address} looks like {live.address} renamed, but would be created again; "
        f"to rename it, add to its {f'entry: id: {live.id}' if desired.entry else rule}"
    )
    return Problem(desired.place, text, Severity.WARNING)
