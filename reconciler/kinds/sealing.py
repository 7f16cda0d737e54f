"""Fields with secret values: in a manifest, named there by their source, or in an answer."""

from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, ValidationInfo, model_validator

from reconciler.kinds.fields import is_declared
from reconciler.kinds.kind import mark, specs_in
from reconciler.kinds.secret_sources import read_source
from reconciler.model import Keyed, Sealed, Spec
from reconciler.model.items import labels_shown
from reconciler.model.sealed import is_placeholder
from reconciler.model.secrets import holding

FROM: Final = "_from"
"""What the name of a field ends in where the manifest says where its value is."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a source gives becomes base64, as contents of files are sent."""


def seal(value: Any, info: ValidationInfo) -> Any:
    """Seal a text, of a manifest or of an answer; raises ValueError for words of our own."""
    if not isinstance(value, str):
        return value
    if is_declared(info) and is_placeholder(value):
        raise ValueError(
            "is what stands for a value that is not shown: write the value, say where it is "
            f"with {info.field_name}{FROM}, or leave it alone with {{live: keep}}"
        )
    return Sealed(value, live=not is_declared(info))


Secretive = Annotated[Sealed, BeforeValidator(seal)]
"""A text that is secret by nature and may be empty: then it is no secret, and there is none."""


def sealed_fields(spec: type[Spec]) -> tuple[str, ...]:
    """Return the names of the fields that are secret values themselves."""
    return tuple(name for name, info in spec.model_fields.items() if info.annotation is Sealed)


def secretive(spec: type[Spec]) -> Iterator[type[Spec]]:
    """Yield a type and all types inside it that have secret values themselves."""
    if sealed_fields(spec):
        yield spec
    for name in holding(spec):
        for inner in specs_in(spec.model_fields[name].annotation):
            yield from secretive(inner)


def withheld(spec: type[Spec], shown: Any, found: MutableMapping[str, str], above: str = "") -> Any:
    """Return plain data of that type with words for its secret values.

    ``found`` gets those that are there in clear, by path.
    """
    if not isinstance(shown, dict):
        return shown
    left = dict(shown)
    for name in holding(spec) & shown.keys():
        info, path = spec.model_fields[name], f"{above}{name}"
        inner = next(specs_in(info.annotation), None)
        if inner is not None:
            left[name] = _withheld_in(inner, shown[name], found, path)
        elif _is_clear(shown[name]):
            found[path] = shown[name]
            left[name] = str(Sealed(live=True))
    return left


def _withheld_in(inner: type[Spec], shown: Any, found: MutableMapping[str, str], path: str) -> Any:
    if isinstance(shown, list):
        named = zip(labels_shown(shown), shown, strict=True)
        return [withheld(inner, item, found, f"{path}.{label}.") for label, item in named]
    if isinstance(shown, dict) and issubclass(inner, Keyed) and inner.UNIQUE:
        items = shown.items()
        return {label: withheld(inner, item, found, f"{path}.{label}.") for label, item in items}
    return withheld(inner, shown, found, f"{path}.")


def _is_clear(shown: Any) -> bool:
    return isinstance(shown, str) and bool(shown) and not is_placeholder(shown)


def _take_sources(cls: type[Spec], data: Any) -> Any:
    if not isinstance(data, dict):
        return data
    for name in sealed_fields(cls):
        sourced = f"{name}{FROM}"
        if sourced not in data:
            continue
        if name in data:
            raise ValueError(f"{name} and {sourced} exclude each other")
        encode = mark(cls, name, Encoded) is not None
        rest = {key: value for key, value in data.items() if key != sourced}
        data = rest | {name: read_source(data[sourced], (sourced,), encode=encode)}
    return data


def take_sources() -> Any:
    """Return the validator of a model whose secret values may name their source instead."""
    return model_validator(mode="before")(_take_sources)
