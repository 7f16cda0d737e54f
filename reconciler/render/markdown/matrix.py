"""How many objects of each kind, by what becomes of them, as a table."""

from collections import Counter
from collections.abc import Sequence

from reconciler.model import Action
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.drift import seen_live
from reconciler.render.table import UNCOMPARED, tally

_ACTIONS = (Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE)
_DRIFT = ("missing", "unwanted", "different", "only observed")


def matrix(told: Report) -> list[str]:
    """Return the table, the worst first; what is not known to be as declared has a column."""
    counts, columns = _of_drift(told) if told.subject is Subject.DRIFT else _of_plan(told)
    if told.plan.hidden:
        columns = (*columns, UNCOMPARED)
    kinds = sorted({kind for kind, column in counts if column in columns})
    if not kinds:
        return []
    rows = [[kind, *(counts[kind, column] for column in columns)] for kind in kinds]
    if len(rows) > 1:
        rows.append(["total", *(sum(counts[k, column] for k in kinds) for column in columns)])
    head = f"| | {' | '.join(columns)} |"
    return [head, f"|-|{'-:|' * len(columns)}", *map(_row, rows)]


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell or '–') for cell in cells)} |"


def _of_plan(told: Report) -> tuple[Counter[tuple[str, str]], tuple[str, ...]]:
    return tally(told.plan), (*map(str, _ACTIONS), "unchanged")


def _of_drift(told: Report) -> tuple[Counter[tuple[str, str]], tuple[str, ...]]:
    found, plan = seen_live(told.plan), told.plan
    seen = (found.missing, found.unwanted, found.differing, plan.observed)
    counts = Counter(
        (change.address.kind, column)
        for column, changes in zip(_DRIFT, seen, strict=True)
        for change in changes
    )
    counts.update((address.kind, "as declared") for address in plan.unchanged)
    counts.update((address.kind, UNCOMPARED) for address in plan.uncompared)
    return counts, (*_DRIFT, "as declared")
