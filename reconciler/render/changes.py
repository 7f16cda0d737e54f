"""One change, and what is said about each of its fields."""

from collections.abc import Iterable, Iterator, Sequence

from reconciler.model import Action, Change, FieldChange
from reconciler.render.palette import Palette, Tone
from reconciler.render.values import cut, difference, folded, inline, lines, printable

SYMBOLS = {Action.CREATE: "+", Action.UPDATE: "~", Action.REPLACE: "-/+", Action.DELETE: "-"}
DONE = {
    Action.CREATE: "created",
    Action.UPDATE: "updated",
    Action.REPLACE: "replaced",
    Action.DELETE: "deleted",
}
ABSENT = "(none)"
_TONES = {
    Action.CREATE: Tone.CREATED,
    Action.UPDATE: Tone.CHANGED,
    Action.REPLACE: Tone.REMOVED,
    Action.DELETE: Tone.REMOVED,
}
_SIGNS = {"-": Tone.REMOVED, "+": Tone.CREATED}
_INDENT = " " * 8
_WIDEST = 56
"""Longer addresses push their place to the right instead of everybody's."""
_NARROWEST = 40


def headline(change: Change, column: int, palette: Palette, symbol: str = "") -> str:
    """Return symbol, address and, from that column on, the place."""
    tone = _TONES[change.action]
    sign = palette((symbol or SYMBOLS[change.action]).ljust(3), tone)
    name = printable(str(change.address))
    if change.place is None:
        return f"  {sign} {palette(name, Tone.STRONG)}"
    gap = " " * (max(column - len(name), 0) + 2)
    place = palette(printable(str(change.place)), Tone.FAINT)
    return f"  {sign} {palette(name, Tone.STRONG)}{gap}{place}"


def address_column(changes: Iterable[Change]) -> int:
    """Return where places start when these changes stand below each other."""
    lengths = [len(printable(str(change.address))) for change in changes]
    return max((length for length in lengths if length <= _WIDEST), default=0)


def told(
    block: Sequence[Change], column: int, palette: Palette, width: int, symbol: str = ""
) -> list[str]:
    """Return what is said of equal changes: a headline for each, and once what is the same."""
    first = block[0]
    same = f"all {len(block)} alike" if len(block) > 1 else ""
    why = printable("; ".join(filter(None, (first.reason, same))))
    return [
        *(headline(change, column, palette, symbol) for change in block),
        *([f"      {palette(why, Tone.FAINT)}"] if why else []),
        *taken(first),
        *_fields(first, palette, width),
    ]


def _fields(change: Change, palette: Palette, width: int) -> Iterator[str]:
    fields = [field for field in change.fields if not _is_in_address(field, change)]
    paths = [printable(field.path) for field in fields]
    column = max((len(path) for path in paths if len(path) <= _WIDEST), default=0)
    for field, path in zip(fields, paths, strict=True):
        start = f"{_INDENT}{path.ljust(column)}  "
        room = width - len(start)
        text = _in_one_line(field, change.action)
        if text and field.cause and field.cause != change.reason:
            text.append((f"  {field.cause}", Tone.FAINT))
        if text and len("".join(part for part, _ in text)) <= room:
            yield start + "".join(palette(part, tone) if tone else part for part, tone in text)
        else:
            told = field.cause and field.cause != change.reason
            cause = f"  {palette(field.cause, Tone.FAINT)}" if told else ""
            yield f"{_INDENT}{path}{cause}"
            yield from _in_lines(field, palette, max(width - len(_INDENT) - 4, _NARROWEST))


def _is_in_address(field: FieldChange, change: Change) -> bool:
    """Whether a field of what comes or goes is the name that its address has told already."""
    sides = (field.before, field.after)
    return field.path == "metadata.name" and sides in (
        (None, change.address.name),
        (change.address.name, None),
    )


def taken(change: Change) -> Iterator[str]:
    """Yield what is deleted along with a project."""
    for address in change.takes:
        yield f"        with it goes {printable(str(address))}"


def _in_one_line(field: FieldChange, action: Action) -> list[tuple[str, Tone | None]]:
    """Return what to say with its tones; nothing where only several lines can say it."""
    if any(isinstance(side, str) and "\n" in side for side in (field.before, field.after)):
        return []
    if action is Action.CREATE and field.before is None:
        return [(_side(field.after, field), Tone.FAINT if field.secret else None)]
    if action is Action.DELETE and field.after is None:
        return [(_side(field.before, field), Tone.FAINT)]
    before, after = _side(field.before, field), _side(field.after, field)
    return [(before, Tone.REMOVED), (" → ", Tone.FAINT), (after, Tone.CREATED)]


def _side(value: object, field: FieldChange) -> str:
    if value is None:
        return ABSENT
    return hidden_words(value) if field.secret else inline(value)


def hidden_words(value: object) -> str:
    """Return the words that stand for a secret, alone, of a new item, or of items by name."""
    if isinstance(value, dict | list) and not value:
        return "[]"  # what is left of a list that is emptied
    if isinstance(value, dict):
        (first, *more) = value.values()
        if not more and not isinstance(first, dict):
            return hidden_words(first)
        return ", ".join(
            f"{printable(str(k))}: {hidden_words(inner)}" for k, inner in value.items()
        )
    if isinstance(value, list):
        return ", ".join(map(hidden_words, value))
    return printable(str(value)) or inline("")


def _in_lines(field: FieldChange, palette: Palette, room: int) -> Iterator[str]:
    inner = f"{_INDENT}  "
    if field.secret:
        for sign, value in (("-", field.before), ("+", field.after)):
            if value is not None:
                yield f"{inner}{palette(f'{sign} {hidden_words(value)}', _SIGNS[sign])}"
        return
    if field.before is None or field.after is None:
        sign, tone = ("+", Tone.CREATED) if field.before is None else ("-", Tone.REMOVED)
        value = field.after if field.before is None else field.before
        for line in cut([*folded(lines(value, room), room)]):
            yield f"{inner}{palette(f'{sign} {line}', tone)}"
        return
    for line in cut([*folded(difference(field.before, field.after, room - 2), room)]):
        tone_of = _SIGNS.get(line[:1])
        yield inner + (palette(line, tone_of) if tone_of else line)
