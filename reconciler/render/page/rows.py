"""The changes of a run as rows of the page, those that have something in common together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import takewhile
from typing import Final

from reconciler.model import Action, Address, Change, Outcome, Plan, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.drift import turned
from reconciler.render.page.fields import Clean, Sides, is_whole, sides, tree
from reconciler.render.summary.dangers import Written, origin
from reconciler.render.summary.shown import Shown

_NOTHING: Final = Clean()
_MANY: Final = 100
"""Changes from which on each byte of a row counts."""


@dataclass(frozen=True, slots=True)
class Row:
    """One change; ``done``: what is done, where its group does not tell.

    Its body is a tree or has several sides.
    """

    address: str
    about: str
    id: str = ""
    done: str = ""
    notes: tuple[str, ...] = ()
    tree: Clean = _NOTHING
    sides: tuple[Sides, ...] = ()

    @property
    def columns(self) -> int:
        """How many sides are told."""
        return max((len(side.cells) for side in self.sides), default=0) or 2

    @property
    def empty(self) -> str:
        """What to say of a row that has no body."""
        return "" if self.notes else "No fields of it are told."


@dataclass(frozen=True, slots=True)
class Group:
    """Changes that have something in common; ``column``: of the table, if that is the same."""

    title: str
    sort: str
    column: str
    rows: tuple[Row, ...]


_LOUD = ("delete", "replace", "missing", "unwanted")
SORTS = {
    "delete": "gone", "replace": "gone", "update": "moved", "create": "new", "missing": "gone",
    "unwanted": "new", "different": "moved", "only observed": "aside",
}  # fmt: skip
_TITLES = {
    "delete": ("To delete", "Deleted"),
    "replace": ("To delete and create again", "Deleted and created again"),
    "update": ("To update", "Updated"),
    "create": ("To create", "Created"),
    "missing": ("Declared, but missing", ""),
    "unwanted": ("There, but not wanted", ""),
    "different": ("Different", ""),
    "only observed": ("Only observed, not touched", "Only observed, not touched"),
}


class Rows:
    """Rows of one run; ``folder``: what is left out of all names of files, for there are many."""

    def __init__(self, told: Report, written: Written, ids: Mapping[Address, str]) -> None:
        self.folder = _folder(told.plan) if len(told.plan.changes) > _MANY else ""
        self._told = told
        self._written = written
        self._ids = ids
        self._outcomes = {each.change.address: each for each in told.outcomes or ()}

    def groups(self, changes: Iterable[Shown]) -> Iterator[Group]:
        """Yield them in order: what failed, what was skipped, then the most dangerous first."""
        found: dict[tuple[int, str, str], list[Row]] = {}
        for each in changes:
            found.setdefault(self._key(each), []).append(self._row(each))
        for (_, title, column), rows in sorted(found.items(), key=lambda item: item[0][0]):
            yield Group(title, SORTS.get(column, "gone"), column, tuple(rows))

    def _key(self, each: Shown) -> tuple[int, str, str]:
        """Return rank, title and column of the group."""
        outcome = self._outcome(each)
        if outcome and outcome.result is not Result.DONE:
            is_skipped = outcome.result is Result.SKIPPED
            return int(is_skipped), str(outcome.result).capitalize(), ""
        title = _TITLES[each.column][self._told.outcomes is not None]
        secret = not each.is_aside and each.change.address in self._written
        loud = each.column in _LOUD
        more = ", with secret values" if secret and not loud else ""
        return 2 if loud else 3 if more else 4, f"{title}{more}", each.column

    def _outcome(self, each: Shown) -> Outcome | None:
        return None if each.is_aside else self._outcomes.get(each.change.address)

    def _row(self, each: Shown) -> Row:
        change, outcome = each.change, self._outcome(each)
        about = [*self._about(change), *_took(outcome)]
        differs = change.action in (Action.UPDATE, Action.REPLACE)
        is_turned = differs and self._told.subject is Subject.DRIFT
        fields = turned(change) if is_turned else change
        whole = is_whole(fields)
        return Row(
            str(change.address),
            " · ".join(about),
            self._ids.get(change.address, ""),
            str(change.action) if outcome and outcome.result is not Result.DONE else "",
            tuple(_notes(change, outcome)),
            tree(fields) if whole else Clean(),
            () if whole else sides(fields, self._told.reviewed),
        )

    def _about(self, change: Change) -> Iterator[str]:
        """Yield where it is declared, and why it is to change unless that goes without saying."""
        if change.place:
            line = f":{change.place.line}" if change.place.line else ""
            yield f"{change.place.file.removeprefix(self.folder)}{line}"
        else:
            yield "".join(origin(change, self._told))
        if change.reason not in ("", "new"):
            yield change.reason


def _folder(decided: Plan) -> str:
    """Return the folder that all manifests are in, with what divides it from them."""
    changes = (*decided.changes, *decided.observed)
    folders = [change.place.file.split("/")[:-1] for change in changes if change.place]
    shared = takewhile(lambda names: len({*names}) == 1, zip(*folders, strict=False))
    return "".join(f"{name}/" for name, *_ in shared)


def _took(outcome: Outcome | None) -> Iterator[str]:
    if outcome and outcome.seconds:
        yield f"{outcome.seconds:.1f} s"


def _notes(change: Change, outcome: Outcome | None) -> Iterator[str]:
    if change.takes:
        yield f"With it goes {', '.join(map(str, change.takes))}"
    if outcome and outcome.detail:
        yield outcome.detail
    if outcome and outcome.left:
        yield f"State: {outcome.left}"
    if outcome and outcome.unknown:
        yield f"Not known, for no answer came: {', '.join(outcome.unknown)}"
