"""What is known of a kind and of each of its fields, in words: for its page, and for `explain`."""

from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin

from pydantic.fields import FieldInfo

from reconciler.kinds.fields import AnyOrder, ByKey, Immutable, OneOf, Ref, Unordered
from reconciler.kinds.kind import Kind
from reconciler.model import Keyed, Sealed, Spec
from reconciler.model.spec import model_in

REQUIRED = "required"
SEALED = "secret text"
_TYPES = {str: "text", int: "number", bool: "`true`, `false`", Sealed: SEALED}


class Row(NamedTuple):
    """One field; ``names``: the kind that its notes name, "" if none. Code is in backticks."""

    path: str
    type: str
    default: str = ""
    notes: tuple[str, ...] = ()
    names: str = ""


def facts(kind: Kind) -> Iterator[tuple[str, str]]:
    """Yield what there is to know of a kind beside its fields."""
    yield "apiVersion", _words(kind.versions)
    yield "Belongs to", _home(kind)
    yield "Address in plans", f"`{kind.address('NAME', 'PROJECT')}`"
    if kind.name_rule:
        yield "Name", kind.name_rule.words
    yield "Rename", _rename(kind)
    if kind.singleton:
        yield "Create and delete", "neither; every project has exactly one"
    yield "API", f"`{kind.api.path}`"
    if kind.read_only:
        yield "Accepted and ignored", _words(kind.read_only)
    for path, text in kind.legacy.items():
        yield f"Warning for `{path}`", text


def rows(kind: Kind) -> Iterator[Row]:
    """Yield every field that a manifest of the kind may have, lists marked by ``[]``."""
    older = (Row(path, "text", "", (f"today {text}",)) for path, text in kind.older.items())
    for row in [*_project_rows(kind), *_rows(kind.model, ""), *older, *_contained_rows(kind)]:
        yield row._replace(notes=(*row.notes, *_form_notes(kind, row.path)))


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


def _words(words: tuple[str, ...]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _project_rows(kind: Kind) -> Iterator[Row]:
    for number, path in enumerate(kind.project_at):
        if number:
            note = f"the same as `{kind.project_at[0]}`, as `sem` writes it"
            yield Row(path, "text", "", (note,))
        else:
            yield Row(path, "text", REQUIRED, ("name of the project, or its id",))


def _contained_rows(kind: Kind) -> Iterator[Row]:
    if kind.contains:
        inner = kind.contains.kind
        note = f"each a {inner}; given, the list is complete"
        for path in kind.contains.paths:
            yield Row(f"{path}[]", "list", "kept", (note,), inner)


def _rows(model: type[Spec], above: str) -> Iterator[Row]:
    for name, field in model.model_fields.items():
        path = f"{above}{name}"
        inner = model_in(field.annotation)
        listed = _is_list(field.annotation)
        if inner is None or listed or field.description:
            yield _row(f"{path}[]" if listed else path, field, inner, listed=listed)
        if inner is not None:
            yield from _rows(inner, f"{path}[]." if listed else f"{path}.")


def _row(path: str, field: FieldInfo, inner: type[Spec] | None, *, listed: bool) -> Row:
    marks = [*field.metadata, *_inner_marks(field.annotation)]
    names = next((mark.kind for mark in marks if isinstance(mark, Ref)), "")
    notes = tuple(_notes(field, marks, inner, listed=listed))
    return Row(path, _type(field, marks), _default(field), notes, names)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


def _inner_marks(annotation: Any) -> Iterator[Any]:
    """Yield the marks inside the type of a field."""
    if model_in(annotation) is annotation:
        return
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _inner_marks(inner)


def _type(field: FieldInfo, marks: list[Any]) -> str:
    words = next((mark.words for mark in marks if isinstance(mark, OneOf)), ())
    listed = _is_list(field.annotation)
    if words:
        return f"list of {_words(tuple(words))}" if listed else _words(tuple(words))
    if model_in(field.annotation):
        return "list" if listed else "mapping"
    text = next(_TYPES[leaf] for leaf in _leaves(field.annotation) if leaf in _TYPES)
    return f"list of {text}" if listed else text


def _leaves(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for one in inner:
        yield from _leaves(one)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return REQUIRED
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


def _notes(
    field: FieldInfo, marks: list[Any], inner: type[Spec] | None, *, listed: bool
) -> Iterator[str]:
    yield from (_ref_note(mark) for mark in marks if isinstance(mark, Ref))
    if any(isinstance(mark, Immutable) for mark in marks):
        yield "immutable: another value means a new object"
    if listed:
        yield _order_note(marks, inner)
    longest = (getattr(mark, "max_length", None) for mark in marks)
    yield from (f"at most {most} characters" for most in longest if most)
    if field.description:
        yield field.description


def _ref_note(ref: Ref) -> str:
    if ref.soft:
        return f"names a {ref.kind}, which need not exist"
    when = f" where {ref.when[0]} is `{ref.when[1]}`" if ref.when else ""
    return f"reference to a {ref.kind}{when}"


def _order_note(marks: list[Any], inner: type[Spec] | None) -> str:
    known = ""
    if inner and issubclass(inner, Keyed):
        where = "" if inner.UNIQUE else " where no other has it"
        known = f", each known by its `{inner.KEY}`{where}"
    free = Unordered in marks or ByKey in marks or any(isinstance(m, AnyOrder) for m in marks)
    return ("any order" if free else "order counts") + known
