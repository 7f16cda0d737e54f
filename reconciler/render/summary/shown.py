"""The changes that a report shows, each with what it is from the side that it is told from."""

from dataclasses import dataclass, replace

from reconciler.model import Action, Change
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.changes import SYMBOLS
from reconciler.render.drift import Drift, seen_live
from reconciler.render.summary.dangers import Written
from reconciler.render.summary.heading import LOUD
from reconciler.render.summary.matrix import DIFFERENT, MISSING, OBSERVED, UNWANTED


@dataclass(frozen=True, slots=True)
class Shown:
    """``sign``: of one letter or a few; ``column``: under which word of the table it is counted.

    Of a drift, fields go from declared to live.
    """

    sign: str
    column: str
    change: Change

    @property
    def is_aside(self) -> bool:
        """Whether it is only observed, and nothing is done about it."""
        return self.column == OBSERVED


def shown(told: Report, written: Written) -> list[Shown]:
    """Return them with the most dangerous first."""
    aside: tuple[Change, ...] = told.plan.observed
    if told.subject is Subject.DRIFT:
        found = _sides(seen_live(told.plan))
        aside = tuple(each.change for each in _sides(seen_live(replace(told.plan, changes=aside))))
    else:
        changes = sorted(told.plan.changes, key=lambda c: (_rank(c, written), c.address))
        found = [Shown(SYMBOLS[c.action], str(c.action), c) for c in changes]
    return [*found, *(Shown("≠", OBSERVED, change) for change in aside)]


def _sides(found: Drift) -> list[Shown]:
    sides = (
        ("-", MISSING, found.missing),
        ("+", UNWANTED, found.unwanted),
        ("~", DIFFERENT, found.differing),
    )
    return [Shown(sign, word, change) for sign, word, changes in sides for change in changes]


def _rank(change: Change, written: Written) -> int:
    if change.action in LOUD:
        return LOUD.index(change.action)
    return 2 if change.address in written else 3 + (change.action is Action.CREATE)
