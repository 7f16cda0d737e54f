"""A plan as text: summary, changes, notes, and what must not be missed at the very end."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.kinds import KINDS
from reconciler.model import Action, Address, Change, Plan
from reconciler.render.blocks import by_project
from reconciler.render.changes import SYMBOLS, address_column, headline, taken, told
from reconciler.render.legend import OBSERVED, WRITTEN, legend
from reconciler.render.palette import WIDTH, Palette, Tone, plain
from reconciler.render.remarks import alike, failing, hidden, nameless, notes, refusals, unread
from reconciler.render.table import summary_table, totals
from reconciler.render.values import printable
from reconciler.render.words import by_kind, count

_FEW = 6
"""So many names are read in one line."""


def plan(
    decided: Plan,
    where: str,
    *,
    palette: Palette = plain,
    width: int = WIDTH,
    fingerprint: str | None = "",
) -> str:
    """Return the whole plan for the organization at ``where``.

    ``fingerprint``: its name, "" if it has none, None if it can't be applied.
    """
    title = palette(f"Plan for {printable(where)}", Tone.STRONG)
    if decided.changes:
        changes = _by_project(decided.changes, palette, width)
        parts = [[title], summary_table(decided, palette), *changes]
    else:
        parts = [[title]]
    parts += _observed(decided, palette, width)
    parts += [hidden(decided, palette), notes(decided, palette), _left_out(decided)]
    parts.append(unread(decided.unread))
    parts.append(_ending(decided, palette) if decided.changes else [nothing(decided)])
    parts.append(legend(decided))
    if fingerprint is not None and (decided.changes or decided.adopted) and not decided.refusals:
        parts.append(_named(decided, fingerprint))
    parts += [failing(decided, palette), refusals(decided, palette)]
    return paragraphs(parts)


def paragraphs(parts: Iterable[list[str]]) -> str:
    """Join the parts that say something, an empty line between them."""
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _named(decided: Plan, fingerprint: str) -> list[str]:
    """Say how to apply just this, where a name can stand for it."""
    if fingerprint:
        return [f"Fingerprint {fingerprint}: apply --expect {fingerprint} does this or nothing."]
    why = nameless(decided)
    return [f"No fingerprint: {why}. Save the plan with --out instead."] if why else []


def nothing(decided: Plan) -> str:
    """Say why there is nothing to do."""
    if decided.refusals:
        return f"Nothing can be done as it stands; {alike(decided)}."
    if decided.observed:
        unlike = count(len(decided.observed), "object")
        return f"Nothing to do: {unlike} only observed and not as declared; {alike(decided)}."
    if not (decided.unchanged or decided.hidden) and decided.excluded:
        return "Nothing to do: all is left out of this run."
    if not (decided.unchanged or decided.hidden) and decided.staying:
        return f"Nothing to do: {count(len(decided.staying), 'object')} kept."
    if not (decided.unchanged or decided.hidden):
        return "Nothing to do: nothing is left of what is declared."
    verb = "is" if len(decided.unchanged) == 1 else "are"
    return f"Nothing to do: {alike(decided, f'{verb} as declared')}."


def _by_project(
    changes: Sequence[Change], palette: Palette, width: int, symbol: str = ""
) -> Iterator[list[str]]:
    """Yield what is said of changes, under titles where there is more than one."""
    column = address_column(changes)
    groups = by_project(changes)
    for title, blocks in groups:
        if len(groups) > 1:
            yield [palette(title, Tone.STRONG)]
        for block in blocks:
            yield told(block, column, palette, width, symbol)


def _observed(decided: Plan, palette: Palette, width: int) -> Iterator[list[str]]:
    """Tell what is not as declared, and stays so."""
    if decided.observed:
        yield ["Only observed, so nothing is done about these:"]
    yield from _by_project(decided.observed, palette, width, OBSERVED)


def left_out(decided: Plan) -> list[str]:
    """Say how much of what is declared this run leaves alone."""
    if not decided.excluded:
        return []
    return [f"Left out of this run: {count(len(decided.excluded), 'object')}."]


def skipped(decided: Plan) -> list[str]:
    """Name what is declared in a project that is refused."""
    if not decided.skipped:
        return []
    names = ", ".join(printable(str(address)) for address in decided.skipped)
    return [f"Not compared, their project is refused: {names}."]


def _left_out(decided: Plan) -> list[str]:
    said = left_out(decided)
    if decided.unmanaged:
        number = count(len(decided.unmanaged), "object")
        said.append(f"Live and declared nowhere, left alone: {number}.")
    said += _by_fate(
        tuple(decided.adopted),
        "Not ours so far; apply adopts them, and --prune may delete them once undeclared",
        "Not ours so far; apply adopts what is there as long as its project",
    )
    said += skipped(decided)
    said += _by_fate(
        decided.orphaned,
        "Ours and declared no longer, --prune deletes",
        "Ours and declared no longer, there as long as its project, for Semaphore's API can't "
        "delete it",
    )
    return said + released(decided)


def released(decided: Plan) -> list[str]:
    """Name what is given back."""
    if not decided.released:
        return []
    names = ", ".join(printable(str(address)) for address in decided.released)
    how = "`on_removal: forget` or `mode: observe`"
    return [f"Given back by the next apply, and left as it is ({how}): {names}."]


def _by_fate(addresses: Sequence[Address], deletable: str, lasting: str) -> list[str]:
    """Name objects, apart from each other those that the API can delete and those that last."""
    last = [address for address in addresses if KINDS[address.kind].singleton]
    rest = [address for address in addresses if not KINDS[address.kind].singleton]
    return [
        line
        for words, found in ((deletable, rest), (lasting, last))
        if found
        for line in _listed(words, found)
    ]


def _listed(words: str, found: Sequence[Address]) -> list[str]:
    """Name some objects in one line, many by their kinds."""
    if len(found) <= _FEW:
        return [f"{words}: {', '.join(printable(str(address)) for address in found)}."]
    lines = [f"{words}:"]
    for kind, addresses in by_kind(found):
        lines += [f"  {kind}: {len(addresses)}", *(f"      {printable(str(a))}" for a in addresses)]
    return lines


def _ending(decided: Plan, palette: Palette) -> list[str]:
    found = [palette(f"Summary: {totals(decided)}", Tone.STRONG)]
    column = address_column(decided.changes)
    for action in (Action.DELETE, Action.REPLACE):
        for change in decided.changes:
            if change.action is action:
                found += [headline(change, column, palette, SYMBOLS[action]), *taken(change)]
    found += [_secret_write(change, palette) for change in decided.changes if change.writes_secret]
    return found


def _secret_write(change: Change, palette: Palette) -> str:
    paths = ", ".join(map(printable, change.secrets_written))
    address = palette(printable(str(change.address)), Tone.STRONG)
    return f"  {palette(f'{WRITTEN:3}', Tone.CHANGED)} {address}: {paths}"
