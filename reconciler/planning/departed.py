"""What is remembered of projects that somebody deleted, and went with them."""

from collections.abc import Container, Iterator

from reconciler.model import Address, Directory, Memory, Place, Problem, Severity
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
    return tuple(
        sorted(
            address
            for address, record in memory.records.items()
            if _project(address) in gone
            and address not in declared
            and not record.protect
            and record.file not in unread_files
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
