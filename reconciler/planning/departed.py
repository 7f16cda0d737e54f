"""What is remembered of objects that somebody deleted, alone or with their project."""

from collections.abc import Collection, Container, Iterable, Iterator

from reconciler.kinds import KINDS
from reconciler.model import Address, Directory, Memory, Place, Problem, Record, Severity
from reconciler.model.literal import UUID


def departed(
    memory: Memory,
    directory: Directory,
    declared: Container[Address],
    closed: Container[str] = (),
    unread_files: Container[str] = (),
) -> tuple[Address, ...]:
    """Return what was ours in projects that are there no longer, and no manifest declares.

    Every project that is remembered must have been looked for, by its id too. What is protected
    stays remembered: it would be protected again if it came back; so does what one of
    ``unread_files`` declared last. ``closed``: projects that are there, and not for us to read.
    """
    gone = {
        name
        for name in map(_project, memory.records)
        if name and name not in closed and _is_gone(name, memory, directory)
    }
    found = (address for address in memory.records if _project(address) in gone)
    return _forgettable(found, memory, declared, unread_files)


def vanished(
    memory: Memory,
    gone: Container[tuple[Address, str]],
    directory: Directory,
    declared: Collection[Address],
    unread_files: Container[str] = (),
) -> tuple[Address, ...]:
    """Return what was ours, is ``gone`` by its name and id, and no manifest declares.

    A project is, if another has its name, and no manifest is about what is in it: that would be
    refused by what is remembered.
    """
    needed = {address.project for address in declared}
    found = (
        address
        for address, record in memory.records.items()
        if (address, record.id) in gone
        or _went_with_another(record, directory)
        or (address.name not in needed and _is_another(record, directory))
    )
    return _forgettable(found, memory, declared, unread_files)


def _is_another(record: Record, directory: Directory) -> bool:
    """Whether it was a project, which is gone, and what has its name is another one."""
    there = directory.id("Project", record.address.name)
    known = there == record.id or record.id in directory.names("Project")
    return record.address.kind == "Project" and bool(there) and not known


def _went_with_another(record: Record, directory: Directory) -> bool:
    """Whether it was what its project has one of, and another project has the name now."""
    there = directory.id("Project", record.address.project)
    another = bool(record.home and there) and record.home != there
    return another and KINDS[record.address.kind].singleton


def _forgettable(
    gone: Iterable[Address],
    memory: Memory,
    declared: Container[Address],
    unread_files: Container[str],
) -> tuple[Address, ...]:
    records = memory.records
    return tuple(
        sorted(
            address
            for address in gone
            if address not in declared
            and not records[address].protect
            and records[address].file not in unread_files
        )
    )


def note(with_project: tuple[Address, ...], alone: tuple[Address, ...]) -> Iterator[Problem]:
    """Tell what was deleted outside, and is forgotten by an apply."""
    told = {
        "deleted outside, or gone with a project that was": with_project,
        "deleted outside": alone,
    }
    for what, addresses in told.items():
        if addresses:
            text = f"{what}, and ours no longer: {', '.join(map(str, addresses))}"
            yield Problem(Place("ledger"), text, Severity.WARNING)


def _project(address: Address) -> str:
    return address.name if address.kind == "Project" else address.project


def _is_gone(name: str, memory: Memory, directory: Directory) -> bool:
    """Whether nothing has this name, nor the id that it had, by the name it is about to get."""
    record = memory.records.get(Address("Project", "", name))
    renamed = record is not None and record.id in directory.names("Project")
    looked_for = not UUID.fullmatch(name)  # an id is looked for in the listing alone
    return looked_for and not renamed and not directory.id("Project", name)
