"""A plan as text: summary, changes, notes, and what must not be missed at the very end."""

from collections.abc import Iterable, Iterator

from reconciler.model import Action, Change, Plan
from reconciler.render.changes import address_column, detail, headline
from reconciler.render.palette import Palette, Tone, plain
from reconciler.render.remarks import notes, refusals, unknown
from reconciler.render.table import summary_table, totals
from reconciler.render.values import printable
from reconciler.render.words import SYMBOLS, count

WIDTH = 100


def plan(
    decided: Plan,
    where: str,
    *,
    palette: Palette = plain,
    width: int = WIDTH,
    fingerprint: str = "",
) -> str:
    """Return the whole plan for the organization at ``where``."""
    title = palette(f"Plan for {printable(where)}", Tone.STRONG)
    if decided.changes:
        parts = [[title], summary_table(decided, palette), *_changes(decided, palette, width)]
    else:
        parts = [[title]]
    parts += [unknown(decided, palette), notes(decided, palette), _left_out(decided)]
    parts.append(_ending(decided, palette) if decided.changes else [_nothing(decided)])
    if decided.changes and fingerprint and not decided.refusals:
        parts.append(
            [f"Fingerprint {fingerprint}: apply --expect {fingerprint} does this or nothing."]
        )
    parts.append(refusals(decided, palette))
    return paragraphs(parts)


def paragraphs(parts: Iterable[list[str]]) -> str:
    """Join the parts that say something, an empty line between them."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _nothing(decided: Plan) -> str:
    number = len(decided.unchanged)
    if not number and decided.excluded:
        return "Nothing to do: --target and --exclude leave nothing."
    if not number:
        return "Nothing to do: nothing is left of what is declared."
    return f"Nothing to do: {count(number, 'object')} {'is' if number == 1 else 'are'} as declared."


def _changes(decided: Plan, palette: Palette, width: int) -> Iterator[list[str]]:
    column = address_column(decided.changes)
    for change in decided.changes:
        yield [headline(change, column, palette), *detail(change, palette, width)]


def _left_out(decided: Plan) -> list[str]:
    said = []
    if decided.excluded:
        said.append(
            f"Left out by --target and --exclude: {count(len(decided.excluded), 'object')}."
        )
    if decided.unmanaged:
        number = count(len(decided.unmanaged), "object")
        said.append(f"Live and declared nowhere, left alone: {number}.")
    if decided.orphaned:
        names = ", ".join(printable(str(address)) for address in decided.orphaned)
        said.append(f"Ours and declared no longer, --prune deletes: {names}.")
    return said


def _ending(decided: Plan, palette: Palette) -> list[str]:
    found = [palette(f"Summary: {totals(decided)}", Tone.STRONG)]
    column = address_column(decided.changes)
    for action in (Action.DELETE, Action.REPLACE):
        found += [
            headline(change, column, palette, SYMBOLS[action])
            for change in decided.changes
            if change.action is action
        ]
    found += [_secret_write(change, palette) for change in decided.changes if change.writes_secret]
    return found


def _secret_write(change: Change, palette: Palette) -> str:
    paths = ", ".join(map(printable, change.secrets_written))
    address = palette(printable(str(change.address)), Tone.STRONG)
    return f"  {palette('✎  ', Tone.CHANGED)} {address}: {paths}"
