"""Records follow their objects: an id outlives a name that somebody changed outside."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType

from reconciler.kinds.kind import settle, translate
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Directory,
    Live,
    LiveState,
    Memory,
    Place,
    Problem,
    Severity,
)


def projects_followed(memory: Memory, directory: Directory) -> Memory:
    """Return what is remembered, under the names that projects have today, and all in them.

    The directory must hold every project there is.
    """
    names = directory.names("Project")
    moves = {
        Address("Project", "", before): Address("Project", "", names[id_])
        for before, id_ in (_guarded_projects(memory) | memory.projects).items()
        if names.get(id_, before) != before
    }
    homes = {before.name: now.name for before, now in moves.items()}
    inside = {
        address: replace(address, project=homes[address.project])
        for address in (*memory.records, *memory.intended, *memory.guarded)
        if address.project in homes
    }
    return memory.followed(moves | inside)


def _guarded_projects(memory: Memory) -> dict[str, str]:
    return {at.name: id_ for at, id_ in memory.guarded.items() if at.kind == "Project"}


def followed(memory: Memory, there: Iterable[Live]) -> Memory:
    """Return what is remembered, under the names that its objects have today."""
    return memory.followed(_moves(memory, {(each.address.kind, each.id): each for each in there}))


def today(memory: Memory, address: Address) -> Address:
    """Return where something is by now: it was renamed outside, or the project that it is in."""
    home = memory.moves.get(Address("Project", "", address.project))
    moved = replace(address, project=home.name) if home else address
    return memory.moves.get(address, moved)


def _moves(memory: Memory, there: Mapping[tuple[str, str], Live]) -> dict[Address, Address]:
    return {
        address: live.address
        for address, id_ in memory.ids.items()
        if id_ and (live := there.get((address.kind, id_))) and live.address != address
        if (record := memory.records.get(address)) is None or record.may_be_in(live.home)
    }


def as_recorded(directory: Directory, memory: Memory, state: DesiredState) -> Directory:
    """Return the names that manifests know projects by, also of those that were renamed outside."""
    for before, now in sorted(memory.moves.items()):
        record = memory.records.get(now)
        unused = not directory.id("Project", before.name)
        if before.kind == "Project" and before in state.objects and unused and record:
            directory = directory.calling("Project", record.id, before.name)
    return directory


def as_declared(live: LiveState, memory: Memory, state: DesiredState) -> LiveState:
    """Return what is live with references to projects as manifests call them, that call them so.

    Somebody else's new name for a project changes nothing in what refers to its id.
    """
    called = {
        now.name: before.name
        for before, now in memory.moves.items()
        if before.kind == "Project"
        and before in state.objects
        and not live.directory.id("Project", before.name)  # else that name is another's
    }

    def lookup(kind: str, name: str) -> str:
        return called.get(name, name) if kind == "Project" else name

    if not called:
        return live
    objects = {
        address: replace(
            found,
            spec=settle(translate(found.spec, lookup)),
            verbatim=found.verbatim and translate(found.verbatim, lookup),
        )
        for address, found in live.objects.items()
    }
    return replace(live, objects=objects)


def says_which(
    desired: Desired, memory: Memory, homes: Mapping[str, str] = MappingProxyType({})
) -> bool:
    """Whether a manifest says which of ours it is about that has its name today.

    By the name it had, in ``renamed_from``; an entry by its id. ``homes``: see homes_said.
    """
    there = memory.records.get(desired.address)
    by_id = desired.entry and there is not None and desired.id == there.id
    home = homes.get(desired.address.project, desired.address.project)
    before = (desired.former, replace(desired.former, project=home))
    return by_id or any(memory.moves.get(each) == desired.address for each in before)


def homes_said(state: DesiredState, memory: Memory) -> dict[str, str]:
    """Return the names that projects had whose manifests say so, for all that is in them."""
    return {
        address.name: desired.former.name
        for address, desired in state.objects.items()
        if address.kind == "Project" and desired.rules.renamed_from and says_which(desired, memory)
    }


def renamed(
    memory: Memory, recorded: Memory, state: DesiredState, deleted: Collection[Address] = ()
) -> dict[Address, Address]:
    """Return which names of the ledger are to be replaced by the ones of today.

    ``recorded``: as the ledger has it. Only a manifest that goes on with the new name, of the
    object or of its project, gives up the old one; and so does what is ``deleted`` by the new one.
    As long as the old may be declared anywhere, the ledger is what shows that it was renamed. What
    is in a project goes by the name that this has there.
    """
    wanted = [desired for desired in state.objects.values() if not desired.rules.absent]
    given_up = {*deleted, *(d.address for d in wanted), *(d.former for d in wanted)}
    claims = _claims(memory, state)
    moves: dict[Address, Address] = {}
    for before, now in sorted(memory.moves.items(), key=lambda move: (move[0].project, move)):
        home, stays = _home(before), before.project == now.project
        if (
            (before in recorded.records or before in recorded.intended)
            and (now in given_up or _home(now) in given_up)
            and (now not in memory.displaced or before in claims)
            and claims.get(before, {now}) <= {now}
            and not _may_be_declared(recorded, before, state)
            and (stays or home in moves or home not in recorded.records)
        ):
            moves[before] = now
    while stuck := {b for b, now in moves.items() if now in memory.moves.keys() - moves.keys()}:
        for before in stuck:  # the record that has this name is to stay for now, of what moved on
            del moves[before]
    return moves


def in_the_ledger(
    addresses: Iterable[Address], memory: Memory, renamed: Container[Address]
) -> tuple[Address, ...]:
    """Return the names by which the ledger has objects; the ``renamed`` get those of today."""
    before = {now: old for old, now in memory.moves.items() if old not in renamed}
    return tuple(sorted({before.get(address, address) for address in addresses}))


def _home(address: Address) -> Address:
    return Address("Project", "", address.project)


def _claims(memory: Memory, state: DesiredState) -> dict[Address, set[Address]]:
    """Return which declared objects are about what the ledger has by each name."""
    claims: dict[Address, set[Address]] = {}
    homes = homes_said(state, memory)
    for address, desired in state.objects.items():
        before = desired.former
        home = homes.get(address.project, address.project)
        said = says_which(desired, memory, homes)
        for name in {replace(before, project=home)} if said else {address, before}:
            claims.setdefault(name, set()).add(address)
    return claims


def _may_be_declared(recorded: Memory, address: Address, state: DesiredState) -> bool:
    """Whether the file that declared it last is still there, and was not read."""
    record = recorded.records.get(address)
    return record is not None and record.file in state.unread_files


def note(memory: Memory, recorded: Memory, state: DesiredState) -> Iterator[Problem]:
    """Tell what goes by another name than the ledger knows, and no manifest knows of it."""
    said = {(d.former, address) for address, d in state.objects.items()}
    told = [
        f"{now} (it was {before})"
        for before, now in sorted(memory.moves.items())
        if before.name != now.name and before in recorded.records
        if before not in state.objects and (before, now) not in said
    ]
    if told:
        text = f"renamed outside, and still ours by its id: {', '.join(told)}"
        yield Problem(Place("ledger"), text, Severity.WARNING)
