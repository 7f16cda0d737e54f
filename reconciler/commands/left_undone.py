"""What was asked of a run and does not come about."""

from collections.abc import Iterator

from reconciler.commands.request import Request, Unmanaged
from reconciler.model import Place, Problem, Severity


def left_undone(request: Request) -> Iterator[Problem]:
    """Say what is not pruned, or not looked for, although that was asked for."""
    if request.unmanaged is Unmanaged.FAIL and request.target:
        text = (
            "only what --target names was looked at: without it, this fails for all that is there"
        )
        yield Problem(Place("--unmanaged fail"), text, Severity.WARNING)
    if not request.prune:
        return
    records = request.memory.records
    if not records:
        text = "nothing is remembered to be ours, so nothing is pruned"
        yield Problem(Place("ledger"), text, Severity.WARNING)
    declared = request.declared
    left = sorted(a for a in records if a not in declared and not request.selects(a))
    if left:
        names = ", ".join(map(str, left))
        text = f"left out by --target and --exclude, and so not pruned: {names}"
        yield Problem(Place("ledger"), text, Severity.WARNING)
