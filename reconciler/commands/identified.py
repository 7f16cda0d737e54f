"""Which of what is there is which of what is declared by another name."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

from reconciler.commands.drifted import is_asked_otherwise
from reconciler.commands.renaming import names_of
from reconciler.commands.survey import Survey
from reconciler.model import Address, Desired, DesiredState, Live, Memory
from reconciler.planning import names
from reconciler.planning.renames import is_renamed

_WAITS: Final = "it, or its project, is about to be renamed, as `renamed_from` says"
_BOTH: Final = (
    "both {} and {} are there; rename or delete the one that is not meant, or drop `renamed_from`"
)
_LIKE: Final = (
    "it is gone, and {} looks like it: if that is it, write its name into this manifest; if not, "
    "take the manifest out"
)
_NAMESAKE: Final = (
    "its project is neither there nor declared, and {} has its name: if that is it, write that "
    "project into this manifest; if not, take the manifest out"
)
_LIKELY: Final = "it looks like {}, which is gone: see there"
_INSIDE: Final = "its project may have been renamed: see Project/{}"


@dataclass(frozen=True, slots=True)
class Identified:
    """``names``: what is to be called otherwise, for it is known by its id; ``why``: what is to
    stay as it is said, or not said, and why: "" for what is another's to say.
    """

    names: Mapping[Address, str]
    why: Mapping[Address, str]


def identified(state: DesiredState, found: Survey, memory: Memory) -> Identified:
    """Return that, of all that was read and remembered under the names of today."""
    moves = dict(_moves(state, found, memory))
    why = dict(_renaming(state, found, memory))
    for desired, live in _alike(state, found, {*moves, *moves.values(), *why}):
        why |= _perhaps(state, found, desired.address, live.address)
    return Identified(names_of(moves.items(), state), why)


def _moves(state: DesiredState, found: Survey, memory: Memory) -> Iterator[tuple[Address, Address]]:
    """Yield what others renamed: what it is declared as, and where it is by its id."""
    by_id = {(a.kind, live.id): a for a, live in found.there.items() if live.id}
    claims = Counter((a.kind, d.id) for a, d in state.objects.items())
    for address, desired in state.objects.items():
        now = memory.moves.get(address)
        key = (address.kind, desired.id)
        if now is None and address not in found.there and claims[key] == 1:
            now = by_id.get(key)
        meant = now and (address in found.chosen or now in found.chosen)
        if (
            now
            and meant
            and not is_asked_otherwise(desired)
            and now in found.there
            and now not in state.objects
        ):
            yield address, now


def _renaming(state: DesiredState, found: Survey, memory: Memory) -> Iterator[tuple[Address, str]]:
    """Yield what `renamed_from` is still to rename, by both names."""
    for before, address in names.aliases(state).items():
        waits = before in found.there and before not in state.objects
        if not waits or state.objects[address].rules.absent:
            continue
        if address not in found.there:
            yield address, _WAITS
            yield before, ""
        elif state.objects[address].former == before and not _is_known(found, memory, address):
            yield address, _BOTH.format(before, address)
            yield before, ""


def _is_known(found: Survey, memory: Memory, address: Address) -> bool:
    """Whether what has a new name is ours: it was renamed, and the old name is another's."""
    record = memory.records.get(address)
    return record is not None and record.is_of(found.there[address])


def _alike(
    state: DesiredState, found: Survey, known: set[Address]
) -> Iterator[tuple[Desired, Live]]:
    """Yield what is gone beside what is new and is the same but for its name, or its project's."""
    new = [live for a, live in found.there.items() if a not in state.objects and a not in known]
    for address, desired in state.objects.items():
        if address in found.there or address in known or desired.rules.absent:
            continue
        homeless = _is_homeless(address, state, found)
        same = partial(_is_namesake, address) if homeless else partial(is_renamed, desired)
        like = next(filter(same, new), None)
        if like is not None:
            new.remove(like)
            yield desired, like


def _is_homeless(address: Address, state: DesiredState, found: Survey) -> bool:
    """Whether it is declared in a project that is neither there nor declared."""
    home = Address("Project", "", address.project)
    return bool(address.project) and home not in state.objects and home not in found.there


def _is_namesake(address: Address, live: Live) -> bool:
    """Whether an object in a project is called like one that was in another."""
    there = live.address
    return bool(there.project) and (there.kind, there.name) == (address.kind, address.name)


def _perhaps(
    state: DesiredState, found: Survey, before: Address, now: Address
) -> dict[Address, str]:
    """Say of what may have been renamed, and of all that is in it, that nobody knows."""
    like = _LIKE if before.project == now.project else _NAMESAKE
    why = {before: like.format(now), now: _LIKELY.format(before)}
    if before.kind == "Project":
        inside = [a for a in state.objects if a.project == before.name]
        inside += [a for a in found.there if a.project == now.name]
        why |= {address: _INSIDE.format(before.name) for address in inside}
    return why
