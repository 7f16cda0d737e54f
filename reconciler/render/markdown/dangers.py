"""What nobody is to miss of a run: each by its address, who declared it, and where."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from reconciler.model import Action, Address, Change, Outcome, Refusal, Result
from reconciler.model.report import Report
from reconciler.model.subject import Subject
from reconciler.render.drift import seen_live
from reconciler.render.markdown.safe import code, prose

Written = Mapping[Address, Sequence[str]]
"""The paths of the secret values that are written, of what has such."""


@dataclass(frozen=True, slots=True)
class Danger:
    """Things of one kind: each in short, by its address, and in full."""

    title: str
    entries: tuple[tuple[str, str], ...]

    def lines(self, *, short: bool) -> list[str]:
        if short:
            return [f"**{self.title}** {', '.join(brief for brief, _ in self.entries)}"]
        return [f"**{self.title}**", *(f"- {full}" for _, full in self.entries)]


def dangers(told: Report, written: Written) -> tuple[Danger, ...]:
    """Return those that there are, the worst first."""
    if told.subject is Subject.DRIFT:
        found = _of_drift(told)
    elif told.outcomes is not None:
        found = _of_outcomes(told, written, told.outcomes)
    else:
        words = ("to delete", "to delete and make anew")
        found = _of_changes(told, written, told.plan.changes, *words)
    kinds = (*found, ("Refused", [_refused(each) for each in told.plan.refusals]))
    return tuple(Danger(title, tuple(entries)) for title, entries in kinds if entries)


_Found = tuple[str, list[tuple[str, str]]]


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
    yield from _of_changes(told, written, done, "deleted", "deleted and made anew")


def _of_drift(told: Report) -> Iterator[_Found]:
    found = seen_live(told.plan)
    yield "Declared, but missing", [_entry(c, told) for c in found.missing]
    yield "There, but not wanted", [_entry(c, told) for c in found.unwanted]
    secret = [c for c in found.differing if any(field.secret for field in c.fields)]
    yield "Secret values that differ", [_secret(c, told, _secrets_in(c)) for c in secret]


def _lost(change: Change, told: Report) -> tuple[str, str]:
    brief, full = _entry(change, told)
    gone = ", ".join(code(str(address)) for address in change.takes)
    return (
        (f"{brief} with {len(change.takes)} in it", f"{full}; with it goes {gone}")
        if gone
        else (
            brief,
            full,
        )
    )


def _entry(change: Change, told: Report) -> tuple[str, str]:
    brief = code(str(change.address))
    why = f": {prose(change.reason)}" if change.reason else ""
    return brief, f"{brief}{why}, {origin(change, told)}"


def _secrets_in(change: Change) -> tuple[str, ...]:
    return tuple(field.path for field in change.fields if field.secret)


def _secret(change: Change, told: Report, paths: Iterable[str]) -> tuple[str, str]:
    brief = code(str(change.address))
    named = ", ".join(map(code, paths))
    return brief, f"{brief}: {named}, {origin(change, told)}"


def _undone(outcome: Outcome) -> tuple[str, str]:
    brief = code(str(outcome.change.address))
    left = f"; state: {prose(outcome.left)}" if outcome.left else ""
    return brief, f"{brief}: {outcome.change.action}: {prose(outcome.detail)}{left}"


def _refused(refusal: Refusal) -> tuple[str, str]:
    about = code(str(refusal.address)) if refusal.address else "the whole plan"
    place = f", in {code(str(refusal.place))}" if refusal.place else ""
    return about, f"{about}: {prose(refusal.text)}{place}"


def origin(change: Change, told: Report, dress: Callable[[str], str] = code) -> str:
    """Say where something is declared, or was."""
    if change.place:
        return f"declared in {dress(str(change.place))}"
    before = told.places.get(change.address)
    return f"was declared in {dress(str(before))}" if before else "declared nowhere"


def _by_address(outcomes: Iterable[Outcome]) -> list[Outcome]:
    def address(outcome: Outcome) -> Address:
        return outcome.change.address

    return sorted(outcomes, key=address)
