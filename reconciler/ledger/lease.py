"""At most one apply at a time: who holds the organization, since when, until when."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from reconciler.errors import LeaseHeld

SECONDS: Final = 120.0
"""How long a lease lasts without a sign of life."""

Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Lease:
    """One holding of an organization; ``fence`` grows with each, so that an old one is known.

    ``until`` is in seconds since the epoch, 0 once it was given back. ``boot``, ``namespace`` and
    ``started`` tell the process apart from others of the same ``pid``: which start of which
    machine, which namespace of numbers, and when it began; "" where that can't be known.
    """

    organization: str
    fence: int
    owner: str
    host: str
    pid: int
    since: str
    until: float
    boot: str = ""
    namespace: str = ""
    started: str = ""

    def __str__(self) -> str:
        until = datetime.fromtimestamp(self.until, UTC).isoformat(timespec="seconds")
        return f"{self.owner} on {self.host}, process {self.pid}, since {self.since}, until {until}"


def held(last: Lease | None) -> Lease | None:
    """Return the last lease if nobody gave it back."""
    return last if last and last.until > 0 else None


def lives(lease: Lease, now: Clock = time.time) -> bool:
    """Whether the run that holds it may still be at work; if not, the next one takes over.

    Time tells only of a process that can't be seen: one that is may have been stopped for a while.
    """
    seen = is_running(lease)
    return lease.until > now() if seen is None else seen


def check_free(last: Lease | None, called: str, now: Clock = time.time) -> None:
    """Raise LeaseHeld if this is the lease of a run that lives; ``called``: on what it works."""
    lease = held(last)
    if lease and lives(lease, now):
        raise LeaseHeld(
            f"another apply works on {called}: {lease}; wait for it, or, if it is known to be "
            "dead: reconciler ledger break-lease --force"
        )


def taken(last: Lease | None, organization: str, owner: str, now: Clock = time.time) -> Lease:
    """Return a new lease, whatever became of the last."""
    pid = os.getpid()
    return Lease(
        organization,
        (last.fence if last else 0) + 1,
        owner,
        socket.gethostname(),
        pid,
        datetime.now(UTC).isoformat(timespec="seconds"),
        now() + SECONDS,
        _boot(),
        _namespace(),
        _started(pid),
    )


def renewed(last: Lease | None, lease: Lease, now: Clock = time.time) -> Lease:
    """Give a sign of life; raises LeaseHeld if somebody else took over, or broke it."""
    there = held(last)
    if there is None or there.fence != lease.fence:
        raise LeaseHeld("the lease on the organization was taken over; this run stops")
    return replace(there, until=now() + SECONDS)


def ended(lease: Lease) -> Lease:
    return replace(lease, until=0.0)


def is_running(lease: Lease) -> bool | None:
    """Whether the holder is a process that runs; None for one that can't be seen from here.

    Numbers of processes mean something only on one machine, from one start of it to the next, in
    one namespace; and they are used again.
    """
    here = _boot(), _namespace()
    if not all(here) or (lease.boot, lease.namespace) != here:
        return None
    try:
        os.kill(lease.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # another user's
        pass
    started = _started(lease.pid)
    return started == lease.started if started and lease.started else None


def _boot() -> str:
    return _read(Path("/proc/sys/kernel/random/boot_id"))


def _namespace() -> str:
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def _started(pid: int) -> str:
    """Return when a process began, in ticks since the start of the machine; "-" once it ended."""
    _, _, rest = _read(Path(f"/proc/{pid}/stat")).rpartition(")")
    state, *numbers = rest.split() or [""]
    if state in ("Z", "X"):
        return "-"
    return numbers[18] if len(numbers) > 18 else ""  # noqa: PLR2004 — starttime, proc(5)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
