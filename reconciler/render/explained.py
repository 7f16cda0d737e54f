"""A kind of object and its fields, explained at the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from reconciler.kinds import Kind, in_words
from reconciler.kinds.in_words import REQUIRED, SEALED, Row
from reconciler.kinds.sealing import FROM
from reconciler.render.palette import Palette, Tone
from reconciler.render.schema_parts import RULES, Schema, sources

_LIST = "[]"
_TYPES = {
    "boolean": "true, false",
    "array": "list of text",
    "string": "text",
    "object": "mapping",
}


def rows(kind: Kind, field: str = "") -> list[Row]:
    """Return what is known of the fields at a dotted path and below it, of all without one."""
    wanted = field.replace(_LIST, "")
    said = (row for known in in_words.rows(kind) for row in (known, *_sources(known)))
    known = [*said, *_rules()]
    return [row for row in known if not wanted or _is_at(_dotted(row), wanted)]


def paths(kind: Kind) -> list[str]:
    """Return all that ``rows`` finds something at."""
    found: dict[str, None] = {}
    for row in rows(kind):
        keys = _dotted(row).split(".")
        found |= {".".join(keys[:length]): None for length in range(1, len(keys) + 1)}
    return [*found]


def text(kind: Kind, found: Sequence[Row], palette: Palette, *, whole: bool) -> str:
    """Return the facts of a kind, if it is ``whole``, and its fields."""
    lines: list[str] = []
    if whole:
        lines += [f"{palette(kind.name, Tone.STRONG)}: {kind.title}", ""]
        lines += [f"  {_plain(name)}: {_plain(said)}" for name, said in in_words.facts(kind)]
        lines += ["", "Fields; `reconciler explain KIND.FIELD` tells of one and what is in it:", ""]
    for row in found:
        lines += _lines(row, palette)
    return "\n".join(lines) + "\n"


def document(kind: Kind, found: Iterable[Row]) -> dict[str, Any]:
    """Describe the same for programs; a field that is required has no default."""
    return {
        "kind": kind.name,
        "title": kind.title,
        "facts": {_plain(name): _plain(said) for name, said in in_words.facts(kind)},
        "fields": [
            {
                "path": row.path,
                "type": _plain(row.type),
                "required": row.default == REQUIRED,
                "default": "" if row.default == REQUIRED else _plain(row.default),
                "notes": [*map(_plain, row.notes)],
            }
            for row in found
        ],
    }


def _dotted(row: Row) -> str:
    return row.path.replace(_LIST, "")


def _is_at(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(f"{wanted}.")


def _lines(row: Row, palette: Palette) -> Iterator[str]:
    default = row.default if row.default in (REQUIRED, "") else f"default {_plain(row.default)}"
    about = "; ".join(filter(None, (_plain(row.type), default)))
    yield f"  {palette(row.path, Tone.STRONG)}  {palette(about, Tone.FAINT)}"
    if row.notes:
        yield f"      {_plain('; '.join(row.notes))}"


def _sources(row: Row) -> Iterator[Row]:
    """Yield what may stand in the place of a secret value: where it is from."""
    if row.type != SEALED:
        return
    above = f"{row.path}{FROM}"
    named = {key: part for each in sources() for key, part in each["properties"].items()}
    yield Row(above, "mapping", "", ("in its place, where it is from: one of these",))
    for name, part in named.items():
        inner = part.get("properties", {})
        yield Row(
            f"{above}.{name}", _type(part), "", tuple(filter(None, (part.get("description"),)))
        )
        for key, setting in inner.items():
            yield Row(f"{above}.{name}.{key}", "text", "", (setting["description"],))


def _rules() -> Iterator[Row]:
    """Yield the fields that objects of all kinds have."""
    for name, rule in RULES["properties"].items():
        yield Row(f"reconciler.{name}", _type(rule), "", (rule["description"],))


def _type(rule: Schema) -> str:
    words = [rule["const"]] if "const" in rule else rule.get("enum")
    if words:
        return ", ".join(filter(None, words))
    sort = rule.get("type", "object")
    return _TYPES[sort if isinstance(sort, str) else sort[0]]


def _plain(said: str) -> str:
    """Return what is said without the marks of a page."""
    return said.replace("`", "")
