"""How many objects of each kind, by what becomes of them."""

from collections import Counter
from dataclasses import dataclass

from reconciler.model import Action
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.drift import seen_live
from reconciler.render.table import UNCOMPARED, tally

_ACTIONS = (Action.DELETE, Action.REPLACE, Action.UPDATE, Action.CREATE)
MISSING, UNWANTED, DIFFERENT, OBSERVED = "missing", "unwanted", "different", "only observed"
_DRIFT = (MISSING, UNWANTED, DIFFERENT, OBSERVED)


@dataclass(frozen=True, slots=True)
class Matrix:
    """The worst column is the first; ``rows`` has the numbers of each kind, in order of kinds."""

    columns: tuple[str, ...]
    rows: dict[str, tuple[int, ...]]

    @property
    def total(self) -> tuple[int, ...]:
        return tuple(map(sum, zip(*self.rows.values(), strict=True)))


def matrix(told: Report) -> Matrix:
    """Return the numbers; what is not known to be as declared has a column."""
    counts, columns = _of_drift(told) if told.subject is Subject.DRIFT else _of_plan(told)
    if told.plan.hidden:
        columns = (*columns, UNCOMPARED)
    kinds = sorted({kind for kind, column in counts if column in columns})
    return Matrix(columns, {kind: tuple(counts[kind, c] for c in columns) for kind in kinds})


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
