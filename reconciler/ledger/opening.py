"""Where ledgers are: in a file, or a copy of one that is kept elsewhere."""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from reconciler.errors import LedgerUnusable
from reconciler.ledger.belief import lost, unreadable
from reconciler.ledger.identity import canonical
from reconciler.ledger.keys import from_environment
from reconciler.ledger.ledger import Ledger
from reconciler.ledger.sqlite import SQLite
from reconciler.ledger.trust import doubt
from reconciler.ledger.witness import Witness, mark_of, protected
from reconciler.model import Address, Memory
from reconciler.model.hashes import Hashes


@contextmanager
def opened(
    path: Path,
    organization: str,
    *,
    create: bool,
    believe: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Ledger]:
    """Open the ledger of an organization in a file.

    ``believe``: only if nobody else can have written it; who but looks at it may do so anyway.
    Raises LedgerUnusable, and BadSettings for a key that can't be one.
    """

    def spell(address: str) -> str:
        return canonical(address, path.parent)

    if path.exists() and not path.is_file():  # to open a pipe is to wait
        raise LedgerUnusable(f"{path} is no regular file, and no ledger; name another by --ledger")
    key, outside = from_environment(environ), doubt(path, environ)
    if outside and believe:
        raise LedgerUnusable(f"this ledger is not believed: {outside}")
    mark = mark_of(path)
    store = SQLite.in_file(path, create=create, spell=spell)
    witness = _witness(path, organization, environ)
    ledger = Ledger(
        store, organization, spell, key=key, witness=witness, mark=mark, outside=outside
    )
    sighting = None
    with closing(store):
        if create:
            ledger.check_key()
        try:
            yield ledger
        finally:
            with suppress(LedgerUnusable):
                sighting = ledger.sighting() if create else None
    if sighting:
        witness.remember(replace(sighting, mark=mark_of(path)))


@contextmanager
def opened_copy(
    name: str,
    content: bytes,
    organization: str,
    *,
    location: str = "",
    environ: Mapping[str, str] = os.environ,
) -> Iterator[Ledger]:
    """Open a copy that was fetched from elsewhere, b"" for a new one.

    ``name`` is what messages call it; ``location`` names where it is from, and no other place of
    the organization; only there its signatures hold, if it is given. What is written is in memory,
    until ``content`` of the ledger is put back there. Raises what opened does.
    """
    key = from_environment(environ)
    if key and location:
        key = key.at(location)
    witness = Witness.of(canonical(organization), environ, location or name)
    store = SQLite.in_memory(name, content, canonical)
    with closing(store):
        yield Ledger(store, organization, canonical, key=key, witness=witness, place=location)


def missing(path: Path, organization: str, environ: Mapping[str, str] = os.environ) -> Memory:
    """Return what is known where there is no ledger: whether there was one, the key of the next."""
    key, seen = from_environment(environ), _witness(path, organization, environ).seen()
    known = Memory(hashes=Hashes(key.hashing, key.name)) if key else Memory()
    if not seen:
        return known
    why = f"there is no ledger, and the one seen last on this machine had {seen[0].seq} records"
    if lost_sight := next((each for each in seen if each.damaged), None):
        why = f"there is no ledger, and {unreadable(lost_sight)}"
    doubts = (f"{path}: {lost(why, protected(seen)).text}",)
    return replace(known, doubts=doubts, guarded=protected(seen))


def accept_missing(
    path: Path, organization: str, environ: Mapping[str, str] = os.environ
) -> frozenset[Address]:
    """Say that it is right that there is no ledger; return what is protected no longer."""
    witness = _witness(path, organization, environ)
    seen = witness.seen()
    witness.forget()
    if stuck := next((one for one in witness.seen() if one.damaged), None):
        raise LedgerUnusable(f"{stuck.damaged} can't be removed: move it away, and try again")
    return frozenset(protected(seen))


def _witness(path: Path, organization: str, environ: Mapping[str, str]) -> Witness:
    """Return who saw the file last, and who saw what its name led to: a link can be turned."""
    spelled = canonical(organization, path.parent)
    return Witness.of(spelled, environ, os.path.abspath(path), os.path.realpath(path))  # noqa: PTH100 — no link is followed
