"""The ledger of a command: where it is, what it remembers, who writes into it."""

import getpass
import os
import platform
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from reconciler import __version__
from reconciler.commands.places import NONE
from reconciler.commands.selection import Globs
from reconciler.errors import LedgerUnusable
from reconciler.kinds import KINDS
from reconciler.ledger import NEVER as NEVER_APPLIED
from reconciler.ledger import Earlier, Ledger, Run, accept_missing, lives, missing, opened
from reconciler.model import Action, Address, Memory, Place, Plan, Problem, Severity
from reconciler.planning import FORGETFUL

_CI = {
    "workflow": "SEMAPHORE_WORKFLOW_ID",
    "pipeline": "SEMAPHORE_PIPELINE_ID",
    "job": "SEMAPHORE_JOB_ID",
    "commit": "SEMAPHORE_GIT_SHA",
    "branch": "SEMAPHORE_GIT_BRANCH",
    "author": "SEMAPHORE_GIT_COMMIT_AUTHOR",
}
"""What a Semaphore job tells of itself."""


Where = str | Ledger
"""The path of a file, or NONE; or a ledger that is open: the copy of one that is kept elsewhere."""


def remembered(where: Where, organization: str, *, create: bool = False) -> Memory:
    """Return what the ledger remembers of an organization; without a ledger, nothing of it.

    ``create``: a new ledger is made if there is none, for it has the key of hashes.
    """
    with _found(where, organization, create=create) as ledger:
        if ledger:
            return ledger.memory()
    return FORGETFUL if where == NONE else missing(Path(str(where)), organization)


def earlier(where: Where, organization: str, plan: str, since: str) -> Earlier:
    """Return what runs of a saved plan did since a time, as far as there is a ledger to know."""
    with _found(where, organization) as ledger:
        return ledger.earlier(plan, since) if ledger else NEVER_APPLIED


@contextmanager
def writing(where: Where, organization: str) -> Iterator[Ledger | None]:
    """Open the ledger to write into it, making it if need be; None without one."""
    with _found(where, organization, create=True) as ledger:
        yield ledger


@contextmanager
def _found(where: Where, organization: str, *, create: bool = False) -> Iterator[Ledger | None]:
    if isinstance(where, Ledger):
        yield where
    elif where == NONE or not (create or Path(where).exists()):
        yield None
    else:
        with opened(Path(where), organization, create=create) as ledger:
            yield ledger


@contextmanager
def run(book: Ledger | None, told: Mapping[str, Any]) -> Iterator[Run | None]:
    """Hold the organization for one run; raises LeaseHeld. Without a ledger, nothing is held.

    ``told``: see about.
    """
    if book is None:
        yield None
        return
    with book.run(told, owner()) as entry:
        yield entry


@contextmanager
def reading(where: Where, organization: str) -> Iterator[Ledger]:
    """Open an existing ledger to look at it, believed or not; raises LedgerUnusable."""
    if isinstance(where, Ledger):
        yield where
        return
    if where == NONE:
        raise LedgerUnusable("there is no ledger: --ledger none")
    if not Path(where).exists():
        seen = missing(Path(where), organization).doubts
        raise LedgerUnusable(seen[0] if seen else f"{where}: there is no ledger")
    with opened(Path(where), organization, create=False, believe=False) as ledger:
        yield ledger


def accept(where: Where, organization: str) -> tuple[str, frozenset[Address]]:
    """Believe the ledger as it is, also if there is none, whatever was seen last.

    Returns what was accepted, in words, and what is protected no longer.
    """
    if where == NONE:
        raise LedgerUnusable("there is no ledger: --ledger none")
    with _found(where, organization) as ledger:
        if ledger:
            return ledger.extent, ledger.accept()
    return "there is no ledger", accept_missing(Path(str(where)), organization)


def forget(book: Ledger, texts: tuple[str, ...]) -> tuple[list[Address], list[Address]]:
    """Remember nothing more of the objects that these addresses or globs stand for.

    Returns them, and those of them that are protected no longer. Raises BadSettings for a text that
    names nothing of what is remembered, LeaseHeld while another run applies.
    """
    memory = book.memory()
    records, known = memory.records, memory.records.keys() | memory.intended.keys()
    globs = Globs.of("ADDRESS", texts, known)
    globs.check(
        known, "nothing of that address is remembered", "nothing that is remembered matches this"
    )
    gone = sorted(address for address in known if address in globs)
    with book.run(about("forget", ""), owner()) as entry:
        entry.forget(tuple(gone))
    return gone, [address for address in gone if address in records and records[address].protect]


def archive(book: Ledger, path: Path, days: int) -> int:
    """Write to a new file what was recorded earlier than so many days ago; return how much."""
    before = datetime.now(UTC) - timedelta(days=days)
    return book.archive(path, before.isoformat(timespec="milliseconds"))


def check_free(where: Where, organization: str) -> None:
    """Raise LeaseHeld if another run is applying, before anything is read or asked."""
    with _found(where, organization) as ledger:
        if ledger:
            ledger.check_free()


def interrupted(where: Where, organization: str) -> tuple[tuple[Address, Action], ...]:
    """Return the steps of a run that was cut off: they may or may not be done."""
    with _found(where, organization) as ledger:
        return ledger.interrupted() if ledger else ()


def noted(plan: Plan, where: Where, organization: str) -> Plan:
    """Add what the ledger tells of a run that is under way, or was cut off."""
    place = Place(where.name if isinstance(where, Ledger) else where)
    with _found(where, organization) as ledger:
        copied = isinstance(where, Ledger)
        said = _under_way_or_cut_off(ledger, copied=copied) if ledger else ()
        notes = [Problem(place, text, Severity.WARNING) for text in said]
    return replace(plan, notes=(*plan.notes, *notes))


def _under_way_or_cut_off(ledger: Ledger, *, copied: bool) -> Iterator[str]:
    holder = ledger.holder()
    if holder and lives(holder):
        yield f"an apply is under way, and what it has not done yet may be in this plan: {holder}"
        return
    perhaps = ", or is still at it" if copied else ""  # a copy carries no lease
    for address, action in ledger.interrupted():
        yield (
            f"an earlier run was cut off during {action} of {address}{perhaps}; "
            f"this plan is made from what is there now{_lost(action, address)}"
        )


def _lost(action: Action, address: Address) -> str:
    if action is Action.CREATE and KINDS[address.kind].api.once:
        return "; if it was made, nobody saw its registration token: reset it"
    if action is Action.UPDATE and KINDS[address.kind].api.echo:
        # an update repeats them, and what it bends is set right afterwards (A 2.2)
        return "; tasks in it that ran on no branch may run on master now: see to the undeclared"
    return ""


def owner(environ: Mapping[str, str] = os.environ) -> str:
    """Name who is applying: the job on Semaphore, else the user."""
    job = environ.get("SEMAPHORE_JOB_ID")
    return f"Semaphore job {job}" if job else _user()


def about(command: str, name: str, environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Return what an auditor wants to know of a run, as far as the environment tells."""
    told = {key: environ[name] for key, name in _CI.items() if environ.get(name)}
    return {
        "command": command,
        "plan": name,
        "tool_version": __version__,
        "user": _user(),
        "host": platform.node(),
    } | told


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
