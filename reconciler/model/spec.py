"""The base of all typed manifests: frozen, one form per meaning, null means reset."""

import operator
from collections.abc import Iterable, Iterator
from typing import Any, Final, Self, get_args, get_origin

from pydantic import BaseModel, ConfigDict, ValidationInfo, model_validator

DECLARED: Final = "declared"
"""Validation context of manifests: only what a user wrote is held against the rules."""


class Spec(BaseModel):
    """A part of a manifest that a user may write.

    Field defaults are the server's defaults. ``model_fields_set`` says what was mentioned: only
    that is compared and changed. An explicit null stands for "back to the default"; but a list of
    entries is not mentioned by it: all of them commented out would be all of them deleted.
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
        if info.context == DECLARED:
            self.check()
        return self

    def check(self) -> None:
        """Raise ValueError where what a user mentioned contradicts itself.

        Asked of manifests only; what exists on the server exists.
        """

    def canonical(self) -> "Spec":
        """Return the one form of this meaning; called on complete values, never on partial ones."""
        return self

    def mentioned(self) -> "Spec":
        """Return the same values, all of them counting as mentioned."""
        values = {
            name: value.mentioned() if isinstance(value, Spec) else value for name, value in self
        }
        return type(self).model_construct(_fields_set=set(values), **values)

    def __iter__(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]  # pydantic's is a generator
        """Yield fields and values; what pydantic's own does, without looking for private ones."""
        return iter(self.__dict__.items())

    def having(self, changes: dict[str, Any]) -> "Spec":
        """Return a copy with some fields exchanged, now mentioned; nothing is checked."""
        return self._copied(changes, self.model_fields_set | changes.keys())

    def exchanging(self, changes: dict[str, Any]) -> "Spec":
        """Return a copy with some fields exchanged; what counts as mentioned stays so."""
        return self._copied(changes, set(self.model_fields_set))

    def _copied(self, changes: dict[str, Any], mentioned: set[str]) -> "Spec":
        if not changes:
            return self
        values = self.__dict__ | changes  # dict(self) first asks for keys(), which costs more
        return type(self).model_construct(_fields_set=mentioned, **values)


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
