"""A plan, a drift or what became of a plan as a comment on a pull request.

The same plan is the same comment, byte for byte: nothing in it is of the run that made it, so that
a bot leaves alone what says this already.
"""

from collections.abc import Iterator, Sequence

from reconciler.model.report import Report
from reconciler.render.field_diff import diff
from reconciler.render.markdown.fitting import Parts, Piece, Section
from reconciler.render.markdown.flavour import Flavour
from reconciler.render.markdown.safe import dressed, fence, prose
from reconciler.render.summary import heading
from reconciler.render.summary.dangers import Danger, Written, dangers, origin, secrets
from reconciler.render.summary.lists import List, lists
from reconciler.render.summary.matrix import Matrix, matrix
from reconciler.render.summary.said import Name, Quote, Said
from reconciler.render.summary.shown import Shown, shown
from reconciler.render.words import count


def parts(told: Report, flavour: Flavour) -> Parts:
    """Return all of a comment, before it is known how much of it there is room for."""
    written = secrets(told)
    found = dangers(told, written)
    return Parts(
        _head(told, written, _caution(found, flavour, short=False)),
        _head(told, written, _caution(found, flavour, short=True)),
        [_piece(each, told, flavour) for each in shown(told, written)],
        [
            Section(each.title, [f"- {dressed(item)}" for item in each.items])
            for each in lists(told)
        ],
        _tail(told, flavour),
    )


def _head(told: Report, written: Written, caution: Sequence[str]) -> list[str]:
    facts = " · ".join(_facts(told))
    first = (heading.title(told), " ", heading.where(told), ": ", *heading.comes_to(told, written))
    blocks = [[f"### {dressed(first)}"], [facts] if facts else [], caution]
    blocks.append(_table(matrix(told)) if told.plan.changes or told.plan.observed else [])
    return [line for block in blocks if block for line in (*block, "")][:-1]


def _facts(told: Report) -> Iterator[str]:
    yield from map(dressed, heading.facts(told))
    yield from (f"**{prose(why)}**" for why in heading.doubts(told))


def _caution(found: Sequence[Danger], flavour: Flavour, *, short: bool) -> list[str]:
    lines: list[str] = []
    for danger in found:
        lines += [*([""] if lines else []), *_danger(danger, short=short)]
    return flavour.caution(lines) if lines else []


def _danger(danger: Danger, *, short: bool) -> list[str]:
    if short:
        return [f"**{danger.title}** {', '.join(dressed(each.brief) for each in danger.entries)}"]
    return [f"**{danger.title}**", *(f"- {dressed(each.full)}" for each in danger.entries)]


def _table(found: Matrix) -> list[str]:
    if not found.rows:
        return []
    rows = [(kind, *numbers) for kind, numbers in found.rows.items()]
    if len(rows) > 1:
        rows.append(("total", *found.total))
    head = f"| | {' | '.join(found.columns)} |"
    return [head, f"|-|{'-:|' * len(found.columns)}", *map(_row, rows)]


def _row(cells: Sequence[object]) -> str:
    return f"| {' | '.join(str(cell or '–') for cell in cells)} |"


def _piece(each: Shown, told: Report, flavour: Flavour) -> Piece:
    change = each.change
    said: list[Said] = [(f"{each.sign} ", Name(change.address))]
    if each.is_aside:
        said.append(("only observed, not touched",))
    if change.reason:
        said.append((Quote(change.reason),))
    said.append(origin(change, told))
    if change.fields:
        said.append((count(len(change.fields), "field"),))
    summary = " · ".join(dressed(part, flavour.code, flavour.prose) for part in said)
    what = f"{'only observed' if each.is_aside else change.action} of {change.address.kind}"
    body = fence("diff", diff(change)) if change.fields else []
    return Piece(str(change.address), what, summary, body)


def _section(each: List) -> Section:
    return Section(each.title, [f"- {dressed(item)}" for item in each.items])


def _tail(told: Report, flavour: Flavour) -> list[str]:
    purpose = "preview" if told.fingerprint is None else str(told.subject)
    return [*_next(told), flavour.marker(purpose, told.organization)]


def _next(told: Report) -> list[str]:
    """Say how to apply just this, where a name can stand for it."""
    if told.outcomes is not None and told.spent:
        return ["Make a new plan of the rest: this one does not fit any more.", ""]
    if line := heading.command(told):
        return ["Apply exactly this, or nothing:", *fence("sh", [line]), ""]
    why = heading.unnamed(told)
    return [f"It has no fingerprint: {prose(why)}. Save it with `--out`.", ""] if why else []
