"""ledger: what was applied, by whom and when. Semaphore is not asked."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from reconciler.cli.exit_codes import DONE, ERROR
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
from reconciler.render import audit, machine

_LOOKS = ("show", "verify", "export")
_KEEP = 90
"""Days; a run, and a plan that was saved, are done with long before."""


def ledger(asked: Options) -> int:
    for wrong in _misused(asked):
        raise click.UsageError(wrong, click.get_current_context())
    invocation = OnlineInvocation.of(asked)
    organization = invocation.located()
    if invocation.ledger.startswith(ARTIFACT):
        return run(lambda _: _of_copy(asked, invocation.ledger, organization))
    return _of(asked, invocation.ledger, organization)


def _misused(asked: Options) -> Iterator[str]:
    """Say which option or argument is none of the action's, or missing."""
    if asked.force and asked.action != "break-lease":
        yield "--force is for break-lease."
    if bool(asked.addresses) != (asked.action == "forget"):
        yield "forget needs an ADDRESS, and nothing else takes one."
    if asked.keep is not None and asked.action != "compact":
        yield "--keep is for compact."
    if asked.archives and asked.action not in (*_LOOKS, "compact"):
        yield "--archive is for compact, show, verify and export."
    if asked.action == "compact" and len(asked.archives) != 1:
        yield "compact needs one --archive FILE."


async def _of_copy(asked: Options, where: str, organization: str) -> int:
    if asked.action == "break-lease":
        raise BadSettings(f"--ledger {where}: a copy carries no lease, there is none to break")
    job = Organization(url=organization, token=Sealed(""))  # the job's own token is enough
    async with open_ledger(where, job, offline=True) as book:
        if book.is_new and asked.action != "accept":  # that there is none can be accepted, too
            raise LedgerUnusable(f"{where}: there is no ledger")
        code = _of(asked, book.where, organization)
        trouble = await book.push()
    if trouble:
        talk(f"error: {trouble}\n")
    return ERROR if trouble else code


def _of(asked: Options, where: Where, organization: str) -> int:
    match asked.action:
        case "accept":
            return _accept(where, organization)
        case "sign" | "forget" | "break-lease" | "compact":
            with ledgers.reading(where, organization):  # none is made by asking
                pass
            with ledgers.writing(where, organization) as book:
                assert book is not None  # noqa: S101 — there is one to read
                return _write(book, asked, copied=isinstance(where, Ledger))
        case _:
            with ledgers.reading(where, organization) as book:
                return _look(book, asked)


def _look(book: Ledger, asked: Options) -> int:
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
            return DONE
        case _:
            return _show(book, asked, doubts)


def _show(book: Ledger, asked: Options, doubts: list[str]) -> int:
    if wrong := book.broken():
        raise LedgerUnusable(
            f"{book.name}: {wrong}; the chain is broken: it was tampered with or damaged, and its "
            "runs are not told as if they were true. All that is there: `reconciler ledger export`"
        )
    holder = book.holder()
    living = holder is not None and lives(holder)
    runs = audit.runs(book.events(), living=living)
    guarded = [str(address) for address in book.guarded()]
    if asked.form == "json":
        held = asdict(holder) | {"lives": living} if holder else None
        told = {"runs": runs, "protected": guarded, "lease": held, "doubts": doubts}
        product(machine.dumps(told | {"archived": book.archived}))
    else:
        product(audit.text(runs, _held(book, living=living), guarded, book.archived))
    return DONE


def _held(book: Ledger, *, living: bool) -> str:
    """Say who is applying now, or that nobody knows."""
    if holder := book.holder():
        gone = "" if living else "; no sign of life, the next apply takes over"
        return f"Held by {holder}{gone}."
    if book.name.startswith(ARTIFACT):
        return "Whether somebody is applying now is not known: a copy carries no lease."
    return "Nobody is applying now."


def _verify(book: Ledger, doubts: list[str]) -> int:
    wrong = book.verify()
    for words in wrong:
        talk(f"error: {words}\n")
    if wrong:
        return ERROR
    product(f"Intact{' in itself' if doubts else ''}: {book.extent}.\n")
    return ERROR if doubts else DONE


def _accept(where: Where, organization: str) -> int:
    accepted, lifted = ledgers.accept(where, organization)
    product(f"Accepted: {accepted}.\n")
    if lifted:
        product(f"Protected no longer: {', '.join(map(str, sorted(lifted)))}.\n")
    return DONE


def _write(book: Ledger, asked: Options, *, copied: bool) -> int:
    match asked.action:
        case "compact":
            return _compact(book, asked, copied=copied)
        case "sign":
            return _sign(book)
        case "forget":
            return _forget(book, asked)
        case _:
            return _break_lease(book, asked)


def _compact(book: Ledger, asked: Options, *, copied: bool) -> int:
    """Archive, and remove what is archived; of a copy that is another call, for who saw it kept."""
    (name,) = asked.archives
    days = _KEEP if asked.keep is None else asked.keep
    if not Path(name).exists():
        number = ledgers.archive(book, Path(name), days)
        if not number:
            product(f"No run ended more than {days} days ago: nothing to archive.\n")
            return DONE
        if copied:
            product(
                f"Written: {number} records, into {name}. Nothing is removed yet: keep the file "
                "where it lasts, and give the same command again.\n"
            )
            return DONE
    last = book.cut(Path(name), ledgers.owner())
    product(
        f"Archived: the records up to {last.seq}, in {name}; its last is {last.hash}. "
        "Later ones need another file.\n"
    )
    return DONE


def _forget(book: Ledger, asked: Options) -> int:
    gone, lifted = ledgers.forget(book, asked.addresses)
    product(f"Forgotten, and left as it is: {', '.join(map(str, gone))}.\n")
    if lifted:
        product(f"Protected no longer: {', '.join(map(str, lifted))}.\n")
    return DONE


def _sign(book: Ledger) -> int:
    if not book.sign(ledgers.owner()):
        product("It is signed by this key already.\n")
        return DONE
    product(
        f"Signed: {book.extent}. Of hidden values nothing is known any more by what was kept under "
        "another key; apply --rewrite ADDRESS writes them.\n"
    )
    return DONE


def _break_lease(book: Ledger, asked: Options) -> int:
    held = book.break_lease(ledgers.owner(), force=asked.force)
    product(f"Broken: {held}.\n" if held else "Nobody held the lease.\n")
    return DONE
