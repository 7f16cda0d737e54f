"""pydantic's errors in a user's words, each at its place and without the value."""

from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from reconciler.kinds import Kind
from reconciler.kinds.fields import nearest
from reconciler.kinds.sealing import FROM
from reconciler.manifest.places import Path
from reconciler.manifest.report import SIMPLE, Report
from reconciler.manifest.shape import advice, holds_secret, is_secret, known_paths, model_at

ELLIPSIS = "..."
UNKNOWN_KEY = "extra_forbidden"
_ENTRY_DEPTH = 2
"""An entry's own keys are in metadata or spec of the object it declares."""
_UNSHOWN = "where Semaphore hides values, `sem get` shows none: write it, or say where it is with"
_NAME = (("metadata",), ("metadata", "name"))
_MAPPING = "must be a mapping"
_LIST = "must be a list"
_TEXT = "must be text"
_FLAG = "must be true or false"
_WHOLE = "must be a whole number"
_WORDS = {
    "tuple_type": _LIST,
    "list_type": _LIST,
    "set_type": _LIST,
    "dict_type": _MAPPING,
    "mapping_type": _MAPPING,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "string_type": _TEXT,
    "is_instance_of": _TEXT,
    "bool_type": _FLAG,
    "bool_parsing": _FLAG,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": "is too large a number",
}


def report_errors(
    error: ValidationError, kind: Kind, section: dict[str, Any], report: Report, *, absent: bool
) -> None:
    """Report every error; of an object that must not exist only unknown keys and no name."""
    for detail in error.errors(include_url=False, include_context=True, include_input=False):
        if not absent or detail["type"] == UNKNOWN_KEY or detail["loc"] in _NAME:
            _report_one(detail, kind, section, report)


def _report_one(detail: ErrorDetails, kind: Kind, section: dict[str, Any], report: Report) -> None:
    path, value = _locate(detail["loc"], section)
    if detail["type"] == UNKNOWN_KEY:
        _report_unknown(path, value, kind, section, report)
        return
    text = _text(detail)
    if detail["type"] == "missing" and is_secret(kind.model, path):
        keep = f"{path[-1]}{FROM}"
        text = f"{text}; {_UNSHOWN} {keep}, or leave it as it is with `{keep}: {{live: keep}}`"
    if value == ELLIPSIS and text in (_MAPPING, _LIST):
        text = f"is {ELLIPSIS!r}, which stands for something left out of an example; {text}"
    elif value is None and detail["type"] in _WORDS:
        text = f"is empty; {text}"
    whole = not path and not report.prefix
    about = "" if whole else f"{report.spell(path, section)}{joint(text)}"
    report.error(path, f"{about}{text}")


def _report_unknown(
    path: Path, value: Any, kind: Kind, section: dict[str, Any], report: Report
) -> None:
    """Report a key, or the keys inside it where some of those are known."""
    dotted = ".".join(part for part in path if isinstance(part, str))
    inner = any(known.startswith(f"{dotted}.") for known in (*known_paths(kind), *kind.read_only))
    if inner and (value is None or isinstance(value, dict)):
        for key, below in (value or {}).items():
            _report_unknown((*path, key), below, kind, section, report)
        return
    key = str(path[-1])
    above = report.spell(path[:-1], section)
    within = f" in {above}" if above else ""
    hint = nearest(key, report.keys) if len(path) == _ENTRY_DEPTH else ""
    hint = hint or advice(kind, key, path[:-1])
    if not hint and holds_secret(kind.model, path[:-1]):
        if value is None:
            report.error(path, f"unknown key{within}; a value with a comma in it needs quotes")
            return
        if not SIMPLE.fullmatch(key):  # it may be a value, in part
            report.error(path, f"unknown key{within}; is there no space after a colon?")
            return
    text = f"unknown key {key!r}{within}{hint}"
    if model_at(kind.model, path[:-1]) is None or holds_secret(kind.model, path[:-1]):
        report.error(path, text)
    else:
        report.unknown(path, text)


def _locate(loc: tuple[int | str, ...], data: Any) -> tuple[Path, Any]:
    """Return the path an error is about; pydantic's names of union members drop out."""
    path: list[int | str] = []
    value: Any = data
    for number, part in enumerate(loc):
        if isinstance(value, dict) and (part in value or number == len(loc) - 1):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        path.append(part)
    return tuple(path), value


def _text(detail: ErrorDetails) -> str:
    sort = detail["type"]
    if sort == "missing":
        return "is missing"
    if sort in _WORDS:
        return _WORDS[sort]
    if sort == "value_error":  # the text of our own validators
        return str((detail.get("ctx") or {}).get("error", detail["msg"]))
    said = detail["msg"]
    for theirs, ours in (("Input should ", "must "), ("String should ", "must ")):
        said = said.replace(theirs, ours, 1)
    return said


def joint(text: str) -> str:
    """Return what comes between a field and its trouble: ``x must be``, but ``x: 'y' is not``."""
    return " " if text.split(" ", 1)[0] in ("must", "is", "has") else ": "
