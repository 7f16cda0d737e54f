"""The parameters of a schedule, filled in and checked (A 2.2)."""

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
    if not regular.compiles(pattern):
        raise Malformed(f"{_of(name)} regex_pattern is not a valid regex.")
    if len(default_value.encode()) > _VALUE_LIMIT:
        raise Malformed(f"{_of(name)} default_value is too long (max {_VALUE_LIMIT} bytes).")
    if default_value and not regular.found(pattern, default_value):
        raise Malformed(f"{_of(name)} default_value does not match regex_pattern.")


def fits(parameter: Parameter, value: str) -> bool:
    """Whether a value has the format that its parameter asks for."""
    within = len(value.encode()) <= _VALUE_LIMIT
    return within and regular.found(parameter["regex_pattern"], value)


def _of(name: str) -> str:
    return f"Parameter '{name}'"
