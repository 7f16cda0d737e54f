"""What a run has to say beside its changes, as lists."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model import Address, HiddenValue, Plan, ValueState
from reconciler.model.report import Report
from reconciler.render.markdown.fitting import Section
from reconciler.render.markdown.safe import code, prose
from reconciler.render.remarks import KNOWN
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


def sections(told: Report) -> Iterator[Section]:
    """Yield those that there are, what is not known first."""
    plan = told.plan
    yield from _hidden(plan)
    if plan.notes:
        notes = sorted(set(plan.notes))
        yield Section(
            count(len(notes), "note"),
            [f"- {code(str(n.place))}: {n.severity}: {prose(n.text)}" for n in notes],
        )
    if plan.unread:
        lines = [
            f"- {part.kind}{f' in {code(part.project)}' if part.project else ''}: {prose(part.why)}"
            for part in plan.unread
        ]
        yield Section(f"Not looked into: {count(len(lines), 'kind')}", lines)
    if told.outcomes is not None and not told.trouble and plan.assumed_now:
        title = "from now on assumed to be as declared"
        yield Section(f"{_values(plan.assumed_now)} {title}", [*_paths(plan.assumed_now)])
    for name, words in _FATES:
        found: Sequence[Address] = getattr(plan, name)
        if found:
            yield Section(f"{count(len(found), 'object')} {words}", [*_addresses(found)])


def _hidden(plan: Plan) -> Iterator[Section]:
    """Yield what is neither known to be as declared nor to be written."""
    for state in (ValueState.UNKNOWN, ValueState.ASSUMED, ValueState.UNHONOURED):
        if found := plan.values(state):
            yield Section(f"{_values(found)} {KNOWN[state]}", [*_paths(found)])


def _values(found: Sequence[HiddenValue]) -> str:
    unhonoured = found[0].state is ValueState.UNHONOURED
    return count(len(found), "setting" if unhonoured else "value")


def _paths(found: Iterable[HiddenValue]) -> Iterator[str]:
    by_address: dict[Address, list[str]] = {}
    for value in sorted(found):
        by_address.setdefault(value.address, []).append(value.path)
    for address, paths in by_address.items():
        yield f"- {code(str(address))}: {', '.join(map(code, paths))}"


def _addresses(found: Iterable[Address]) -> Iterator[str]:
    for _, addresses in by_kind(found):
        yield from (f"- {code(str(address))}" for address in addresses)
