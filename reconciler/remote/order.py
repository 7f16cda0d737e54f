"""One request, composed: its headers, its body with the secrets opened, its address."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from reconciler import __version__
from reconciler.errors import BadSettings, NotSent
from reconciler.model import Sealed
from reconciler.model.host import is_loopback


@dataclass(frozen=True, slots=True, repr=False)
class Order:
    """One request as it will be sent, any number of times; ``hidden`` is what it must not tell."""

    method: str
    path: str
    url: str
    headers: Mapping[str, str]
    content: bytes | None = None
    hidden: tuple[str, ...] = ()
    repeatable: bool = True
    raw: bool = False


def to_address(
    method: str, url: str, content: bytes | None, conditions: Mapping[str, str]
) -> Order:
    """Return a request to a signed address, whose errors tell its place but not its signature.

    No Content-Type: an address that was signed without one would be void. Raises NotSent.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        raise NotSent(method, "", words="the signed address can't be read") from None
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise NotSent(method, parts.path, words="a signed address must begin with https://")
    hidden = (parts.query, *(value for _, value in parse_qsl(parts.query)))
    place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
    headers = headers_of() | dict(conditions)
    return Order(method, place, url, headers, content, hidden=hidden, raw=True)


def segment(text: str) -> str:
    """Return ``text`` as one segment of a path; BadSettings for what can't be one.

    "." and ".." would be resolved on the way and reach another object, "" the listing.
    """
    if text in ("", ".", ".."):
        raise BadSettings(f"{text!r} can't be addressed in the API")
    return quote(text, safe="")


def checked(token: Sealed) -> Sealed:
    """Refuse a token that libraries would quote when they refuse it as a header."""
    if not token.is_clear or not token.reveal():
        raise BadSettings("there is no API token")
    text = token.reveal()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadSettings("the API token contains characters no token has")
    return token


def headers_of(
    scheme: str = "", secret: Sealed | None = None, content: bytes | None = None
) -> dict[str, str]:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": "gzip",
        # an agent beginning with SemaphoreCLI would be refused as outdated (D 2)
        "User-Agent": f"reconciler/{__version__}",
    }
    if secret is not None:
        headers["Authorization"] = scheme + secret.reveal()
    if content is not None:
        headers["Content-Type"] = "application/json"
    return headers


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A body with its secrets in clear, in a wrapping that a traceback with locals can show."""

    content: bytes | None = None
    values: tuple[str, ...] = ()


def encoded(body: Any) -> Opened:
    """Return the body as JSON, and the secret values it tells."""
    if body is None:
        return Opened()
    opened: list[Sealed] = []

    def reveal(value: object) -> str:
        if not isinstance(value, Sealed):
            raise TypeError(f"{type(value).__name__} can't be sent as JSON")
        opened.append(value)
        return value.reveal()

    content = json.dumps(body, default=reveal, allow_nan=False).encode()
    return Opened(content, tuple(value.reveal() for value in opened))
