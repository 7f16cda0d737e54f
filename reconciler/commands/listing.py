"""list: what is there, by whom it is declared, and whose it is."""

from reconciler.commands import ledger
from reconciler.commands.at_hand import at_hand
from reconciler.commands.organization import Session
from reconciler.commands.survey import Wanted, survey
from reconciler.model import Address, Desired, DesiredState, Live, Memory
from reconciler.model.inventory import Entry, Inventory
from reconciler.planning import following, names


async def listing(session: Session, wanted: Wanted, state: DesiredState, where: str) -> Inventory:
    """Return what is there beside what manifests declare; raises what survey and at_hand raise.

    ``where``: the ledger's place.
    """
    async with at_hand(where, session.organization) as book:
        memory = ledger.remembered(book.where, session.organization.url)
    known = (*state.objects, *memory.records)
    projects = {a.project or a.name for a in known if a.project or a.kind == "Project"}
    directory = await session.reader.read_projects((), projects)  # new ones are not listed yet
    declared = {
        desired.address: desired
        for desired in names.with_names(state, directory).objects.values()
        if not desired.rules.absent
    }
    found = await survey(session, wanted, declared)
    memory = following.projects_followed(memory, directory)
    memory = following.followed(memory, found.objects.values())
    by_name = {**{d.former: d for d in declared.values()}, **declared}
    later = {a for a, d in declared.items() if d.former in found.objects}
    entries = [
        _entry(address, found.objects.get(address), by_name.get(address), memory)
        for address in sorted(found.chosen)
        if address in found.objects or address not in later
    ]
    return Inventory(tuple(entries), found.unread, declaring=bool(state.files))


def _entry(address: Address, live: Live | None, desired: Desired | None, memory: Memory) -> Entry:
    record = memory.records.get(address)
    ours = record is not None and live is not None and record.id in ("", live.id)
    return Entry(address, live is not None, desired.place if desired else None, ours)
