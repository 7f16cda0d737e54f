"""What a kind's page says by itself: facts, the field table, the example."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_origin

from annotated_types import MaxLen
from pydantic.fields import FieldInfo

from reconciler.kinds import KINDS, Kind
from reconciler.kinds.fields import (
    AnyOrder,
    ByKey,
    Immutable,
    OneOf,
    Ref,
    Unordered,
)
from reconciler.manifest.shape import model_in
from reconciler.model import Keyed, Sealed, Spec

EXAMPLES = Path(__file__).parent.parent / "examples" / "kinds"
_TYPES = {str: "text", int: "number", bool: "`true`, `false`", Sealed: "secret text"}


class Row(NamedTuple):
    """One line of a field table."""

    path: str
    type: str
    default: str
    notes: str


def example(kind: Kind) -> str:
    text = (EXAMPLES / f"{kind.name}.yml").read_text()
    return f"```yaml\n{text.rstrip()}\n```"


def facts(kind: Kind) -> str:
    lines = [
        f"- **apiVersion**: {', '.join(f'`{version}`' for version in kind.versions)}",
        f"- **Belongs to**: {_home(kind)}",
        f"- **Address in plans**: `{kind.address('NAME', 'PROJECT')}`",
    ]
    if kind.name_rule:
        lines.append(f"- **Name**: {kind.name_rule.words}")
    lines.append(f"- **Rename**: {_rename(kind)}")
    if kind.singleton:
        lines.append("- **Create and delete**: neither; every project has exactly one")
    lines.append(f"- **API**: `{kind.api.path}`")
    if kind.read_only:
        lines.append(f"- **Accepted and ignored**: {_words(kind.read_only)}")
    lines += [f"- **Warning for** `{path}`: {text}" for path, text in kind.legacy.items()]
    return "\n".join(lines)


def field_table(kind: Kind) -> str:
    lines = ["| field | type | default | notes |", "|---|---|---|---|"]
    older = (Row(path, "text", "", f"today {text}") for path, text in kind.older.items())
    for row in [*_project_rows(kind), *_rows(kind.model, ""), *older, *_contained_rows(kind)]:
        notes = "; ".join(filter(None, (row.notes, *_form_notes(kind, row.path))))
        cells = [f"`{row.path}`", row.type, row.default, notes]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _form_notes(kind: Kind, path: str) -> Iterator[str]:
    """Yield in which versions of the format a field is needed, or is none."""
    dotted = path.removesuffix("[]")
    needing = [version for version, form in kind.forms.items() if dotted in form.required]
    lacking = [version for version, form in kind.forms.items() if dotted in form.lacks]
    if needing:
        yield f"needed in {_words(tuple(sorted(needing)))}"
    if lacking:
        yield f"not in {_words(tuple(sorted(lacking)))}"


def _home(kind: Kind) -> str:
    if not kind.project_at:
        return "the organization"
    return f"a project, named by {' or '.join(f'`{path}`' for path in kind.project_at)}"


def _rename(kind: Kind) -> str:
    if kind.singleton:
        return "it has no name"
    if not kind.renamable:
        return "not possible in Semaphore"
    return "`reconciler: {renamed_from: OLD}`"


def _words(paths: tuple[str, ...]) -> str:
    return ", ".join(f"`{path}`" for path in paths)


def _project_rows(kind: Kind) -> Iterator[Row]:
    for number, path in enumerate(kind.project_at):
        if number:
            yield Row(path, "text", "", f"the same as `{kind.project_at[0]}`, as `sem` writes it")
        else:
            yield Row(path, "text", "**required**", "name of the project, or its id")


def _contained_rows(kind: Kind) -> Iterator[Row]:
    if kind.contains:
        inner = kind.contains.kind
        for path in kind.contains.paths:
            note = f"each a [{inner}]({inner}.md); given, the list is complete"
            yield Row(f"{path}[]", "list", "kept", note)


def _rows(model: type[Spec], above: str) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        path = f"{above}{name}"
        inner = model_in(field.annotation)
        listed = _is_list(field.annotation)
        if inner is None or listed or field.description:
            shown = f"{path}[]" if listed else path
            yield Row(shown, _type(field), _default(field), _notes(field, inner, listed=listed))
        if inner is not None:
            yield from _rows(inner, f"{path}[]." if listed else f"{path}.")


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


def _marks(field: FieldInfo) -> list[Any]:
    """Return all marks of a field, those inside its type included."""
    return [*field.metadata, *_inner_marks(field.annotation)]


def _inner_marks(annotation: Any) -> Iterator[Any]:
    if model_in(annotation) is annotation:
        return
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _inner_marks(inner)


def _type(field: FieldInfo) -> str:
    words = next((mark.words for mark in _marks(field) if isinstance(mark, OneOf)), ())
    if words:
        text = ", ".join(f"`{word}`" for word in words)
        return f"list of {text}" if _is_list(field.annotation) else text
    if model_in(field.annotation):
        return "list" if _is_list(field.annotation) else "mapping"
    text = next(_TYPES[leaf] for leaf in _leaves(field.annotation) if leaf in _TYPES)
    return f"list of {text}" if _is_list(field.annotation) else text


def _leaves(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _leaves(one)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    default = field.get_default(call_default_factory=True)
    return "" if default is None else f"`{_plain(default)}`"


def _plain(value: Any) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return value or '""'
        case Sealed():
            return '""'
        case tuple():
            return f"[{', '.join(map(_plain, value))}]"
        case Spec():
            fields = type(value).model_fields
            told = [
                f"{name}: {_plain(inner)}"
                for name, inner in value
                if inner != fields[name].get_default()
            ]
            return f"{{{', '.join(told)}}}"
        case _:
            return str(value)


def _notes(field: FieldInfo, inner: type[Spec] | None, *, listed: bool) -> str:
    marks = _marks(field)
    notes = [_ref_note(mark) for mark in marks if isinstance(mark, Ref)]
    if any(isinstance(mark, Immutable) for mark in marks):
        notes.append("immutable: another value means a new object")
    if listed:
        notes.append(_order_note(marks, inner))
    notes += [f"at most {mark.max_length} characters" for mark in marks if isinstance(mark, MaxLen)]
    if field.description:
        notes.append(field.description)
    return "; ".join(notes)


def _ref_note(ref: Ref) -> str:
    where = f"[{ref.kind}]({ref.kind}.md)" if ref.kind in KINDS else ref.kind
    if ref.soft:
        return f"names a {where}, which need not exist"
    when = f" where {ref.when[0]} is `{ref.when[1]}`" if ref.when else ""
    return f"reference to a {where}{when}"


def _order_note(marks: list[Any], inner: type[Spec] | None) -> str:
    known = ""
    if inner and issubclass(inner, Keyed):
        where = "" if inner.UNIQUE else " where no other has it"
        known = f", each known by its `{inner.KEY}`{where}"
    free = Unordered in marks or ByKey in marks or any(isinstance(m, AnyOrder) for m in marks)
    return ("any order" if free else "order counts") + known
