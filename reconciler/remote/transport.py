"""The way onto the network: accepted addresses, what carries requests, what its failures prove."""

import base64
import socket
import ssl
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import httpx

from reconciler.errors import ApiError, BadAnswer, BadSettings, NoAnswer, NotSent
from reconciler.model.host import is_loopback
from reconciler.remote.answers import trimmed

Names = tuple[tuple[type[Exception], type[httpx.TransportError]], ...]


class Distrusted(NotSent):
    """The server's certificate is not trusted; trying again would not help."""

    advice = "set SSL_CERT_FILE to the certificate of the authority that signed it"


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


def network_transport(parallelism: int) -> httpx.AsyncBaseTransport:
    """Return a transport for ``parallelism`` connections, over aiohttp.

    httpx's own pool slows down quadratically above some 20 connections. Trust comes from
    SSL_CERT_FILE and SSL_CERT_DIR where set, proxies from the usual environment variables.
    """
    import aiohttp  # noqa: PLC0415 — slow to import, and the embedded Semaphore never needs it
    from aiohttp.abc import ResolveResult  # noqa: PLC0415
    from httpx_aiohttp import AiohttpTransport  # noqa: PLC0415

    try:
        trust = httpx.create_ssl_context()
    except OSError:
        raise BadSettings("SSL_CERT_FILE or SSL_CERT_DIR holds no readable certificates") from None

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
            connector=aiohttp.TCPConnector(limit=parallelism, ssl=trust, resolver=Resolver()),
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

    def direct_or_through(proxy: str) -> httpx.AsyncBaseTransport:
        through = _described(proxy) if proxy else None
        return AiohttpTransport(verify=trust, client=session, proxy=through)

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
    return _Network(direct_or_through, names)


class _Network(httpx.AsyncBaseTransport):
    """One transport per proxy, with failures named by what they prove."""

    def __init__(self, connect: Callable[[str], httpx.AsyncBaseTransport], names: Names) -> None:
        self._connect = connect
        self._names = names
        self._ways: dict[str, httpx.AsyncBaseTransport] = {}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        proxy = _proxy(request.url)
        if proxy not in self._ways:
            self._ways[proxy] = self._connect(proxy)
        with _named(self._names):
            response = await self._ways[proxy].handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _Stream(response.stream, self._names)
        return response

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


def _proxy(url: httpx.URL) -> str:
    """Return the proxy the environment names for ``url``, "" for none."""
    if is_loopback(url.host) or urllib.request.proxy_bypass(url.host):
        return ""
    proxies = urllib.request.getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all") or ""
    if proxy and "://" not in proxy:
        proxy = f"http://{proxy}"
    if proxy and not proxy.startswith(("http://", "https://")):
        raise BadSettings(f"a {proxy.partition('://')[0]} proxy can't be used, only an http one")
    return proxy


def _described(proxy: str) -> httpx.Proxy:
    """Return the proxy with its password as a header: aiohttp is about to drop the other way."""
    url = httpx.URL(proxy)
    if not url.userinfo:
        return httpx.Proxy(url)
    user = base64.b64encode(f"{url.username}:{url.password}".encode()).decode()
    bare = url.copy_with(username=None, password=None)
    return httpx.Proxy(bare, headers={"Proxy-Authorization": f"Basic {user}"})


def translated(method: str, path: str, error: Exception, limit: float) -> ApiError:
    """Name a failure of the libraries below by what is known about the request: sent or not."""
    kind: type[ApiError] = NoAnswer
    match error:
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
    return kind(method, path, words=words)


def _unconnected(error: Exception) -> tuple[type[ApiError], str]:
    """Say why there is no connection, in the words of the operating system."""
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError(verify_message=str(message)):
                return Distrusted, f"certificate verify failed: {trimmed(message)}"
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
    proxy = " through the proxy" if isinstance(error, httpx.ProxyError) else ""
    return NotSent, f"no connection{proxy}"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
