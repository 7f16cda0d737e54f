"""What is remembered of objects that somebody deleted, and no manifest declares."""

from collections.abc import Container

from reconciler.kinds import KINDS
from reconciler.model import Address, LiveState, Memory, Record, Scope
from reconciler.remote import Reader
from reconciler.remote.together import together


async def vanished(  # noqa: PLR0913, PLR0917 — what was looked for, and all that speaks against it
    reader: Reader,
    memory: Memory,
    read: Scope,
    live: LiveState,
    declared: Container[Address],
    unread_files: Container[str],
) -> tuple[Address, ...]:
    """Return the objects that were ours and are there no longer, by name nor by id.

    Only where it was looked, and each is asked for by itself: a list may lack what is new. What is
    protected stays remembered, as it would be again if it came back, and so does what one of
    ``unread_files`` declared last.
    """
    unread = {(part.kind, part.project) for part in live.unread}
    ids = {(address.kind, found.id) for address, found in live.objects.items()}
    doubtful = [
        address
        for address, record in sorted(memory.records.items())
        if address not in declared
        and not record.protect
        and record.file not in unread_files
        and ((address.kind, record.id) not in ids or KINDS[address.kind].singleton)
        and _was_read(address, read, live)
        and (address.kind, address.project) not in unread
    ]
    gone = await together(_is_gone(reader, memory.records[one]) for one in doubtful)
    return tuple(one for one, is_gone in zip(doubtful, gone, strict=True) if is_gone)


def _was_read(address: Address, read: Scope, live: LiveState) -> bool:
    if not address.project:
        return address.kind in read.kinds and address.kind != "Project"
    there = live.directory.id("Project", address.project)
    return bool(there) and address.project in read.within.get(address.kind, ())


async def _is_gone(reader: Reader, record: Record) -> bool:
    address = record.address
    if KINDS[address.kind].singleton:  # each project has one, and it is known by that
        return record.home not in ("", reader.directory.id("Project", address.project))
    return await reader.is_gone(address, record.id)
