"""ledger and forget: what was applied, by whom and when. Semaphore is not asked."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows import bookkeeping
from reconciler.cli.flows.bookkeeping import Said, extent
from reconciler.cli.flows.online import OnlineInvocation
from reconciler.cli.interrupts import run
from reconciler.cli.options import Options
from reconciler.cli.streams import product, talk
from reconciler.commands import Organization
from reconciler.commands import ledger as ledgers
from reconciler.commands.ledger import Where
from reconciler.commands.open_ledger import open_ledger
from reconciler.commands.places import ARTIFACT
from reconciler.errors import BadSettings, LedgerUnusable
from reconciler.ledger import Ledger, exported, lives
from reconciler.model import Sealed
from reconciler.render import audit
from reconciler.render.formats import Answer

_LOOKS = ("show", "verify", "export")


def ledger(asked: Options) -> int:
    for wrong in _misused(asked):
        raise click.UsageError(wrong, click.get_current_context())
    invocation = OnlineInvocation.of(asked)
    organization = invocation.located()
    if invocation.ledger.startswith(ARTIFACT):
        return run(lambda _: _of_copy(invocation, organization))
    return _of(invocation, invocation.ledger, organization)


def _misused(asked: Options) -> Iterator[str]:
    """Say which option or argument is none of the action's, or missing."""
    if asked.force and asked.action != "break-lease":
        yield "--force is for break-lease."
    if asked.keep is not None and asked.action != "compact":
        yield "--keep is for compact."
    if asked.archives and asked.action not in (*_LOOKS, "compact"):
        yield "--archive is for compact, show, verify and export."
    if asked.action == "compact" and len(asked.archives) != 1:
        yield "compact needs one --archive FILE."


async def _of_copy(invocation: OnlineInvocation, organization: str) -> int:
    asked, where = invocation.asked, invocation.ledger
    if asked.action == "break-lease":
        raise BadSettings(f"--ledger {where}: a copy carries no lease, there is none to break")
    job = Organization(url=organization, token=Sealed(""))  # the job's own token is enough
    async with open_ledger(where, job, offline=True) as book:
        if book.is_new and asked.action != "accept":  # that there is none can be accepted, too
            raise LedgerUnusable(f"{where}: there is no ledger")
        code = _of(invocation, book.where, organization)
        trouble = await book.push()
    if trouble:
        talk(f"error: {trouble}\n")
    return ERROR if trouble else code


def _of(invocation: OnlineInvocation, where: Where, organization: str) -> int:
    asked = invocation.asked
    match asked.action:
        case "accept":
            said = bookkeeping.accept(where, organization)
        case "sign" | "forget" | "break-lease" | "compact":
            with ledgers.reading(where, organization):  # none is made by asking
                pass
            with ledgers.writing(where, organization) as book:
                assert book is not None  # noqa: S101 — there is one to read
                said = bookkeeping.write(book, asked, copied=isinstance(where, Ledger))
        case _:
            with ledgers.reading(where, organization) as book:
                said = _look(book, asked)
    if asked.action != "export":
        invocation.tell(Answer(lambda _: said.text, lambda: said.document))
    return said.code


def _look(book: Ledger, asked: Options) -> Said:
    if asked.archives:
        book.include([Path(each) for each in asked.archives])
    doubts = book.doubts()
    for doubt in doubts:
        talk(f"warning: {doubt}\n")
    match asked.action:
        case "verify":
            return _verify(book, doubts)
        case "export":
            for event in book.all_events():
                product(exported(event) + "\n")
            return Said("", {})
        case _:
            return _show(book, doubts)


def _show(book: Ledger, doubts: list[str]) -> Said:
    if wrong := book.broken():
        raise LedgerUnusable(
            f"{book.name}: {wrong}; the chain is broken: it was tampered with or damaged, and its "
            "runs are not told as if they were true. All that is there: `reconciler ledger export`"
        )
    holder = book.holder()
    living = holder is not None and lives(holder)
    runs = audit.runs(book.events(), living=living)
    guarded = [str(address) for address in book.guarded()]
    held = asdict(holder) | {"lives": living} if holder else None
    told = {"runs": runs, "protected": guarded, "lease": held, "doubts": doubts}
    text = audit.text(runs, _held(book, living=living), guarded, book.archived)
    return Said(text, told | {"archived": book.archived})


def _held(book: Ledger, *, living: bool) -> str:
    """Say who is applying now, or that nobody knows."""
    if holder := book.holder():
        gone = "" if living else "; no sign of life, the next apply takes over"
        return f"Held by {holder}{gone}."
    if book.name.startswith(ARTIFACT):
        return "Whether somebody is applying now is not known: a copy carries no lease."
    return "Nobody is applying now."


def _verify(book: Ledger, doubts: list[str]) -> Said:
    wrong = book.verify()
    for words in wrong:
        talk(f"error: {words}\n")
    text = "" if wrong else f"Intact{' in itself' if doubts else ''}: {book.extent}.\n"
    told = {"intact": not wrong, "wrong": wrong, "doubts": doubts, **extent(book)}
    return Said(text, told, ERROR if wrong or doubts else DONE)
