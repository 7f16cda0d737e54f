"""Exchanging the sources that manifests name for their values, or saying all that is missing."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from reconciler.errors import InvalidManifests
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Problem,
    Sealed,
    Severity,
    Unavailable,
)
from reconciler.sources.reading import Named, read_all
from reconciler.sources.text import as_file, as_variable, doubtful, trimmed
from reconciler.sources.uses import Use, problems
from reconciler.sources.walk import exchange_secrets


class Resolved(NamedTuple):
    """The state with values in hand, and what about them should be known to their author.

    ``missing``: what can't be had, in words, each with all places that want it.
    """

    state: DesiredState
    warnings: tuple[Problem, ...]
    missing: Mapping[str, Sequence[Use]]

    def whole(self) -> DesiredState:
        """Return the state with every value that was asked for; else raises InvalidManifests."""
        if self.missing:
            raise InvalidManifests(problems(self.missing, Severity.ERROR))
        return self.state


def resolve(
    state: DesiredState,
    environ: Mapping[str, str],
    only: Callable[[Address, str], bool] | None = None,
    token: Sealed | None = None,
) -> Resolved:
    """Read values from their sources, as far as they can be had.

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
    whole = replace(state, objects={**state.objects, **resolved})
    return Resolved(whole, problems(told.doubtful, Severity.WARNING), told.missing)


class _Told(NamedTuple):
    """What there is to say, each once, with all it is about."""

    missing: dict[str, list[Use]]
    doubtful: dict[str, list[Use]]


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
        try:
            read = secret.resolved(_value(secret, reading[chosen[path]].result()))
        except Unavailable as error:
            words = f"{error.about or source} {error}"
            told.missing.setdefault(words, []).append(_use(desired, path))
            return secret
        if words := _doubt(read):
            told.doubtful.setdefault(f"{source} {words}", []).append(_use(desired, path))
        return read

    spec = exchange_secrets(desired.spec, exchange)
    return desired if spec is desired.spec else replace(desired, spec=spec)


def _use(desired: Desired, path: str) -> Use:
    return Use(desired.place_of(f"{path}_from"), path.rpartition(".")[0])


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
