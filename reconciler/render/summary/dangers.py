"""What nobody is to miss of a run: each by its address, who declared it, and where."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import Action, Address, Change, Outcome, Refusal, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.drift import seen_live
from reconciler.render.summary.said import Name, Quote, Said, listed

Written = Mapping[Address, Sequence[str]]
"""The paths of the secret values that are written, of what has such."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One of them: what it is about, how much goes with it, and all that is to say of it.

    ``address`` is None where it is about the whole plan.
    """

    address: Address | None
    full: Said
    takes: int = 0

    @property
    def name(self) -> str:
        return Name(self.address) if self.address else "the whole plan"

    @property
    def brief(self) -> Said:
        """The least that is said of it."""
        return (self.name, f" with {self.takes} in it") if self.takes else (self.name,)


@dataclass(frozen=True, slots=True)
class Danger:
    """Things of one kind."""

    title: str
    entries: tuple[Entry, ...]


def dangers(told: Report, written: Written) -> tuple[Danger, ...]:
    """Return those that there are, the worst first."""
    if told.subject is Subject.DRIFT:
        found = _of_drift(told)
    elif told.outcomes is not None:
        found = _of_outcomes(told, written, told.outcomes)
    else:
        words = ("to delete", "to delete and create again")
        found = _of_changes(told, written, told.plan.changes, *words)
    kinds = (*found, ("Refused", [_refused(each) for each in told.plan.refusals]))
    return tuple(Danger(title, tuple(entries)) for title, entries in kinds if entries)


_Found = tuple[str, list[Entry]]


def secrets(told: Report) -> Written:
    """Return which secret values are written; it takes a look at all that is declared."""
    found = {change.address: change.secrets_written for change in told.plan.changes}
    return {address: paths for address, paths in found.items() if paths}


def _of_changes(
    told: Report, written: Written, changes: Iterable[Change], delete: str, replace: str
) -> Iterator[_Found]:
    changes = sorted(changes, key=lambda change: change.address)
    for action, title in ((Action.DELETE, delete), (Action.REPLACE, replace)):
        yield title.capitalize(), [_lost(c, told) for c in changes if c.action is action]
    yield (
        "Secret values written",
        [_secret(c, told, written[c.address]) for c in changes if c.address in written],
    )


def _of_outcomes(told: Report, written: Written, outcomes: tuple[Outcome, ...]) -> Iterator[_Found]:
    for result in (Result.FAILED, Result.SKIPPED):
        found = [each for each in outcomes if each.result is result]
        yield str(result).capitalize(), [_undone(each) for each in _by_address(found)]
    done = [each.change for each in outcomes if each.result is Result.DONE]
    yield from _of_changes(told, written, done, "deleted", "deleted and created again")


def _of_drift(told: Report) -> Iterator[_Found]:
    found = seen_live(told.plan)
    yield "Declared, but missing", [_entry(c, told) for c in found.missing]
    yield "There, but not wanted", [_entry(c, told) for c in found.unwanted]
    secret = [c for c in found.differing if any(field.secret for field in c.fields)]
    yield "Secret values that differ", [_secret(c, told, _secrets_in(c)) for c in secret]


def _lost(change: Change, told: Report) -> Entry:
    gone = listed(Name(address) for address in change.takes)
    more = ("; with it goes ", *gone) if change.takes else ()
    return _entry(change, told, *more)


def _entry(change: Change, told: Report, *more: str) -> Entry:
    why = (": ", Quote(change.reason)) if change.reason else ()
    said = (Name(change.address), *why, ", ", *origin(change, told), *more)
    return Entry(change.address, said, len(change.takes) if more else 0)


def _secrets_in(change: Change) -> tuple[str, ...]:
    return tuple(field.path for field in change.fields if field.secret)


def _secret(change: Change, told: Report, paths: Iterable[str]) -> Entry:
    named = listed(map(Name, paths))
    said = (Name(change.address), ": ", *named, ", ", *origin(change, told))
    return Entry(change.address, said)


def _undone(outcome: Outcome) -> Entry:
    address, action = outcome.change.address, outcome.change.action
    left = ("; state: ", Quote(outcome.left)) if outcome.left else ()
    return Entry(address, (Name(address), f": {action}: ", Quote(outcome.detail), *left))


def _refused(refusal: Refusal) -> Entry:
    place = (", in ", Name(refusal.place)) if refusal.place else ()
    about = Entry(refusal.address, ()).name
    return Entry(refusal.address, (about, ": ", Quote(refusal.text), *place))


def origin(change: Change, told: Report) -> Said:
    """Say where something is declared, or was."""
    if change.place:
        return ("declared in ", Name(change.place))
    before = told.places.get(change.address)
    return ("was declared in ", Name(before)) if before else ("declared nowhere",)


def _by_address(outcomes: Iterable[Outcome]) -> list[Outcome]:
    def address(outcome: Outcome) -> Address:
        return outcome.change.address

    return sorted(outcomes, key=address)
