"""The summary: how many objects of each kind, by what happens to them."""

from collections import Counter
from collections.abc import Mapping

from reconciler.model import Action, Plan
from reconciler.render.palette import Palette, Tone
from reconciler.render.remarks import alike

_COLUMNS = (*(action.value for action in Action), "unchanged")
UNCOMPARED = "uncompared"
"""The column of objects with values that are not known or assumed, as JSON has it; if any."""
_TONES = {
    Action.CREATE.value: Tone.CREATED,
    Action.UPDATE.value: Tone.CHANGED,
    Action.REPLACE.value: Tone.REMOVED,
    Action.DELETE.value: Tone.REMOVED,
    "unchanged": Tone.FAINT,
    UNCOMPARED: Tone.CHANGED,
}


def tally(plan: Plan) -> Counter[tuple[str, str]]:
    """Count the plan's objects by kind and by what happens to them."""
    counts = Counter((change.address.kind, change.action.value) for change in plan.changes)
    counts.update((address.kind, "unchanged") for address in plan.unchanged)
    counts.update((address.kind, UNCOMPARED) for address in plan.uncompared)
    return counts


def summary_table(plan: Plan, palette: Palette) -> list[str]:
    counts = tally(plan)
    kinds = sorted({kind for kind, _ in counts})
    columns = (*_COLUMNS, UNCOMPARED) if plan.hidden else _COLUMNS
    first = max(map(len, [*kinds, "total"]))
    rows = [palette("  ".join(["  " + " " * first, *columns]), Tone.FAINT)]
    rows += [
        _row(kind, first, {column: counts[kind, column] for column in columns}, palette)
        for kind in kinds
    ]
    if len(kinds) > 1:
        totals = {column: sum(counts[kind, column] for kind in kinds) for column in columns}
        rows.append(_row("total", first, totals, palette))
    return rows


def _row(name: str, first: int, numbers: Mapping[str, int], palette: Palette) -> str:
    cells = [
        palette((str(number) if number else "–").rjust(len(column)), _tone(column, number))
        for column, number in numbers.items()
    ]
    return "  ".join([f"  {name.ljust(first)}", *cells])


def _tone(column: str, number: int) -> Tone:
    return _TONES[column] if number else Tone.FAINT


def totals(plan: Plan) -> str:
    """Return the summary in one sentence."""
    counts = Counter(change.action for change in plan.changes)
    parts = [f"{counts[action]} to {action}" for action in Action if counts[action]]
    rest = f"; {alike(plan, 'unchanged')}" if plan.unchanged or plan.hidden else ""
    return f"{', '.join(parts)}{rest}."
