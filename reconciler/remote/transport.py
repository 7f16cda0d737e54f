"""The way onto the network: accepted addresses, what carries requests, what its failures prove."""

import base64
import os
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from reconciler.errors import ApiError, BadAnswer, BadSettings, NoAnswer, NotSent
from reconciler.model.host import Origin, is_loopback, origin_of
from reconciler.network import Proxy, Trust, proxy_for, trusted
from reconciler.remote.answers import trimmed

Names = tuple[tuple[type[Exception], type[httpx.TransportError]], ...]


class UntrustedCertificate(NotSent):
    """The server's certificate is not trusted; trying again would not help."""


class _Told(httpx.TransportError):
    """No connection, and which setting to look at; ``certificate``: since one is not trusted."""

    def __init__(self, words: str, advice: str, *, certificate: bool = False) -> None:
        super().__init__(words)
        self.advice = advice
        self.certificate = certificate


def checked_url(url: str) -> str:
    """Return the address of an organization without its last slash; BadSettings if unusable.

    The error never repeats a part of the address that may hold a password.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
        reachable = bool(host.encode("idna") and httpx.URL(url).host)
    except (ValueError, httpx.InvalidURL):
        raise BadSettings("the organization's address can't be read as a URL") from None
    if parts.scheme not in ("http", "https"):
        raise BadSettings("the organization's address must begin with https://")
    if parts.username is not None or parts.password is not None:
        raise BadSettings("the organization's address must not contain a user or a password")
    if not reachable or not url.isprintable() or " " in url or "\\" in url:
        raise BadSettings("the organization's address must have a host name")
    if parts.query or parts.fragment:
        raise BadSettings(f"the organization's address must end after the path: {host}")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadSettings(f"plain http would show the token to the network: use https://{host}")
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def network_transport(
    parallelism: int, environ: Mapping[str, str] = os.environ
) -> httpx.AsyncBaseTransport:
    """Return a transport for ``parallelism`` connections, by the rules of ``network``.

    Over aiohttp: httpx's own pool slows down quadratically above some 20 connections.
    """
    import aiohttp  # noqa: PLC0415 — slow to import, and the embedded Semaphore never needs it
    from aiohttp.abc import ResolveResult  # noqa: PLC0415
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

    trust = trusted(environ)

    class Resolver(aiohttp.ThreadedResolver):
        """Names below localhost are this machine, which not every system knows (RFC 6761)."""

        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            below = host.endswith(".localhost")
            found = await super().resolve("localhost" if below else host, port, family)
            return [{**each, "hostname": host} for each in found]

    def session() -> aiohttp.ClientSession:
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=parallelism, ssl=trust.context, resolver=Resolver()
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("Content-Type",),  # a signed address may be void for it
        )
        # aiohttp would repeat a DELETE whose connection broke; only Http decides on that
        if not hasattr(session, "_retry_connection"):
            found = f"aiohttp {aiohttp.__version__}"
            raise BadSettings(
                f"{found} can't be kept from repeating requests; install 3.11 or newer"
            )
        session._retry_connection = False  # noqa: SLF001
        return session

    def direct_or_through(proxy: Proxy | None) -> httpx.AsyncBaseTransport:
        through = _described(proxy) if proxy else None
        return AiohttpTransport(verify=trust.context, client=session, proxy=through)

    # httpx-aiohttp calls every lost connection a ConnectTimeout, as if nothing had been sent
    names: Names = (
        (aiohttp.ClientProxyConnectionError, httpx.ProxyError),
        (aiohttp.ClientHttpProxyError, httpx.ProxyError),
        (aiohttp.ClientConnectorError, httpx.ConnectError),
        (aiohttp.ConnectionTimeoutError, httpx.ConnectTimeout),
        (aiohttp.InvalidURL, httpx.UnsupportedProtocol),
        (aiohttp.ServerTimeoutError, httpx.ReadTimeout),
        (aiohttp.ClientError, httpx.ReadError),
        (OSError, httpx.ReadError),
    )
    return _Network(direct_or_through, names, trust, environ)


class _Network(httpx.AsyncBaseTransport):
    """One transport per proxy, with failures named by what they prove and what they are about."""

    def __init__(
        self,
        connect: Callable[[Proxy | None], httpx.AsyncBaseTransport],
        names: Names,
        trust: Trust,
        environ: Mapping[str, str],
    ) -> None:
        self._connect = connect
        self._names = names
        self._trust = trust
        self._environ = environ
        self._proxies: dict[Origin | None, Proxy | None] = {}
        self._ways: dict[Proxy | None, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        server = origin_of(f"{request.url.scheme}://{request.url.netloc.decode()}")
        if server not in self._proxies:
            self._proxies[server] = proxy_for(server, self._environ) if server else None
        proxy = self._proxies[server]
        if proxy not in self._ways:
            self._ways[proxy] = self._connect(proxy)
        with self._about(proxy), _named(self._names):
            response = await self._ways[proxy].handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Stream(response.stream, self._names)
        return response

    @contextmanager
    def _about(self, proxy: Proxy | None) -> Iterator[None]:
        """Say of a failure which setting it is about, if it is a proxy's or a certificate's."""
        try:
            yield
        except httpx.ProxyError as error:
            if proxy is None:
                raise
            _, why = _unconnected(error)
            status = getattr(error.__cause__, "status", 0)
            raise _Told(proxy.failed(why, status), proxy.advice) from None
        except httpx.ConnectTimeout:
            if proxy is None:
                raise
            raise _Told(proxy.failed("no connection in time"), proxy.advice) from None
        except httpx.ConnectError as error:
            kind, why = _unconnected(error)
            if kind is not UntrustedCertificate:
                raise
            raise _Told(why, self._trust.advice, certificate=True) from None

    async def aclose(self) -> None:
        for way in self._ways.values():
            await way.aclose()


class _Stream(httpx.AsyncByteStream):
    def __init__(self, inner: httpx.AsyncByteStream, names: Names) -> None:
        self._inner = inner
        self._names = names

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _named(self._names):
            async for chunk in self._inner:
                yield chunk

    async def aclose(self) -> None:
        with _named(self._names):
            await self._inner.aclose()


@contextmanager
def _named(names: Names) -> Iterator[None]:
    """Raise what went wrong under its right name; the cause stays attached for its details."""
    try:
        yield
    except Exception as error:
        cause = error.__cause__ if isinstance(error, httpx.TransportError) else error
        for foreign, ours in names:
            if isinstance(cause, foreign):
                raise ours(type(cause).__name__) from cause
        raise


def _described(proxy: Proxy) -> httpx.Proxy:
    """Return the proxy with its password as a header: aiohttp is about to drop the other way."""
    if not proxy.login:
        return httpx.Proxy(str(proxy))
    user = base64.b64encode(proxy.login.encode()).decode()
    return httpx.Proxy(str(proxy), headers={"Proxy-Authorization": f"Basic {user}"})


def translated(method: str, path: str, error: Exception, limit: float) -> ApiError:
    """Name a failure of the libraries below by what is known about the request: sent or not."""
    kind: type[ApiError] = NoAnswer
    advice = ""
    match error:
        case _Told():
            kind, words = UntrustedCertificate if error.certificate else NotSent, str(error)
            advice = error.advice
        case httpx.ConnectTimeout() | httpx.PoolTimeout():
            kind, words = NotSent, "no connection in time"
        case httpx.ConnectError() | httpx.ProxyError():
            kind, words = _unconnected(error)
        case httpx.UnsupportedProtocol() | httpx.LocalProtocolError():
            kind, words = NotSent, "the request can't be sent to this address"
        case httpx.InvalidURL() | UnicodeError():
            kind, words = NotSent, "the request can't be sent to this address"
        case httpx.DecodingError():
            kind, words = BadAnswer, "the answer is damaged"
        case TimeoutError() | httpx.TimeoutException():
            words = f"no complete answer within {limit:.3g} s"
        case _:
            words = "the connection was lost before the answer was complete"
    return kind(method, path, words=words, advice=advice)


def _unconnected(error: Exception) -> tuple[type[ApiError], str]:
    """Say why there is no connection, in the words of the operating system."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError(verify_message=str(message)):
                return UntrustedCertificate, f"certificate verify failed: {trimmed(message)}"
            case ssl.SSLError(
                reason="WRONG_VERSION_NUMBER" | "HTTP_REQUEST" | "RECORD_LAYER_FAILURE"
            ):
                return NotSent, "TLS failed: what answers there does not speak TLS"
            case ssl.SSLError(reason=str(reason)):
                return NotSent, f"TLS failed: {trimmed(reason)}"
            case socket.gaierror():
                return NotSent, f"unknown host: {trimmed(cause.strerror or '')}"
            case ConnectionRefusedError():
                return NotSent, "connection refused"
            case _:
                pass
    return NotSent, "no connection"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
