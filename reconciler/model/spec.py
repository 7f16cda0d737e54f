"""The base of all typed manifests: frozen, one form per meaning, null means reset."""

import operator
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

DECLARED: Final = "declared"
"""Validation context of manifests: only what a user wrote is held against the rules."""


class Spec(BaseModel):  # noqa: PLW1641 — pydantic gives what is frozen a hash
    """A part of a manifest that a user may write.

    Field defaults are the server's defaults. ``model_fields_set`` says what was mentioned: only
    that is compared and changed. An explicit null stands for "back to the default"; but a list of
    entries is not mentioned by it: all of them commented out would be all of them deleted.
    ``beyond`` is what an answer has here and this version does not know.
    """

    model_config = ConfigDict(
        frozen=True, hide_input_in_errors=True, validate_default=False, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _null_resets(cls, data: Any, info: ValidationInfo) -> Any:
        if not isinstance(data, dict) or None not in data.values():
            return data
        declared = info.context == DECLARED
        return {
            key: cls._reset(key) if value is None else value
            for key, value in data.items()
            if not (value is None and declared and cls.has_entries(key))
        }

    @classmethod
    def _reset(cls, key: str) -> Any:
        field = cls.model_fields.get(key)
        if field is None or field.is_required():
            return None
        return _spelled_out(field.get_default(call_default_factory=True))

    @classmethod
    def has_entries(cls, key: str) -> bool:
        """Whether a field is a list of mappings: rules, variables, widgets."""
        field = cls.model_fields.get(key)
        return field is not None and not field.is_required() and _has_entries(field.annotation)

    @model_validator(mode="after")
    def _checked(self, info: ValidationInfo) -> Self:
        mentioned = frozenset(self.model_fields_set).difference(self.__pydantic_extra__ or ())
        object.__setattr__(self, "__pydantic_fields_set__", _one_set(mentioned))
        if info.context == DECLARED:
            self.check()
        return self

    def check(self) -> None:
        """Raise ValueError where what a user mentioned contradicts itself.

        Asked of manifests only; what exists on the server exists.
        """

    def doubts(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield paths below this part, and what about them is hardly meant, though it is taken.

        Asked of manifests only; each is a warning.
        """
        return iter(())

    def canonical(self) -> "Spec":
        """Return the one form of this meaning; called on complete values, never on partial ones."""
        return self

    def mentioned(self) -> "Spec":
        """Return the same values, all of them counting as mentioned."""
        values = {
            name: value.mentioned() if isinstance(value, Spec) else value for name, value in self
        }
        return self._with(values, values.keys())

    @property
    def beyond(self) -> Mapping[str, Any]:
        """What there is beside the fields, as JSON data by key: kept and sent, never shown."""
        return self.__pydantic_extra__ or {}

    def beside(self, beyond: Mapping[str, Any]) -> "Spec":
        """Return the same fields with other things beyond."""
        if beyond == self.beyond:
            return self
        copy = self._with({}, self.model_fields_set)
        object.__setattr__(copy, "__pydantic_extra__", dict(beyond))
        return copy

    def forget(self, above: tuple[str, ...], key: str) -> None:
        """Drop a key that is beyond in the part at a path; only of a value that nobody has yet."""
        part: Any = self
        for name in above:
            part = getattr(part, name, None)
        if isinstance(part, Spec) and part.__pydantic_extra__:
            part.__pydantic_extra__.pop(key, None)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Spec):
            return NotImplemented
        same = type(self) is type(other) and self.__dict__ == other.__dict__
        return same and self.beyond == other.beyond

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Leave out what is beyond: there may be secrets in it."""
        return self.__dict__.items()

    def __iter__(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]  # pydantic's is a generator
        """Yield fields and values; what pydantic's own does, without looking for private ones."""
        return iter(self.__dict__.items())

    def having(self, changes: dict[str, Any]) -> "Spec":
        """Return a copy with some fields exchanged, now mentioned; nothing is checked."""
        return self._with(changes, self.model_fields_set | changes.keys()) if changes else self

    def exchanging(self, changes: dict[str, Any]) -> "Spec":
        """Return a copy with some fields exchanged; what counts as mentioned stays so."""
        return self._with(changes, self.model_fields_set) if changes else self

    def _with(self, changes: dict[str, Any], mentioned: Collection[str]) -> "Spec":
        copy = self.model_copy(update=changes)
        object.__setattr__(copy, "__pydantic_fields_set__", _one_set(frozenset(mentioned)))
        return copy


@cache
def _one_set(names: frozenset[str]) -> set[str]:
    """Return the set that all parts share which mention the same; nothing ever changes it.

    It would be the largest piece of most parts, and there are few that differ.
    """
    return set(names)


def unless_same(old: tuple[Any, ...], new: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return ``new``, but ``old`` itself where each part is still the very same."""
    return old if all(map(operator.is_, old, new)) else new


def _spelled_out(default: object) -> object:
    """Return a default as if all of it had been written; an inner null means in its turn."""
    if not isinstance(default, Spec):
        return default
    return {
        name: None if default.has_entries(name) else _spelled_out(value) for name, value in default
    }


def _has_entries(annotation: Any, *, listed: bool = False) -> bool:
    if listed and isinstance(annotation, type) and issubclass(annotation, Spec):
        return True
    within = listed or get_origin(annotation) is tuple
    return any(_has_entries(part, listed=within) for part in get_args(annotation))


def each_spec(value: object) -> Iterable[Spec]:
    """Yield every Spec inside ``value``, depth first."""
    if isinstance(value, Spec):
        yield value
        for _, inner in value:
            yield from each_spec(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from each_spec(inner)


def model_in(annotation: Any) -> type[Spec] | None:
    """Return the Spec inside ``tuple[Rule, ...]``, ``Rule | None`` and the like."""
    if isinstance(annotation, type) and issubclass(annotation, Spec):
        return annotation
    return next((model for inner in get_args(annotation) if (model := model_in(inner))), None)
