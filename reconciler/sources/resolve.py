"""Reading every source that manifests name, or saying all that is missing."""

import base64
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final, NamedTuple

from reconciler.errors import InvalidManifests
from reconciler.model import (
    Address,
    Desired,
    DesiredState,
    Problem,
    Sealed,
    Source,
    Surroundings,
    Unavailable,
)
from reconciler.sources.confined import MAX_BYTES, TOO_LARGE
from reconciler.sources.env import EnvSource
from reconciler.sources.once import Once
from reconciler.sources.walk import exchange_secrets

_AT_A_TIME: Final = 8
_TOKEN: Final = "SEMAPHORE_API_TOKEN"  # noqa: S105 — the variable's name


class _Wanted(NamedTuple):
    """One value to read: from where, how to write it down, beside which manifest."""

    source: Source
    encode: bool
    folder: str
    root: str


def resolve(
    state: DesiredState,
    environ: Mapping[str, str],
    only: Callable[[Address], bool] | None = None,
) -> DesiredState:
    """Return the state with every value in hand; raises InvalidManifests with every problem.

    ``only`` chooses the objects whose values are read; those of all others stay sealed.
    """
    named = {address: wanted for address, d in state.objects.items() if (wanted := _wanted(d))}
    chosen = [address for address in named if only is None or only(address)]
    reading = _read_all(
        [wanted for address in chosen for wanted in named[address]],
        environ,
        _withheld(wanted.source for found in named.values() for wanted in found),
    )
    problems: list[Problem] = []
    resolved = {a: _resolved(state.objects[a], reading, problems) for a in chosen}
    if problems:
        raise InvalidManifests(problems)
    return replace(state, objects={**state.objects, **resolved})


def _wanted(desired: Desired) -> list[_Wanted]:
    found: list[_Wanted] = []

    def note(_: str, secret: Sealed) -> Sealed:
        if secret.source is not None:
            found.append(_order(desired, secret, secret.source))
        return secret

    exchange_secrets(desired.spec, note)
    return found


def _order(desired: Desired, secret: Sealed, source: Source) -> _Wanted:
    return _Wanted(source, secret.encode, str(Path(desired.place.file).parent), desired.root)


def _withheld(sources: Iterable[Source]) -> frozenset[str]:
    """Return the variables that are secret for all we know."""
    return frozenset({_TOKEN, *(s.name for s in sources if isinstance(s, EnvSource))})


def _read_all(
    wanted: list[_Wanted], environ: Mapping[str, str], withheld: frozenset[str]
) -> Mapping[_Wanted, Future[Sealed]]:
    """Read each distinct source once, some at the same time."""
    once = Once()
    with ThreadPoolExecutor(_AT_A_TIME, "source") as pool:
        return {
            each: pool.submit(
                _read, each, Surroundings(environ, each.folder, each.root, withheld, once)
            )
            for each in dict.fromkeys(wanted)
        }


def _read(wanted: _Wanted, around: Surroundings) -> Sealed:
    failed = ""
    try:
        return Sealed(_written(wanted.source.read(around), encode=wanted.encode))
    except Unavailable:
        raise
    except BaseException as error:  # noqa: BLE001 — others' code, whose words may tell a value
        failed = type(error).__name__
    raise Unavailable(f"can't be read: {failed} in the code of this source")


def _written(content: bytes, *, encode: bool) -> str:
    """Return the text that Semaphore takes; raises Unavailable for what it would refuse."""
    if len(content) > MAX_BYTES:
        raise Unavailable(TOO_LARGE)
    if not content:
        raise Unavailable("is empty")
    if encode:
        return base64.b64encode(content).decode()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = None  # raised below: the error holds the bytes
    if text is None:
        raise Unavailable("is not UTF-8 text")
    if not text.strip():
        raise Unavailable("is blank")
    if "\0" in text:
        raise Unavailable("has a NUL character, which no variable can hold")
    return text


def _resolved(
    desired: Desired, reading: Mapping[_Wanted, Future[Sealed]], problems: list[Problem]
) -> Desired:
    def exchange(path: str, secret: Sealed) -> Sealed:
        source = secret.source
        if source is None:
            return secret
        try:
            return secret.resolved(reading[_order(desired, secret, source)].result().reveal())
        except Unavailable as error:
            place = desired.place_of(f"{path}_from")
            problems.append(Problem(place, f"{path.rpartition('.')[0]}: {source} {error}"))
            return secret

    spec = exchange_secrets(desired.spec, exchange)
    return desired if spec is desired.spec else replace(desired, spec=spec)
