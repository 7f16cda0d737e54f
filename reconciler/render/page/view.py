"""What the page shows of a run, in its order; how that looks is the template's business."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC

from reconciler import __version__
from reconciler.model import Address, Result
from reconciler.model.report import Report
from reconciler.model.validation import Validation
from reconciler.render.graph_svg import Mark, picture
from reconciler.render.page.drawing import MOST, boxes, needs
from reconciler.render.page.rows import SORTS, Group, Rows
from reconciler.render.problems import totals
from reconciler.render.summary import heading
from reconciler.render.summary.dangers import Danger, Entry, dangers, secrets
from reconciler.render.summary.lists import List, lists
from reconciler.render.summary.matrix import Matrix, matrix
from reconciler.render.summary.said import Name, Quote, Said
from reconciler.render.summary.shown import Shown, shown
from reconciler.render.words import count

_MOST_LISTED = 20
"""Dangers of one kind that are listed on top; refusals all are, for they are nowhere else."""


@dataclass(frozen=True, slots=True)
class Card:
    """Dangers of one kind; ``more``: how many are not listed, and stand first among the changes."""

    title: str
    entries: tuple[tuple[str, Entry], ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``links``: by kind and column of the table, or with "" for all of them, where they begin."""

    title: str
    where: str
    tone: str
    said: Said
    facts: Sequence[Said] = ()
    doubts: Sequence[str] = ()
    command: str = ""
    unnamed: str = ""
    is_spent: bool = False
    matrix: Matrix | None = None
    links: Mapping[tuple[str, str], str] = field(default_factory=dict)
    cards: Sequence[Card] = ()
    groups: Sequence[Group] = ()
    folder: str = ""
    lists: Sequence[List] = ()
    picture: str = ""
    boxes: int = 0
    sort: str = ""
    sorts: Mapping[str, str] = field(default_factory=lambda: SORTS)
    version: str = __version__


def of_problems(told: Validation) -> Page:
    problems = sorted({*told.problems})
    valid = f"{count(told.objects, 'object')} declared" if told.is_valid else "not valid"
    items = [(Name(p.place), f": {p.severity}: ", Quote(p.text)) for p in problems]
    return Page(
        title="Manifests",
        where=valid,
        tone="good" if not problems else "warn" if told.is_valid else "bad",
        said=(totals(problems),) if problems else (),
        lists=[List(count(len(items), "problem"), items)] if items else [],
    )


def of_run(told: Report) -> Page:
    written = secrets(told)
    found = dangers(told, written)
    changes = shown(told, written)
    ids = {each.change.address: f"c{number}" for number, each in enumerate(changes, 1)}
    table = matrix(told)
    links = _links(changes, ids)
    drawn = needs(each.change for each in changes)
    number = boxes(drawn)
    drawable = 0 < number <= MOST
    cards = [_card(danger, ids) for danger in found]
    used = {*links.values(), *(id_ for card in cards for id_, _ in card.entries)}
    used |= {ids[at] for at in drawn if drawable}
    rows = Rows(told, written, {at: id_ for at, id_ in ids.items() if id_ in used})
    return Page(
        title=heading.title(told),
        where=told.organization.removeprefix("https://"),
        tone=_tone(told, changes),
        said=heading.comes_to(told, written),
        facts=[*heading.facts(told), *_of_the_run(told)],
        doubts=[*heading.doubts(told)],
        command=heading.command(told),
        unnamed=heading.unnamed(told),
        is_spent=told.outcomes is not None and told.spent,
        matrix=table if table.rows else None,
        links=links,
        cards=cards,
        groups=[*rows.groups(changes)],
        folder=rows.folder,
        lists=[*lists(told)],
        picture=picture(drawn, _marks(changes, ids)) if drawable else "",
        boxes=number,
        sort=str(told.subject),
    )


def _tone(told: Report, changes: Iterable[Shown]) -> str:
    """Return how the page is to feel: ``bad`` where something is lost, refused or went wrong."""
    plan, outcomes = told.plan, told.outcomes or ()
    undone = any(outcome.result is not Result.DONE for outcome in outcomes)
    lost = any(SORTS[each.column] == "gone" for each in changes)
    if lost or undone or plan.refusals or plan.failing or told.trouble:
        return "bad"
    is_quiet = told.outcomes is not None or not plan.changes
    return "good" if is_quiet and not (plan.observed or plan.hidden) else "warn"


def _of_the_run(told: Report) -> Iterator[Said]:
    """Yield what is known of the run, and may be otherwise for the same plan."""
    if told.ended:
        yield (told.ended.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC"),)
    if told.requests:
        yield (count(told.requests, "request"),)


def _links(changes: Iterable[Shown], ids: Mapping[Address, str]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for each in changes:
        id_, kind = ids[each.change.address], each.change.address.kind
        for cell in ((kind, each.column), (kind, ""), ("", each.column)):
            found.setdefault(cell, id_)
    return found


def _card(danger: Danger, ids: Mapping[Address, str]) -> Card:
    linked = [(ids.get(each.address, "") if each.address else "", each) for each in danger.entries]
    kept = sum(not id_ for id_, _ in linked)
    listed = linked[: max(_MOST_LISTED, kept)]
    return Card(danger.title, tuple(listed), len(linked) - len(listed))


def _marks(changes: Iterable[Shown], ids: Mapping[Address, str]) -> dict[Address, Mark]:
    return {
        each.change.address: Mark(SORTS[each.column], f"#{ids[each.change.address]}")
        for each in changes
    }
