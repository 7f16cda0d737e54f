"""Field types and marks that several kinds share: a fact about a field lives in its type."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import (
    AfterValidator,
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationInfo,
)
from pydantic_core import CoreSchema, core_schema

from reconciler.model import DECLARED


@dataclass(frozen=True, slots=True)
class Ref:
    """The field names another object; the API wants or gives its id.

    ``when``: only if that sibling field has that value. ``soft``: orders steps, is never
    translated or required to exist. ``resolved``: the server itself looks it up in every write,
    and takes nothing that leads nowhere.
    """

    kind: str
    when: tuple[str, str] | None = None
    soft: bool = False
    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Immutable:
    """Changing the field means a new object."""


@dataclass(frozen=True, slots=True)
class AnyOrder:
    """The order of the items means nothing.

    Items may say by ``same_as`` that they mean the same as one that exists.
    """


@dataclass(frozen=True, slots=True)
class Unsupported:
    """Where the server answers null, this organization does not have the feature: not a drift."""


@dataclass(frozen=True, slots=True)
class Omitted:
    """Answers leave the field out where there is nothing to say of it, or once did for all."""


class OneOf:
    """The field knows only these words; ``fold`` is how the server reads them.

    ``without``: words that it knows, too, and that do nothing, with what to tell their author.
    """

    def __init__(
        self,
        *words: str,
        fold: Callable[[str], str] = str,
        without: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.words = words
        self._fold = fold
        self._without = without

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.with_info_after_validator_function(self._validate, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        cased = sorted({case(word) for word in self.words for case in (str.lower, str.upper)})
        others = [
            word for word in cased if word not in self.words and self._fold(word) in self.words
        ]
        return {"type": "string", "enum": [*self.words, *others]}

    def _validate(self, value: str, info: ValidationInfo) -> str:
        folded = self._fold(value)
        if is_declared(info) and folded in self._without:
            raise ValueError(self._without[folded])
        if is_declared(info) and folded not in self.words:
            hint = nearest(folded, self.words)
            raise ValueError(f"{value!r} is not one of {', '.join(self.words)}{hint}")
        return folded


def is_declared(info: ValidationInfo) -> bool:
    return info.context == DECLARED


def declared_only(check: Callable[[Any], None]) -> AfterValidator:
    """Apply ``check``, which raises ValueError, to what users write but not to what exists."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        if is_declared(info):
            check(value)
        return value

    return AfterValidator(validate)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return '; did you mean X?' for the closest known word, or nothing."""
    import difflib  # noqa: PLC0415 — only where something is misspelled

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""


def sorted_set(values: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is left of values whose order and repetition mean nothing."""
    return tuple(sorted(set(values)))


def _keyed_once(values: tuple[Any, ...]) -> tuple[Any, ...]:
    seen: set[str] = set()
    for value in values:
        if value.key in seen:
            raise ValueError(f"{value.KEY} {value.key!r} is there twice")
        seen.add(value.key)
    return values


def _by_key(values: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(sorted(values, key=lambda value: value.key))


@dataclass(frozen=True, slots=True)
class Normal:
    """What the field says has several spellings; ``form`` gives the one to compare by."""

    form: Callable[[Any], Any]


Unordered = Normal(sorted_set)
"""Strings whose order and repetition mean nothing."""

UniqueKeys = declared_only(_keyed_once)  # type: ignore[arg-type]  # returns what it checked
"""Keyed items, no two of one key."""

ByKey = Normal(_by_key)
"""Keyed items whose order means nothing."""


def null_is(default: Callable[[], Any]) -> BeforeValidator:
    """Return the validator of an optional field for which a declared null means ``default``."""

    def validate(value: Any, info: ValidationInfo) -> Any:
        return default() if value is None and is_declared(info) else value

    return BeforeValidator(validate)
