"""The values a promotion takes along: what is given, and defaults for the rest (D 13.2)."""

from collections.abc import Mapping
from typing import Any

from reconciler.embedded.definitions import Parameter, Promotion


class Unfit(Exception):
    """A value is undeclared, not among the options, missing or no text."""


def values(promotion: Promotion, given: Mapping[str, Any]) -> dict[str, str]:
    """In the order in which the real server's maps iterate: by name, the given ones first."""
    declared = {parameter.name: parameter for parameter in promotion.parameters}
    taken = {name: _checked(declared, name, given[name]) for name in sorted(given)}
    for name in sorted(declared.keys() - taken.keys()):
        if declared[name].default_value:
            taken[name] = declared[name].default_value
        elif declared[name].required:
            raise Unfit(f"Missing value for required parameter '{name}'.")
    return taken


def _checked(declared: Mapping[str, Parameter], name: str, value: Any) -> str:
    if name not in declared:
        raise Unfit(f"Parameter '{name}' is not defined in promotion's yml definition.")
    options = declared[name].options
    if not isinstance(value, str) or (
        options and value not in (*options, declared[name].default_value or options[0])
    ):
        raise Unfit(f"The value of parameter '{name}' is not one of predefined options.")
    return value
