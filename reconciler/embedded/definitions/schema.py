"""What a definition may look like: rules, and problems in the words of the real validator."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

# A message and the place it is about, as a JSON pointer.
Problem = tuple[str, str]

_NONE_MATCH = "Expected any of the schemata to match but none did."
_FORBIDDEN = "Expected schema not to match but it did."


class Rule(ABC):
    @abstractmethod
    def problems(self, value: Any, path: str) -> list[Problem]:
        """In the order in which the real validator finds them: by its keywords' names."""


def type_name(value: Any) -> str:
    if value is None:
        return "Null"
    names: dict[type, str] = {bool: "Boolean", int: "Integer", float: "Number", str: "String"}
    return names.get(type(value), "Object" if isinstance(value, dict) else "Array")


def _mismatch(expected: str, value: Any, path: str) -> list[Problem]:
    return [(f"Type mismatch. Expected {expected} but got {type_name(value)}.", path)]


@dataclass(frozen=True)
class Text(Rule):
    least: int = 0
    choices: tuple[str, ...] = ()

    def problems(self, value: Any, path: str) -> list[Problem]:
        found: list[Problem] = []
        if self.choices and value not in self.choices:
            found.append(("Value is not allowed in enum.", path))
        if not isinstance(value, str):
            return found + _mismatch("String", value, path)
        if len(value) < self.least:
            length = f"{self.least} but was {len(value)}"
            found.append((f"Expected value to have a minimum length of {length}.", path))
        return found


@dataclass(frozen=True)
class Flag(Rule):
    def problems(self, value: Any, path: str) -> list[Problem]:
        return [] if isinstance(value, bool) else _mismatch("Boolean", value, path)


@dataclass(frozen=True)
class Whole(Rule):
    least: int | None = None
    most: int | None = None

    def problems(self, value: Any, path: str) -> list[Problem]:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return _mismatch("Integer", value, path)
        found: list[Problem] = []
        if self.most is not None and value > self.most:
            found.append((f"Expected the value to be <= {self.most}", path))
        if self.least is not None and value < self.least:
            found.append((f"Expected the value to be >= {self.least}", path))
        return found if isinstance(value, int) else found + _mismatch("Integer", value, path)


@dataclass(frozen=True)
class Items(Rule):
    of: Rule
    least: int = 0
    most: int | None = None

    def problems(self, value: Any, path: str) -> list[Problem]:
        if not isinstance(value, list):
            return _mismatch("Array", value, path)
        found: list[Problem] = []
        for index, item in enumerate(value):
            found += self.of.problems(item, f"{path}/{index}")
        if self.most is not None and len(value) > self.most:
            counts = f"{self.most} items but got {len(value)}"
            found.append((f"Expected a maximum of {counts}.", path))
        if len(value) < self.least:
            counts = f"{self.least} items but got {len(value)}"
            found.append((f"Expected a minimum of {counts}.", path))
        return found


@dataclass(frozen=True)
class Record(Rule):
    """A map with these keys only; alternatives are keys, or sets of keys that go together."""

    fields: Mapping[str, Rule] = field(repr=False)
    required: Sequence[str] = ()
    any_of: Sequence[frozenset[str]] = ()
    one_of: Sequence[str] = ()
    not_together: Sequence[frozenset[str]] = ()

    def problems(self, value: Any, path: str) -> list[Problem]:
        keys = value.keys() if isinstance(value, dict) else None
        found: list[Problem] = []
        if isinstance(value, dict):
            unknown = sorted(value.keys() - self.fields.keys())
            message = "Schema does not allow additional properties."
            found += [(message, f"{path}/{key}") for key in unknown]
        found += [(message, path) for message in self._alternatives(keys)]
        if not isinstance(value, dict):
            return found + _mismatch("Object", value, path)
        for key in sorted(self.fields.keys() & value.keys()):
            found += self.fields[key].problems(value[key], f"{path}/{key}")
        missing = [key for key in self.required if key not in value]
        return found + [(message, path) for message in _missing(missing)]

    def _alternatives(self, keys: Any) -> list[str]:
        """Of what is no map every alternative holds, as its rules are about maps (D 12)."""
        found: list[str] = []
        if self.any_of and keys is not None and not any(s <= keys for s in self.any_of):
            found.append(_NONE_MATCH)
        if self.not_together and (keys is None or any(s <= keys for s in self.not_together)):
            found.append(_FORBIDDEN)
        if self.one_of:
            found += _exactly_one([keys is None or key in keys for key in self.one_of])
        return found


@dataclass(frozen=True)
class Either(Rule):
    """Exactly one of these; with a type, that is checked as well."""

    rules: Sequence[Rule]
    expected: str = ""

    def problems(self, value: Any, path: str) -> list[Problem]:
        fitting = [not rule.problems(value, path) for rule in self.rules]
        found = [(message, path) for message in _exactly_one(fitting)]
        if self.expected and type_name(value) != self.expected:
            found += _mismatch(self.expected, value, path)
        return found


def _exactly_one(fitting: Sequence[bool]) -> list[str]:
    match [index for index, fits in enumerate(fitting) if fits]:
        case [_]:
            return []
        case []:
            return ["Expected exactly one of the schemata to match, but none of them did."]
        case several:
            indexes = ", ".join(str(index) for index in several)
            what = "but the schemata at the following indexes did"
            return [f"Expected exactly one of the schemata to match, {what}: {indexes}."]


def _missing(keys: Sequence[str]) -> list[str]:
    if not keys:
        return []
    if len(keys) == 1:
        return [f"Required property {keys[0]} was not present."]
    return [f"Required properties {', '.join(keys)} were not present."]
