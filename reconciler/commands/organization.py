"""The organization a command works on, and the connection to it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from reconciler.errors import (
    ApiError,
    BadSettings,
    NoAnswer,
    NotSent,
    Unauthenticated,
    UnknownOrganization,
)
from reconciler.ledger.identity import EMBEDDED, database
from reconciler.model import Sealed
from reconciler.remote import Http, Patience, Reader, Writer, checked_url, network_transport
from reconciler.remote.limit import Limit
from reconciler.remote.masking import Known
from reconciler.remote.tracing import SILENT, Trace
from reconciler.remote.waiting import Sleep
from reconciler.remote.wire import Transport


@dataclass(frozen=True, kw_only=True)
class Organization:
    """Which organization, with which token, and how hard to press it.

    ``url``: https://…, or ``embedded:[PATH][?edition=…&secrets=…]`` for the local one.
    ``timeout``: seconds for the whole run, without the time at a question. ``read_only``: the
    connection can't send a write. ``trace`` hears of each request; ``known`` has the values that no
    error may repeat. ``url_origin`` and ``token_origin``: where both come from, for those who look
    for a mistake.
    """

    url: str
    token: Sealed
    url_origin: str = ""
    token_origin: str = ""
    parallelism: int = 10
    timeout: float | None = None
    read_only: bool = False
    trace: Trace = field(default=SILENT, compare=False)
    known: Known = field(default_factory=Known, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """An open connection; once ``stop`` is set, no further step begins.

    ``limit``: the time of the run, which is not that of whoever is asked about it.
    """

    organization: Organization
    http: Http
    reader: Reader
    writer: Writer
    stop: asyncio.Event
    limit: Limit = field(default_factory=Limit)

    @property
    def requests(self) -> int:
        """How many HTTP requests were sent."""
        return self.http.requests


@asynccontextmanager
async def connect(
    organization: Organization,
    *,
    transport: Transport | None = None,
    patience: Patience | None = None,
    stop: asyncio.Event | None = None,
) -> AsyncIterator[Session]:
    """Open a connection; raises BadSettings for an address that can't be one.

    ``stop``: once it is set, nothing is waited for any longer, and nothing tried again.
    """
    stop = stop or asyncio.Event()
    local = organization.url.startswith(EMBEDDED)
    token = Sealed("embedded") if local else organization.token  # there, any token is good
    async with _base(organization, transport) as (url, through):
        limit = Limit(organization.timeout)
        sleep = _until(limit, stop)
        http = Http(
            url,
            token,
            transport=through,
            parallelism=organization.parallelism,
            read_only=organization.read_only,
            left=limit.left,
            sleep=sleep,
            ended=stop.is_set,
            trace=organization.trace,
            token_origin="" if local else organization.token_origin,
            known=organization.known,
        )
        async with http:
            waiting = patience or Patience(sleep=sleep, ended=stop.is_set)
            reader = Reader(http, waiting)
            try:
                yield Session(organization, http, reader, Writer(reader, waiting), stop, limit)
            except ApiError as error:
                _explain(error, organization, late=limit.left() <= 0)
                raise


def _until(limit: Limit, stop: asyncio.Event) -> Sleep:
    """Return a sleep from which one wakes when the run is over or is to stop."""

    async def sleep(seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(seconds, limit.left()))):
                await stop.wait()

    return sleep


def _explain(error: ApiError, organization: Organization, *, late: bool) -> None:
    """Say of an error that ends a run which organization it met, and which setting to look at."""
    if not organization.url.startswith(EMBEDDED):
        error.organization = organization.url.rstrip("/")
    match error:
        case NotSent() | NoAnswer() if late:
            error.advice = f"the limit for the whole run was {organization.timeout:g} s"
        case Unauthenticated() if organization.token_origin:
            error.advice = (
                f"the token from {organization.token_origin} is not accepted: it is wrong, "
                "revoked, or another organization's"
            )
        case UnknownOrganization() if organization.url_origin:
            error.advice = f"no organization answers at the address from {organization.url_origin}"
        case NotSent(advice="") if organization.url_origin:
            error.advice = f"the address is from {organization.url_origin}"
        case _:
            pass


@asynccontextmanager
async def _base(
    organization: Organization, transport: Transport | None
) -> AsyncIterator[tuple[str, Transport]]:
    if organization.url.startswith(EMBEDDED):
        async with _embedded(organization.url) as through:
            yield "https://embedded.semaphore.local", through
    else:
        url = checked_url(organization.url)
        yield url, transport or network_transport(organization.parallelism)


@asynccontextmanager
async def _embedded(url: str) -> AsyncIterator[Transport]:
    from reconciler.embedded import BadDatabase, BadFault, Edition, Embedded, Settings  # noqa: PLC0415 — only if used

    path, edition, secrets = embedded_parts(url)
    try:
        settings = Settings.of(Edition(edition), secrets_exposed_content=secrets == "exposed")
        opened = Embedded(path, settings)
    except (OSError, sqlite3.Error, BadDatabase) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise BadSettings(f"the local Semaphore can't be opened: {path}: {why}") from None
    except BadFault as error:
        raise BadSettings(f"RECONCILER_EMBEDDED_FAULTS: {error}") from None
    with opened as semaphore:
        yield semaphore.transport()


_OPTIONS = {"edition": ("cloud", "ee", "ce"), "secrets": ("hidden", "exposed")}


def embedded_parts(url: str) -> tuple[str, str, str]:
    """Return database path, edition and `hidden` or `exposed` of an ``embedded:`` address.

    Raises BadSettings.
    """
    query = dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))
    if unknown := query.keys() - _OPTIONS.keys():
        known = " and ".join(_OPTIONS)
        raise BadSettings(f"{url}: unknown option {min(unknown)!r}; known are {known}")
    for name, words in _OPTIONS.items():
        if query.get(name, words[0]) not in words:
            raise BadSettings(f"{url}: {name} is one of {', '.join(words)}, not {query[name]!r}")
    return database(url), query.get("edition", "cloud"), query.get("secrets", "hidden")
