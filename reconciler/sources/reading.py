"""Reading sources: each once, some at the same time, and what came of each."""

import os
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, NamedTuple

from reconciler.model import Sealed, Source, SourceContext, Unavailable
from reconciler.model.logins import LOGINS, OURS
from reconciler.model.source import variables_of
from reconciler.sources.confined import MAX_BYTES, TOO_LARGE
from reconciler.sources.once import Once

_AT_A_TIME: Final = 8
_SHORTEST_LOGIN: Final = 8
"""A shorter one logs in to a toy, and is part of other values by chance."""


class Named(NamedTuple):
    """A source as a manifest names it: in which folder, inside which root."""

    source: Source
    folder: str
    root: str


def read_all(
    wanted: Iterable[Named],
    known: Iterable[Source],
    environ: Mapping[str, str],
    token: Sealed | None,
) -> Mapping[Named, "Future[bytes]"]:
    """Read each source once. A result is the value, or raises Unavailable.

    The variables of all ``known`` sources are kept from programs that are started, and ``token``,
    with which the program logs in, is no value whatever it is called.
    """
    once = Once()
    withheld = OURS.union(*map(variables_of, known))
    given = {name: value for name, value in environ.items() if name not in OURS}
    logins = _logins(environ, token)
    with ThreadPoolExecutor(_AT_A_TIME, "source") as pool:
        return {
            each: pool.submit(
                _read,
                each.source,
                SourceContext(given, each.folder, each.root, withheld, once),
                logins,
            )
            for each in dict.fromkeys(wanted)
        }


def _logins(environ: Mapping[str, str], token: Sealed | None) -> tuple[Sealed, ...]:
    """Return what must not become the value of a secret under any name."""
    found = {environ.get(name, "").strip() for name in LOGINS}
    if token is not None and token.is_clear:
        found.add(token.reveal())
    return tuple(Sealed(each) for each in found if len(each) >= _SHORTEST_LOGIN)


def _read(source: Source, around: SourceContext, logins: tuple[Sealed, ...]) -> bytes:
    failed = ""
    try:
        return _checked(source.read(around), logins)
    except Unavailable:
        raise
    except BaseException as error:  # noqa: BLE001 — others' code, whose words may tell a value
        failed = type(error).__name__
    raise Unavailable(f"can't be read: {failed} in the code of this source")


def _checked(content: bytes, logins: tuple[Sealed, ...]) -> bytes:
    if len(content) > MAX_BYTES:
        raise Unavailable(TOO_LARGE)
    if not content:
        raise Unavailable("is empty")
    if any(os.fsencode(login.reveal()) in content for login in logins):
        raise Unavailable("holds what the program itself logs in with, which is no secret's value")
    return content
