"""One place where requests are sent, repeated where that is safe, and their failures named."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import inf
from types import MappingProxyType, TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from reconciler.errors import ApiError, BadAnswer, NotSent, Unauthenticated
from reconciler.model import Sealed, Spec, Unreadable
from reconciler.model.secrets import sealed_in
from reconciler.remote.answers import NotJson, failure, parse
from reconciler.remote.breaker import Breaker, CircuitOpen
from reconciler.remote.masking import Known, beginning, masked
from reconciler.remote.order import Order, checked, encoded, headers_of, to_address
from reconciler.remote.repeating import may_repeat
from reconciler.remote.tracing import SILENT, Exchange, Trace
from reconciler.remote.wire import MAX_ANSWER, Received, Transport, Wire

Params = Mapping[str, str | int | Sequence[str]]

FIRST_PAUSE, MAX_PAUSE = 0.5, 8.0
_READS = ("GET", "HEAD")
_LONGEST_ID = 64
_LONGEST_PATH = 2048
_LATE = "the time for this run is over"


@dataclass(frozen=True, slots=True)
class Answer:
    """A success. ``data`` is the JSON value, None where there was none; header names are lower.

    ``content``: the bytes, of an answer that may be any.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    data: Any = field(repr=False)
    text: str = field(repr=False)
    content: bytes = field(default=b"", repr=False)

    def within(self, key: str) -> Any:
        """Return what stands under ``key``, all of it for "", None where there is nothing."""
        if not key:
            return self.data
        return self.data.get(key) if isinstance(self.data, dict) else None


class _Late(NotSent):
    """Not sent, since the run is over."""


