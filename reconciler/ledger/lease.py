"""At most one apply at a time: who holds the organization, since when, until when."""

import os
import socket
import sqlite3
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from reconciler.errors import LeaseHeld

SECONDS: Final = 120.0
"""How long a lease lasts without a sign of life."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One holding of an organization; ``fence`` grows with each, so that an old one is known."""

    organization: str
    fence: int
    owner: str
    host: str
    pid: int
    since: str
    until: float

    def __str__(self) -> str:
        until = datetime.fromtimestamp(self.until, UTC).isoformat(timespec="seconds")
        return f"{self.owner} on {self.host}, process {self.pid}, since {self.since}, until {until}"


def current(db: sqlite3.Connection, organization: str) -> Lease | None:
    row = db.execute("SELECT * FROM leases WHERE organization = ?", (organization,)).fetchone()
    return Lease(*row) if row and row[6] > 0 else None


def lives(held: Lease, now: Callable[[], float] = time.time) -> bool:
    """Whether the run that holds it may still be at work; if not, the next one takes over."""
    return held.until > now() and not _died(held)


def check_free(held: Lease | None, now: Callable[[], float] = time.time) -> None:
    """Raise LeaseHeld if this is the lease of a run that lives."""
    if held and lives(held, now):
        raise LeaseHeld(
            f"another apply works on {held.organization}: {held}; wait for it, or, if it is known "
            "to be dead: reconciler ledger break-lease"
        )


def take(
    db: sqlite3.Connection,
    organization: str,
    owner: str,
    now: Callable[[], float] = time.time,
) -> Lease:
    """Take the lease; raises LeaseHeld while another run holds it and lives."""
    check_free(current(db, organization), now)
    row = db.execute("SELECT fence FROM leases WHERE organization = ?", (organization,)).fetchone()
    since = datetime.now(UTC).isoformat(timespec="seconds")
    lease = Lease(
        organization,
        (row[0] if row else 0) + 1,
        owner,
        socket.gethostname(),
        os.getpid(),
        since,
        now() + SECONDS,
    )
    values = (
        organization, lease.fence, owner, lease.host, lease.pid, since, lease.until,
    )  # fmt: skip
    db.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    return lease


def renew(db: sqlite3.Connection, lease: Lease, now: Callable[[], float] = time.time) -> None:
    """Give a sign of life; raises LeaseHeld if somebody else took over meanwhile."""
    done = db.execute(
        "UPDATE leases SET until = ? WHERE organization = ? AND fence = ? AND until > 0",
        (now() + SECONDS, lease.organization, lease.fence),
    )
    if done.rowcount != 1:
        raise LeaseHeld(f"the lease on {lease.organization} was taken over; this run stops")


def release(db: sqlite3.Connection, lease: Lease) -> None:
    db.execute(
        "UPDATE leases SET until = 0 WHERE organization = ? AND fence = ?",
        (lease.organization, lease.fence),
    )


def break_lease(db: sqlite3.Connection, organization: str) -> Lease | None:
    """End whatever lease there is; the run that held it stops before its next write."""
    held = current(db, organization)
    db.execute("UPDATE leases SET until = 0 WHERE organization = ?", (organization,))
    return held


def _died(lease: Lease) -> bool:
    """Whether the holder was a process of this machine that is no more."""
    if lease.host != socket.gethostname():
        return False
    try:
        os.kill(lease.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
