"""The sources a secret value may name, our own and installed ones, and reading such a name."""

from collections.abc import Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from reconciler.kinds.fields import nearest
from reconciler.model import BadSource, Sealed, Source
from reconciler.model.logins import LOGINS
from reconciler.model.source import variables_of

GROUP = "reconciler.sources"
"""The entry points that add sources: a name for manifests, and a class like Source."""

OWN = ("env", "file", "sops", "vault")

LIVE, KEEP = "live", "keep"
"""``{live: keep}`` stands where a source does, and says that the value is not ours."""

TRIM = "trim"
"""A key beside any source: whether the newline at the end of what it gives is to go."""

_FLAG = TypeAdapter(bool, config=ConfigDict(defer_build=True))

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
    return MappingProxyType(
        {name: found[name] for name in sorted(found.keys() - {*_OWN, LIVE, TRIM})}
    )


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
    given = value if isinstance(value, dict) else {}
    named = [name for name in given if name != TRIM]
    if len(named) != 1:
        raise BadSource(((), f"must name exactly one source: {_known()}"))
    name, settings = str(named[0]), given[named[0]]
    if name == LIVE:
        if settings != KEEP:
            raise BadSource(((LIVE,), f"must be {KEEP}: the value stays as it is live"))
        if TRIM in given:
            raise BadSource(((TRIM,), "has no meaning here: nothing is read"))
        return Sealed(keep=True)
    trim, problems = _trim(given)
    try:
        source = _source(name, settings)
    except BadSource as error:
        raise BadSource(*error.problems, *problems) from None
    if problems:
        raise BadSource(*problems)
    return Sealed(source=source, encode=encode, trim=trim)


def _trim(given: Mapping[str, Any]) -> tuple[bool | None, list[tuple[tuple[str, ...], str]]]:
    if TRIM not in given:
        return None, []
    try:
        return _FLAG.validate_python(given[TRIM]), []
    except ValidationError:
        return None, [((TRIM,), "must be true or false")]


def _source(name: str, settings: Any) -> Source:
    of = _class_of(name)
    try:
        source = of.parse(settings)
        _ = hash(source), str(source), source.read  # what it is going to be asked for
        variables = variables_of(source)
    except BadSource as error:
        raise BadSource(*(((name, *path), text) for path, text in error.problems)) from None
    except Exception as error:  # noqa: BLE001 — somebody else's code
        text = f"is not understood: {type(error).__name__} in the code of this source"
        raise BadSource(((name,), text)) from None
    if taken := sorted(LOGINS.intersection(variables)):
        text = (
            f"must not be {taken[0]}: what the program logs in with is no value of a secret; if "
            f"the secret is there to hold it, leave that value alone with {{{LIVE}: {KEEP}}}"
        )
        raise BadSource(((name,), text))
    return source


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
