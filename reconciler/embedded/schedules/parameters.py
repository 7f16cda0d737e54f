"""The parameters of a schedule, filled in and checked (A 2.2)."""

import re
from typing import Any

from reconciler.embedded import regular

Parameter = dict[str, Any]

_PATTERN_LIMIT = 512
_VALUE_LIMIT = 4096
_BLANKS: Parameter = {
    "name": "",
    "required": False,
    "description": "",
    "default_value": "",
    "options": [],
    "regex_pattern": "",
    "validate_input_format": False,
}
# What the server's dialect of regular expressions writes differently from Python's.
_DIALECT = (
    (re.compile(r"\(\?<(\w+)>"), r"(?P<\1>"),
    (re.compile(r"\\z"), r"\\Z"),
    (re.compile(r"\\h"), r"[ \\t]"),
    (re.compile(r"\[:alpha:\]"), "a-zA-Z"),
    (re.compile(r"\[:digit:\]"), "0-9"),
    (re.compile(r"\[:alnum:\]"), "a-zA-Z0-9"),
    (re.compile(r"\[:upper:\]"), "A-Z"),
    (re.compile(r"\[:lower:\]"), "a-z"),
    (re.compile(r"\[:space:\]"), r"\\s"),
)


class Malformed(Exception):
    """A sentence about the first parameter that is wrong."""


def stored(parameters: list[Parameter]) -> list[Parameter]:
    """Every key present; the pattern is kept only where it is used."""
    return [_stored(_BLANKS | parameter) for parameter in parameters]


def _stored(parameter: Parameter) -> Parameter:
    name, pattern = parameter["name"], parameter["regex_pattern"]
    if not name.strip():
        raise Malformed("Parameter <unnamed> name can't be blank.")
    if len(pattern.encode()) > _PATTERN_LIMIT:
        raise Malformed(f"{_of(name)} regex_pattern is too long (max {_PATTERN_LIMIT} bytes).")
    if not parameter["validate_input_format"]:
        return parameter | {"regex_pattern": ""}
    _check_format(name, pattern, parameter["default_value"])
    return parameter


def _check_format(name: str, pattern: str, default_value: str) -> None:
    if not pattern.strip():
        raise Malformed(
            f"{_of(name)} regex_pattern can't be blank when validate_input_format is true."
        )
    compiled = _compiled(pattern)
    if compiled is None:
        raise Malformed(f"{_of(name)} regex_pattern is not a valid regex.")
    if len(default_value.encode()) > _VALUE_LIMIT:
        raise Malformed(f"{_of(name)} default_value is too long (max {_VALUE_LIMIT} bytes).")
    if default_value and not regular.found(compiled, default_value):
        raise Malformed(f"{_of(name)} default_value does not match regex_pattern.")


def fits(parameter: Parameter, value: str) -> bool:
    """Whether a value has the format that its parameter asks for."""
    pattern = _compiled(parameter["regex_pattern"])
    return len(value.encode()) <= _VALUE_LIMIT and regular.found(pattern, value)


def _of(name: str) -> str:
    return f"Parameter '{name}'"


def _compiled(pattern: str) -> re.Pattern[str] | None:
    for theirs, ours in _DIALECT:
        pattern = theirs.sub(ours, pattern)
    return regular.compiled(pattern, re.ASCII)
