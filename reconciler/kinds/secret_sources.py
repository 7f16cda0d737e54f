"""The sources a secret value may name, our own and installed ones, and reading such a name."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from reconciler.kinds.fields import nearest
from reconciler.model import BadSource, Sealed, Source

GROUP = "reconciler.sources"
"""The entry points that add sources: a name for manifests, and a class like Source."""

OWN = ("env", "file", "sops", "vault")

LIVE, KEEP = "live", "keep"
"""``{live: keep}`` stands where a source does, and says that the value is not ours."""

# named and not imported, as any other source is: what they import is nothing to a kind
_OWN: Mapping[str, EntryPoint] = MappingProxyType(
    {
        name: EntryPoint(name, f"reconciler.sources.{name}:{name.title()}Source", GROUP)
        for name in OWN
    }
)


@cache
def installed() -> Mapping[str, EntryPoint]:
    """Return the sources that other packages add; none of them can take the place of our own."""
    found = {point.name: point for point in entry_points(group=GROUP)}
    return MappingProxyType({name: found[name] for name in sorted(found.keys() - {*_OWN, LIVE})})


def read_source(value: Any, at: tuple[str, ...], *, encode: bool) -> Sealed:
    """Parse ``{env: NAME}`` and the like, which stands at the key ``at`` of its item.

    ``encode``: what is read becomes base64, as contents of files are sent. Raises ValidationError
    with every problem at its place; nothing is read, no value is repeated.
    """
    try:
        return _parsed(value, encode=encode)
    except BadSource as error:
        problems = error.problems
    details = [
        InitErrorDetails(
            type=PydanticCustomError("value_error", "{error}", {"error": text}),
            loc=(*at, *path),
            input=None,
        )
        for path, text in problems
    ]
    raise ValidationError.from_exception_data("source", details, hide_input=True)


def _parsed(value: Any, *, encode: bool) -> Sealed:
    if not isinstance(value, dict) or len(value) != 1:
        raise BadSource(((), f"must name exactly one source: {_known()}"))
    ((name, settings),) = value.items()
    if name == LIVE:
        if settings != KEEP:
            raise BadSource(((LIVE,), f"must be {KEEP}: the value stays as it is live"))
        return Sealed(keep=True)
    of = _class_of(str(name))
    try:
        source = of.parse(settings)
        _ = hash(source), str(source), source.read  # what it is going to be asked for
    except BadSource as error:
        raise BadSource(*(((name, *path), text) for path, text in error.problems)) from None
    except Exception as error:  # noqa: BLE001 — somebody else's code
        text = f"is not understood: {type(error).__name__} in the code of this source"
        raise BadSource(((str(name),), text)) from None
    return Sealed(source=source, encode=encode)


def _class_of(name: str) -> type[Source]:
    point = _OWN.get(name) or installed().get(name)
    if point is None:
        hint = nearest(name, (*_OWN, LIVE, *installed())) or f"; known are {_known()}"
        raise BadSource(((), f"unknown source {name!r}{hint}"))
    try:
        loaded: type[Source] = point.load()
    except Exception as error:  # noqa: BLE001 — somebody else's code, told to whom it concerns
        text = f"source {name!r} ({point.value}) can't be loaded: {type(error).__name__}: {error}"
        raise BadSource(((), text)) from None
    return loaded


def _known() -> str:
    return ", ".join((*_OWN, *installed(), f"{LIVE}: {KEEP}"))
