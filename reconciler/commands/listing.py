"""list: what is there, by whom it is declared, and whose it is."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.commands import ledger
from reconciler.commands.open_ledger import open_ledger
from reconciler.commands.organization import Session
from reconciler.commands.survey import Survey, Wanted, survey
from reconciler.commands.unlisted import closed
from reconciler.model import Address, Desired, DesiredState, Memory, exchanged
from reconciler.model.inventory import Entry, Inventory
from reconciler.model.resource import part_of
from reconciler.planning import following, names, protected, renames


async def listing(session: Session, wanted: Wanted, state: DesiredState, where: str) -> Inventory:
    """Return what is there beside what manifests declare; raises what survey and open_ledger raise.

    ``where``: the ledger's place.
    """
    async with open_ledger(where, session.organization) as book:
        memory = ledger.remembered(book.where, session.organization.url)
    session.reader.http.hide(*(desired.spec for desired in state.objects.values()))
    known = (*state.objects, *memory.records)
    projects = {a.project or a.name for a in known if a.project or a.kind == "Project"}
    directory = await session.reader.read_projects((), projects)  # new ones are not listed yet
    state = names.with_names(state, directory.besides(names.given(state)))
    homes = renames.homes_today(state, directory, memory)
    recorded, memory = memory.records, following.projects_followed(memory, directory)
    former = {a: d.former for a, d in state.objects.items() if a not in recorded}

    def today(address: Address) -> Address:
        was = former.get(address, address)  # else it was renamed
        return following.today(memory, replace(was, project=homes.get(was.project, was.project)))

    wanted = wanted.called({each: today(each) for each in (*recorded, *state.objects)})
    state = renames.in_place(state, homes)
    unseen = {a for a in memory.records if part_of(a)[1] in session.reader.closed}
    found = await survey(session, wanted, {*_declared(state, memory), *unseen}, memory.ids)
    memory = following.followed(memory, found.objects.values())

    def id_at(address: Address) -> str:
        live = found.objects.get(address)
        return live.id if live else ""

    hidden = closed(session.reader, found.chosen)
    found = replace(found, unread=tuple(sorted({*found.unread, *hidden})))
    state = renames.by_id(state, found.objects, state.objects)
    state, _ = renames.still_to_do(state, id_at, memory, exchanged(state.objects.values()))
    entries = tuple(_entries(found, state, memory))
    return Inventory(entries, found.unread, declaring=bool(state.files), doubts=memory.doubts)


def _declared(state: DesiredState, memory: Memory) -> dict[Address, Desired]:
    """Return what is to be there, by the addresses that it has today."""
    found: dict[Address, Desired] = {}
    for address, desired in state.objects.items():
        now = following.today(memory, address)
        if not desired.rules.absent:
            found[address if now in state.objects else now] = desired
    return found


def _entries(found: Survey, state: DesiredState, memory: Memory) -> Iterator[Entry]:
    """Yield an entry for each object that is there or declared, and meant."""
    declared = _declared(state, memory)
    former = {following.today(memory, d.former): d for d in declared.values()}
    by_name: Mapping[Address, Desired] = {**former, **declared}
    later = {a for a, d in declared.items() if following.today(memory, d.former) in found.objects}
    guarded = {following.today(memory, address) for address in protected(state, memory)}
    unread = {(part.kind, part.project) for part in found.unread}
    missing = {following.today(memory, a) for a in found.chosen - found.objects.keys()} - later
    for address in sorted({*found.objects, *missing}):
        live, record = found.objects.get(address), memory.records.get(address)
        desired = by_name.get(address)
        known = live is not None or part_of(address) not in unread
        yield Entry(
            address,
            live is not None if known else None,
            desired.place if desired else None,
            ours=record is not None and (not known or (live is not None and record.is_of(live))),
            was=_was(address, desired, memory),
            protected=live is not None and address in guarded,
            observed=desired is not None and desired.rules.observe,
        )


def _was(address: Address, desired: Desired | None, memory: Memory) -> Address | None:
    """Return how the ledger or a manifest knows an object that was renamed outside since."""
    recorded = next((before for before, now in memory.moves.items() if now == address), None)
    if recorded or desired is None or desired.address == address:
        return recorded
    return desired.address if following.today(memory, desired.address) == address else None
