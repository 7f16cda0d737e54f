"""ledger: what was applied, by whom and when. Semaphore is not asked."""

import json
from dataclasses import asdict

from reconciler.cli.exit_codes import DONE, ERROR
from reconciler.cli.flows.scene import Scene
from reconciler.cli.interrupts import run
from reconciler.cli.streams import product, talk
from reconciler.cli.wishes import Wishes
from reconciler.commands import Organization
from reconciler.commands import ledger as ledgers
from reconciler.commands.at_hand import at_hand
from reconciler.commands.ledger import ARTIFACT, Where
from reconciler.errors import BadSettings
from reconciler.ledger import Ledger, lives
from reconciler.model import Sealed
from reconciler.render import audit


def ledger(asked: Wishes) -> int:
    scene = Scene.of(asked)
    organization = scene.located()
    if scene.ledger.startswith(ARTIFACT):
        return run(lambda _: _of_copy(asked, scene.ledger, organization))
    return _of(asked, scene.ledger, organization)


async def _of_copy(asked: Wishes, where: str, organization: str) -> int:
    if asked.action == "break-lease":
        raise BadSettings(f"--ledger {where}: a copy carries no lease, there is none to break")
    job = Organization(url=organization, token=Sealed(""))  # the job's own token is enough
    async with at_hand(where, job, offline=True) as book:
        return _of(asked, book.where, organization)


def _of(asked: Wishes, where: Where, organization: str) -> int:
    with ledgers.reading(where, organization) as book:
        doubt = ledgers.doubt(where)
        if doubt and asked.action != "verify":
            talk(f"warning: this ledger is not believed: {doubt}\n")
        if asked.action == "break-lease":
            with ledgers.writing(where, organization) as writable:
                return _break_lease(writable)
        match asked.action:
            case "verify":
                return _verify(book, doubt)
            case "export":
                for event in book.all_events():
                    product(json.dumps(event.exported(), sort_keys=True) + "\n")
                return DONE
            case _:
                return _show(book, asked)


def _show(book: Ledger, asked: Wishes) -> int:
    runs = audit.runs(book.events())
    holder = book.holder()
    if asked.form == "json":
        held = asdict(holder) | {"lives": lives(holder)} if holder else None
        product(json.dumps({"format_version": 1, "runs": runs, "lease": held}, indent=2) + "\n")
    else:
        dead = holder and not lives(holder)
        gone = "; no sign of life, the next apply takes over" if dead else ""
        product(audit.text(runs, f"{holder}{gone}" if holder else ""))
    return DONE


def _verify(book: Ledger, doubt: str) -> int:
    wrong = book.verify() + ([f"it is not believed: {doubt}"] if doubt else [])
    for words in wrong:
        talk(f"error: {words}\n")
    if wrong:
        return ERROR
    product(f"Intact: {book.count()} records, the last is {book.head()}.\n")
    return DONE


def _break_lease(book: Ledger | None) -> int:
    held = book.break_lease(ledgers.owner()) if book else None
    product(f"Broken: {held}.\n" if held else "Nobody held the lease.\n")
    return DONE
