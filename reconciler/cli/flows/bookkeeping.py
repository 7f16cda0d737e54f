"""ledger and forget: what is written into a ledger, and said of that."""

from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from reconciler.cli.exit_codes import DONE
from reconciler.cli.options import Options
from reconciler.commands import ledger as ledgers
from reconciler.commands.ledger import Where
from reconciler.ledger import Ledger
from reconciler.render import machine

_KEEP = 90
"""Days; a run, and a plan that was saved, are done with long before."""


class Said(NamedTuple):
    """What is said of an action: for people, for programs, and to who called."""

    text: str
    document: machine.Document
    code: int = DONE


def extent(book: Ledger) -> dict[str, Any]:
    """Describe how far a ledger goes: how many records, what of them is archived, the last hash."""
    return {"records": book.count(), "archived": book.archived, "head": book.head()}


def accept(where: Where, organization: str) -> Said:
    accepted, lifted = ledgers.accept(where, organization)
    addresses = sorted(map(str, lifted))
    return Said(
        f"Accepted: {accepted}.\n{_lifted(addresses)}",
        {"accepted": accepted, "protected_no_longer": addresses},
    )


def write(book: Ledger, asked: Options, *, copied: bool) -> Said:
    match asked.action:
        case "compact":
            return _compact(book, asked, copied=copied)
        case "sign":
            return _sign(book)
        case "forget":
            return _forget(book, asked)
        case _:
            return _break_lease(book, asked)


def _compact(book: Ledger, asked: Options, *, copied: bool) -> Said:
    """Archive, and remove what is archived; of a copy that is another call, for who saw it kept."""
    (name,) = asked.archives
    days = _KEEP if asked.keep is None else asked.keep
    number = 0
    if not Path(name).exists():
        number = ledgers.archive(book, Path(name), days)
        told = {"written": number, "removed": False, **extent(book)}
        if not number:
            return Said(f"No run ended more than {days} days ago: nothing to archive.\n", told)
        if copied:
            text = (
                f"Written: {number} records, into {name}. Nothing is removed yet: keep the file "
                "where it lasts, and give the same command again.\n"
            )
            return Said(text, told)
    last = book.cut(Path(name), ledgers.owner())
    text = (
        f"Archived: the records up to {last.seq}, in {name}; its last is {last.hash}. "
        "Later ones need another file.\n"
    )
    return Said(text, {"written": number, "removed": True, **extent(book)})


def _forget(book: Ledger, asked: Options) -> Said:
    gone, lifted = (list(map(str, each)) for each in ledgers.forget(book, asked.addresses))
    return Said(
        f"Forgotten, and left as it is: {', '.join(gone)}.\n{_lifted(lifted)}",
        {"forgotten": gone, "protected_no_longer": lifted},
    )


def _lifted(addresses: list[str]) -> str:
    return f"Protected no longer: {', '.join(addresses)}.\n" if addresses else ""


def _sign(book: Ledger) -> Said:
    if not book.sign(ledgers.owner()):
        return Said("It is signed by this key already.\n", {"signed": False, **extent(book)})
    text = (
        f"Signed: {book.extent}. Of hidden values nothing is known any more by what was kept under "
        "another key; apply --rewrite ADDRESS writes them.\n"
    )
    return Said(text, {"signed": True, **extent(book)})


def _break_lease(book: Ledger, asked: Options) -> Said:
    held = book.break_lease(ledgers.owner(), force=asked.force)
    text = f"Broken: {held}.\n" if held else "Nobody held the lease.\n"
    return Said(text, {"broken": asdict(held) if held else None})
