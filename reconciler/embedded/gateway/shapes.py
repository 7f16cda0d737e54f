"""Shapes of messages, declared as data: field names in their order, and their types."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import cached_property
from typing import Any

# One message: every declared field is there, with its zero value if it was not sent.
Message = dict[str, Any]


class Scalar(Enum):
    STRING = "string"
    BOOL = "bool"
    INT32 = "int32"
    INT64 = "int64"


STRING, BOOL, INT32, INT64 = Scalar.STRING, Scalar.BOOL, Scalar.INT32, Scalar.INT64


@dataclass(frozen=True)
class Repeated:
    of: "Element"


@dataclass(frozen=True)
class Mapped:
    """A map with string keys."""

    of: "Element"


@dataclass(frozen=True, eq=False)
class Shape:
    fields: Mapping[str, "Kind"]

    @cached_property
    def by_key(self) -> Mapping[str, str]:
        """The field a key means: its own name and its camel-case form are accepted (B 1.2)."""
        return {camel_case(name): name for name in self.fields} | {n: n for n in self.fields}

    def empty(self) -> Message:
        return {name: zero(kind) for name, kind in self.fields.items()}


Element = Scalar | type[IntEnum] | Shape
Kind = Element | Repeated | Mapped


def shape(**fields: Kind) -> Shape:
    return Shape(fields)


def zero(kind: Kind) -> Any:
    match kind:
        case Repeated():
            return []
        case Mapped():
            return {}
        case Shape():
            return None
        case Scalar.STRING:
            return ""
        case Scalar.BOOL:
            return False
        case _:
            return 0


def camel_case(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
