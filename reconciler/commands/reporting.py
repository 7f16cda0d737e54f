"""A report of what was decided or done, with all that is known around it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from reconciler.commands.looking import Planned
from reconciler.commands.request import Request
from reconciler.model import Address, Change, DesiredState, Memory, Outcome, Place, Plan
from reconciler.model.plan import CHANGED_BOTH
from reconciler.model.report import Coverage, Report
from reconciler.model.subject import Subject
from reconciler.planning import diff


def now() -> datetime:
    return datetime.now(UTC)


def report(  # noqa: PLR0913 — what is known of one run
    subject: Subject,
    found: Planned,
    request: Request,
    organization: str,
    *,
    begun: datetime,
    requests: int = 0,
    outcomes: tuple[Outcome, ...] | None = None,
    trouble: str = "",
    spent: bool = False,
    apply: tuple[str, ...] = (),
) -> Report:
    """Return the report of a run that ends now."""
    return Report(
        subject=subject,
        organization=organization,
        plan=found.plan,
        fingerprint=found.fingerprint,
        outcomes=outcomes,
        trouble=trouble,
        spent=spent,
        begun=begun,
        ended=now(),
        requests=requests,
        apply=apply,
        coverage=_coverage(found.plan, request),
        places=dict(sorted(_places(found.plan, request.state, found.memory))),
        reviewed=dict(_reviewed(found.plan, found.memory)),
    )


def _coverage(decided: Plan, request: Request) -> Coverage | None:
    """Count what is there as far as was looked; None where something was left out or unread."""
    if decided.unread or decided.skipped or request.target or request.exclude:
        return None
    there = [c for c in (*decided.changes, *decided.observed) if c.live is not None]
    declared = {c.address for c in there if _is_declared(c)}
    declared |= {*decided.unchanged, *decided.uncompared}
    others = {c.address for c in there} | {*decided.unmanaged, *decided.orphaned}
    others |= {*decided.released, *decided.staying}
    return Coverage(len(declared | others), len(declared))


def _is_declared(change: Change) -> bool:
    return change.desired is not None and not change.desired.rules.absent


def _reviewed(decided: Plan, memory: Memory) -> Iterator[tuple[tuple[Address, str], Any]]:
    """Yield what was applied last, where neither side says it; secret values are not remembered."""
    for change in (*decided.changes, *decided.observed):
        there = change.live.address if change.live else change.address
        record = memory.records.get(there) or memory.records.get(change.address)
        for field in change.fields if record else ():
            if record and field.cause == CHANGED_BOTH and not field.secret:
                yield (change.address, field.path), diff.found(record.shown, field.path)


def _places(decided: Plan, state: DesiredState, memory: Memory) -> Iterator[tuple[Address, Place]]:
    """Yield where what is declared stands, and the file in which what is not did last."""
    declared: Mapping[Address, Place] = {a: d.place for a, d in state.objects.items()}
    yield from declared.items()
    gone = {c.address for c in decided.changes} | {*decided.orphaned, *decided.released}
    for address in gone - declared.keys():
        record = memory.records.get(address)
        if record and record.file:
            yield address, Place(record.file)
