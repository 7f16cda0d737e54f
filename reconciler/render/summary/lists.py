"""What a run has to say beside its changes, as lists."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reconciler.model import Address, HiddenValue, Plan, ValueState
from reconciler.model.report import Report
from reconciler.render.remarks import KNOWN
from reconciler.render.summary.said import Name, Quote, Said, listed
from reconciler.render.words import by_kind, count

_FATES = (
    ("adopted", "not ours so far: an apply adopts what is as declared"),
    ("orphaned", "ours and declared no longer"),
    ("staying", "would be deleted, and stays: it or what is in it is protected"),
    ("released", "given back by the next apply, and left as it is"),
    ("unmanaged", "live and declared nowhere, left alone"),
    ("skipped", "not compared, for its project is refused"),
    ("excluded", "left out of this run"),
)


@dataclass(frozen=True, slots=True)
class List:
    """Things of one kind, and how many of them in words."""

    title: str
    items: Sequence[Said]


def lists(told: Report) -> Iterator[List]:
    """Yield those that there are, what is not known first."""
    plan = told.plan
    yield from _hidden(plan)
    if plan.notes:
        notes = [(Name(n.place), f": {n.severity}: ", Quote(n.text)) for n in sorted({*plan.notes})]
        yield List(count(len(notes), "note"), notes)
    if plan.unread:
        kinds = [
            (part.kind, *((" in ", Name(part.project)) if part.project else ()), ": ",
             Quote(part.why))
            for part in plan.unread
        ]  # fmt: skip
        yield List(f"Not looked into: {count(len(kinds), 'kind')}", kinds)
    if told.outcomes is not None and not told.trouble and plan.assumed_now:
        title = "from now on assumed to be as declared"
        yield List(f"{_values(plan.assumed_now)} {title}", [*_paths(plan.assumed_now)])
    for name, words in _FATES:
        found: Sequence[Address] = getattr(plan, name)
        if found:
            named = [(Name(address),) for _, group in by_kind(found) for address in group]
            yield List(f"{count(len(found), 'object')} {words}", named)


def _hidden(plan: Plan) -> Iterator[List]:
    """Yield what is neither known to be as declared nor to be written."""
    for state in (ValueState.UNKNOWN, ValueState.ASSUMED, ValueState.UNHONOURED):
        if found := plan.values(state):
            yield List(f"{_values(found)} {KNOWN[state]}", [*_paths(found)])


def _values(found: Sequence[HiddenValue]) -> str:
    unhonoured = found[0].state is ValueState.UNHONOURED
    return count(len(found), "setting" if unhonoured else "value")


def _paths(found: Iterable[HiddenValue]) -> Iterator[Said]:
    by_address: dict[Address, list[str]] = {}
    for value in sorted(found):
        by_address.setdefault(value.address, []).append(Name(value.path))
    for address, paths in by_address.items():
        yield (Name(address), ": ", *listed(paths))
