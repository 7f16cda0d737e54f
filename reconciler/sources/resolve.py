"""Exchanging the sources that manifests name for their values, or saying all that is missing."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from reconciler.errors import InvalidManifests
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Place,
    Problem,
    Sealed,
    Severity,
    Unavailable,
)
from reconciler.model.secrets import sealed_in
from reconciler.sources.reading import Named, read_all
from reconciler.sources.text import as_file, as_variable, doubtful, trimmed
from reconciler.sources.walk import exchange_secrets


class Resolved(NamedTuple):
    """The state with values in hand, and what about them should be known to their author."""

    state: DesiredState
    warnings: tuple[Problem, ...]


def resolve(
    state: DesiredState,
    environ: Mapping[str, str],
    only: Callable[[Address, str], bool] | None = None,
    token: Sealed | None = None,
) -> Resolved:
    """Read values from their sources; raises InvalidManifests with every problem.

    ``only`` chooses by object and path which values are read; all others stay sealed. ``token`` is
    what the program logs in with, which must not become a value.
    """
    named = {address: found for address, d in state.objects.items() if (found := _named(d))}
    chosen = {
        address: {path: each for path, each in found.items() if only is None or only(address, path)}
        for address, found in named.items()
    }
    reading = read_all(
        (each for found in chosen.values() for each in found.values()),
        (each.source for found in named.values() for each in found.values()),
        environ,
        token,
    )
    told = _Told({}, {})
    resolved = {
        address: _exchanged(state.objects[address], found, reading, told)
        for address, found in chosen.items()
        if found
    }
    if told.missing:
        raise InvalidManifests(_problems(told.missing, Severity.ERROR))
    whole = replace(state, objects={**state.objects, **resolved})
    return Resolved(whole, _problems(told.doubtful, Severity.WARNING))


def doubts(state: DesiredState) -> tuple[Problem, ...]:
    """Return warnings about values that stand in manifests and are hardly meant so.

    A text of several lines ends in a newline as a rule, and nothing can be said beside it.
    """
    told: dict[str, list[_Use]] = {}
    for desired in state.objects.values():
        for path, sealed in sealed_in(desired.spec):
            if not sealed.is_clear or sealed.source or not (found := doubtful(sealed.reveal())):
                continue
            if "\n" in sealed.reveal().removesuffix("\n") and "\r" not in sealed.reveal():
                continue
            use = _Use(desired.place_of(path), path.rpartition(".")[0])
            words = f"the value {found}, as part of it; in YAML, `|-` leaves out the last newline"
            told.setdefault(words, []).append(use)
    return _problems(told, Severity.WARNING)


class _Use(NamedTuple):
    """Where a manifest takes a value from a source, and what for."""

    place: Place
    label: str


class _Told(NamedTuple):
    """What there is to say, each once, with all it is about."""

    missing: dict[str, list[_Use]]
    doubtful: dict[str, list[_Use]]


def _named(desired: Desired) -> dict[str, Named]:
    """Return the sources of an object's values, by the paths of these."""
    found: dict[str, Named] = {}

    def note(path: str, secret: Sealed) -> Sealed:
        if secret.source is not None:
            found[path] = Named(secret.source, str(Path(desired.place.file).parent), desired.root)
        return secret

    exchange_secrets(desired.spec, note)
    return found


def _exchanged(
    desired: Desired,
    chosen: Mapping[str, Named],
    reading: Mapping[Named, Future[bytes]],
    told: _Told,
) -> Desired:
    def exchange(path: str, secret: Sealed) -> Sealed:
        source = secret.source
        if source is None or path not in chosen:
            return secret
        use = _Use(desired.place_of(f"{path}_from"), path.rpartition(".")[0])
        try:
            read = secret.resolved(_value(secret, reading[chosen[path]].result()))
        except Unavailable as error:
            told.missing.setdefault(f"{error.about or source} {error}", []).append(use)
            return secret
        if words := _doubt(read):
            told.doubtful.setdefault(f"{source} {words}", []).append(use)
        return read

    spec = exchange_secrets(desired.spec, exchange)
    return desired if spec is desired.spec else replace(desired, spec=spec)


def _value(secret: Sealed, content: bytes) -> str:
    content = trimmed(content) if secret.trim else content
    return as_file(content) if secret.encode else as_variable(content)


def _doubt(read: Sealed) -> str:
    """Say what of a variable's value is hardly meant, and how to say that it is."""
    if read.encode or read.trim is False or not (found := doubtful(read.reveal())):
        return ""
    left = doubtful(trimmed(read.reveal().encode()).decode())
    drop = "" if read.trim or left else "`trim: true` drops it, "
    return f"{found}, as part of the value; {drop}`trim: false` says that it belongs there"


def _problems(told: Mapping[str, list[_Use]], severity: Severity) -> tuple[Problem, ...]:
    """Return one problem for each thing to say, at the first place that it is about."""
    found = []
    for words, uses in told.items():
        first, *others = sorted(uses)
        also = ", ".join(f"{use.label} ({use.place})" for use in others)
        text = f"{first.label}: {words}" + (f"; the same for {also}" if also else "")
        found.append(Problem(first.place, text, severity))
    return tuple(sorted(found))
