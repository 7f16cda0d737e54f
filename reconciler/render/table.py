"""The summary: how many objects of each kind, by what happens to them."""

from collections import Counter

from reconciler.model import Action, Plan
from reconciler.render.palette import Palette, Tone
from reconciler.render.words import count

_COLUMNS = (*(action.value for action in Action), "unchanged")
_TONES = {
    Action.CREATE.value: Tone.CREATED,
    Action.UPDATE.value: Tone.CHANGED,
    Action.REPLACE.value: Tone.REMOVED,
    Action.DELETE.value: Tone.REMOVED,
    "unchanged": Tone.FAINT,
}


def tally(plan: Plan) -> Counter[tuple[str, str]]:
    """Count the plan's objects by kind and by what happens to them."""
    counts = Counter((change.address.kind, change.action.value) for change in plan.changes)
    counts.update((address.kind, "unchanged") for address in plan.unchanged)
    return counts


def summary_table(plan: Plan, palette: Palette) -> list[str]:
    counts = tally(plan)
    kinds = sorted({kind for kind, _ in counts})
    first = max(map(len, [*kinds, "total"]))
    widths = [len(column) for column in _COLUMNS]
    titles = [title.rjust(width) for title, width in zip(_COLUMNS, widths, strict=True)]
    rows = [palette("  ".join(["  " + " " * first, *titles]), Tone.FAINT)]
    rows += [
        _row(kind, first, [counts[kind, column] for column in _COLUMNS], palette) for kind in kinds
    ]
    if len(kinds) > 1:
        totals = [sum(counts[kind, column] for kind in kinds) for column in _COLUMNS]
        rows.append(_row("total", first, totals, palette))
    return rows


def _row(name: str, first: int, numbers: list[int], palette: Palette) -> str:
    cells = [
        palette((str(number) if number else "–").rjust(len(column)), _tone(column, number))
        for column, number in zip(_COLUMNS, numbers, strict=True)
    ]
    return "  ".join([f"  {name.ljust(first)}", *cells])


def _tone(column: str, number: int) -> Tone:
    return _TONES[column] if number else Tone.FAINT


def totals(plan: Plan) -> str:
    """Return the summary in one sentence."""
    counts = Counter(change.action for change in plan.changes)
    parts = [f"{counts[action]} to {action}" for action in Action if counts[action]]
    alike = f"; {count(len(plan.unchanged), 'object')} unchanged" if plan.unchanged else ""
    return f"{', '.join(parts)}{alike}."
