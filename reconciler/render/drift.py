"""The plan told from the other side: what Semaphore has that the manifests don't, and back."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from reconciler.model import Action, Change, Plan
from reconciler.model.plan import DELETED_OUTSIDE, LEFT_DELETED
from reconciler.render.blocks import blocks
from reconciler.render.changes import address_column, headline, told
from reconciler.render.palette import WIDTH, Palette, Tone, plain
from reconciler.render.remarks import alike, failing, hidden, notes, refusals, unread
from reconciler.render.text import left_out, paragraphs, released, skipped
from reconciler.render.values import printable
from reconciler.render.words import by_kind, count


@dataclass(frozen=True, slots=True)
class Drift:
    """What differs, told live: ``differing`` fields go from declared to live."""

    differing: tuple[Change, ...]
    missing: tuple[Change, ...]
    unwanted: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.differing or self.missing or self.unwanted)


def seen_live(decided: Plan) -> Drift:
    """Turn the plan that would end the drift into the drift."""
    return _turned_round(decided.changes)


def observed_live(decided: Plan) -> Drift:
    """Tell the same of what is only observed."""
    return _turned_round(decided.observed)


def _turned_round(changes: Iterable[Change]) -> Drift:
    by_action: dict[Action, list[Change]] = {action: [] for action in Action}
    for change in changes:
        by_action[change.action].append(change)
    differing = by_action[Action.UPDATE] + by_action[Action.REPLACE]
    return Drift(
        differing=tuple(turned(change) for change in _ordered(differing)),
        missing=_ordered(by_action[Action.CREATE]),
        unwanted=_ordered(by_action[Action.DELETE]),
    )


def _ordered(changes: list[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.address))


def turned(change: Change) -> Change:
    """Return the same from the other side: of a drift the plan that ends it, and back."""
    fields = tuple(
        replace(field, before=field.after, after=field.before) for field in change.fields
    )
    return replace(change, fields=fields)


def drift(decided: Plan, where: str, *, palette: Palette = plain, width: int = WIDTH) -> str:
    """Return the drift of the organization at ``where``, and what is not managed at all."""
    found, observed = seen_live(decided), observed_live(decided)
    column = address_column((*decided.changes, *decided.observed))
    parts = [[palette(f"Drift of {printable(where)}", Tone.STRONG)]]
    parts += _told(found, column, palette, width)
    if observed:
        parts += [["Only observed, and not changed by an apply:"]]
        parts += _told(observed, column, palette, width)
    parts += [hidden(decided, palette), notes(decided, palette), _unmanaged(decided, palette)]
    parts += [
        _orphaned(decided, palette),
        unread(decided.unread),
        refusals(decided, palette, "An apply would be refused"),
    ]
    parts += [released(decided), skipped(decided), left_out(decided)]
    parts += [[palette(verdict(decided), Tone.STRONG)]]
    parts.append(failing(decided, palette))
    return paragraphs(parts)


def _told(found: Drift, column: int, palette: Palette, width: int) -> Iterator[list[str]]:
    if found.differing:
        yield ["Different (declared → live):"]
    for block in blocks(found.differing):
        yield told(block, column, palette, width, "~")
    if found.missing:
        gone = [line for change in found.missing for line in _missing(change, column, palette)]
        yield ["Declared, but missing:", *gone]
    if found.unwanted:
        yield ["There, but not wanted:"]
    for block in blocks(found.unwanted):
        yield told(block, column, palette, width, "+")


def _missing(change: Change, column: int, palette: Palette) -> Iterator[str]:
    yield headline(change, column, palette, "-")
    if change.reason in (DELETED_OUTSIDE, LEFT_DELETED):  # "new" is said of a plan, not of a drift
        yield f"      {palette(change.reason, Tone.FAINT)}"


def _unmanaged(decided: Plan, palette: Palette) -> list[str]:
    if not decided.unmanaged:
        return []
    said = ["Live and declared nowhere (not a drift):"]
    for kind, addresses in by_kind(decided.unmanaged):
        said.append(f"  {kind}: {len(addresses)}")
        said += [palette(f"      {printable(str(a))}", Tone.FAINT) for a in addresses]
    return said


def _orphaned(decided: Plan, palette: Palette) -> list[str]:
    if not decided.orphaned:
        return []
    names = [f"      {printable(str(address))}" for address in decided.orphaned]
    return ["Ours and declared no longer (not a drift):", *(palette(n, Tone.FAINT) for n in names)]


def verdict(decided: Plan) -> str:
    """Return what it comes to in one sentence."""
    found = seen_live(decided)
    same = alike(decided)
    if not (found or decided.observed) and decided.refusals:
        return f"Not all is as declared: {count(len(decided.refusals), 'refusal')}; {same}."
    if decided.is_idle:
        return "Nothing was compared: all is left out of this run."
    if not (found or decided.observed):
        return f"No drift: {same}."
    sizes = (
        (len(found.differing), "different"),
        (len(found.missing), "missing"),
        (len(found.unwanted), "unwanted"),
        (len(decided.observed), "only observed"),
    )
    refused = len(decided.refusals)
    beside = f" · {count(refused, 'refusal')}" if refused else ""
    return f"Drift: {', '.join(f'{n} {word}' for n, word in sizes if n)}{beside}; {same}."