class Http:
    """Sends requests to one organization, at most ``parallelism`` at a time.

    ``left``: the seconds that the run still has; when it has ``ended``, nothing is tried again.
    ``requests`` counts what was sent, and ``trace`` hears of it. ``token_origin``: where the token
    comes from, for who looks for a mistake. ``known``: the values of several connections of a run.
    """

    def __init__(  # noqa: PLR0913 — the parts a test exchanges
        self,
        base_url: str,
        token: Sealed,
        *,
        transport: Transport,
        parallelism: int = 10,
        request_timeout: float = 30.0,
        attempts: int = 4,
        left: Callable[[], float] = lambda: inf,
        read_only: bool = False,
        max_answer: int = MAX_ANSWER,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        ended: Callable[[], bool] = lambda: False,
        trace: Trace = SILENT,
        token_origin: str = "",
        known: Known | None = None,
    ) -> None:
        self.requests = 0
        self._known = Known() if known is None else known
        self._base = base_url.rstrip("/")
        self._token = checked(token)
        self._attempts = attempts
        self._left = left
        self._read_only = read_only
        self._sleep, self._clock, self._jitter = sleep, clock, jitter
        self._ended = ended
        self._breaker = Breaker(clock)
        self._called = f"the token from {token_origin}" if token_origin else "the token"
        self._refusal = ""
        self._places = asyncio.Semaphore(parallelism)
        self._wire = Wire(transport, request_timeout, max_answer)
        self._trace = trace

    async def __aenter__(self) -> Self:
        await self._wire.transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._wire.transport.__aexit__(kind, error, trace)

    async def call(  # noqa: PLR0913 — the parts of one request
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Params | None = None,
        repeatable: bool = False,
        raw: bool = False,
        asks: bool = False,
        authorization: Sealed | None = None,
    ) -> Answer:
        """Send one request and return its success; every other end is an ApiError.

        ``path`` is percent-encoded (see segment). ``body`` may contain Sealed values: they are
        opened here and nowhere else. ``repeatable``: a write whose repetition is harmless.
        ``raw``: text and redirects are successes too. ``asks``: a POST that changes nothing.
        ``authorization`` replaces the token and its scheme word.
        """
        if not asks:
            self._check_allowed(method, path)
        secret = checked(authorization) if authorization else self._token
        try:
            opened = encoded(body)
        except Unreadable:
            words = "a secret value to be sent is hidden, or its source not read"
            raise NotSent(method, path, words=words, advice="nothing was sent") from None
        self._known.add((*opened.values, secret.reveal()))
        order = Order(
            method,
            path,
            url=f"{self._base}{path}?{urlencode(params, doseq=True)}"
            if params
            else self._base + path,
            headers=headers_of("" if authorization else "Token ", secret, opened.content),
            content=opened.content,
            hidden=(*opened.values, secret.reveal()),
            repeatable=repeatable or method == "GET",
            raw=raw,
        )
        try:
            answer = await self._persist(order)
        except Unauthenticated as error:
            if not authorization:
                place = f"{method} {path}: {error.status} {error.words}".rstrip()
                self._refusal = (
                    self._refusal or f"{self._called} is not accepted any more ({place})"
                )
            raise
        self._refusal = self._refusal if authorization else ""
        return answer

    async def fetch(
        self,
        url: str,
        method: str = "GET",
        *,
        content: bytes | None = None,
        conditions: Mapping[str, str] = MappingProxyType({}),
    ) -> Answer:
        """Send to a signed address as it is, without our token; the answer may be any text.

        ``conditions`` are headers that say over what a PUT may write. Repeated like any read: the
        same bytes twice are the same bytes.
        """
        order = to_address(method, url, content, conditions)
        shown = beginning(order.path, _LONGEST_PATH, self._secrets())  # a server chose it
        order = replace(order, path=shown)
        self._check_allowed(method, order.path)
        return await self._persist(order)

    def refused(self, method: str, path: str, answer: Answer) -> ApiError:
        """Return the error that a raw answer stands for after all."""
        hide = self._secrets()
        return failure(method, path, answer.status, answer.headers, answer.text, hide=hide)

    def hide(self, *values: Spec | Sealed | None) -> None:
        """Let no error repeat the secrets that are in clear in what was read from anywhere."""
        found = (sealed for value in values for _, sealed in sealed_in(value))
        self._known.add(sealed.reveal() for sealed in found if sealed.is_clear)

    def _secrets(self) -> tuple[str, ...]:
        """Return what no error may repeat: the token, and the values that are known so far."""
        return (self._token.reveal(), *self._known)

    def _check_allowed(self, method: str, path: str) -> None:
        if self._read_only and method not in _READS:
            raise NotSent(method, path, words="this run only reads", advice="nothing was sent")

    async def _persist(self, order: Order) -> Answer:
        """Try until there is an answer, or no hope, time or right to try again."""
        doubtful = False
        for attempt in range(1, self._attempts + 1):
            try:
                answer = await self._attempt(order, attempt)
            except ApiError as failed:
                error = failed
            else:
                self._breaker.note(order.path, None)
                return answer
            doubtful = doubtful or (error.outcome_unknown and order.method not in _READS)
            pause = self._pause(attempt, error)
            hopeless = attempt == self._attempts or self.over(order.path, pause)
            if hopeless or not may_repeat(order, error):
                break
            self._trace.waits(error, pause, attempt + 1)
            try:
                await self._sleep(pause)
            finally:
                self._trace.goes_on()
            if self._ended():
                break
        if not isinstance(error, CircuitOpen | _Late):
            self._breaker.note(order.path, error)
        if doubtful:  # a later refusal does not undo what an earlier attempt may have done
            error.outcome_unknown = True
        raise error

    async def _attempt(self, order: Order, attempt: int) -> Answer:
        async with self._places:
            if why := self._breaker.why(order.path):
                raise CircuitOpen(order.method, order.path, words="not sent", advice=why)
            if self._ends(0):
                raise _Late(order.method, order.path, words=_LATE)
            self._breaker.enter(order.path)
            self.requests += 1
            answer = _judged(order, await self._exchange(order, attempt), self._secrets)
        if isinstance(answer, ApiError):
            raise answer  # here, where no local variable holds what the server said
        return answer

    async def _exchange(self, order: Order, attempt: int) -> Received:
        """Send once, and tell who listens."""
        if not self._trace.listens:
            return await self._wire.exchange(order, self._left())
        begun = self._clock()
        told = partial(Exchange, order.method, order.path, attempt)
        try:
            received = await self._wire.exchange(order, self._left())
        except ApiError as error:
            self._trace.sent(told(self._clock() - begun, failure=error.words))
            raise
        name = masked(received.headers.get("x-request-id", "")[:_LONGEST_ID], self._secrets())
        self._trace.sent(told(self._clock() - begun, received.status, request=name))
        return received

    def over(self, path: str, pause: float = 0.0) -> str:
        """Say why nothing will be sent to a path in ``pause`` seconds, "" without a reason."""
        late = _LATE if self._ends(pause) else ""
        return self._refusal or self._breaker.why(path) or late

    def _ends(self, pause: float) -> bool:
        """Whether the run ends within ``pause`` seconds."""
        return self._left() <= pause

    def _pause(self, attempt: int, error: ApiError) -> float:
        longest = min(FIRST_PAUSE * 2.0 ** (attempt - 1), MAX_PAUSE)
        return max(error.retry_after or 0.0, longest * (0.5 + self._jitter() / 2))


def _judged(
    order: Order, received: Received, secrets: Callable[[], tuple[str, ...]]
) -> Answer | ApiError:
    """Return the answer to the order, or the error it stands for, which holds no secrets."""
    status, headers, body = received.status, received.headers, received.body
    text = body.decode("utf-8", "replace")
    if not (200 <= status < 300 or (order.raw and received.redirects)):  # noqa: PLR2004 — successes
        hide = (*order.hidden, *secrets())
        return failure(order.method, order.path, status, headers, text, hide=hide)
    try:
        data = parse(body.decode())
        return Answer(status, headers, data, text, body if order.raw else b"")
    except (NotJson, UnicodeDecodeError):
        if order.raw:
            return Answer(status, headers, None, text, body)
    words = "the answer is not JSON; is this the address of an organization?"
    return BadAnswer(order.method, order.path, status=status, words=words)
