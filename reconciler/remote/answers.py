"""What an answer says: every body the servers send, turned into data or into the tree of errors."""

import json
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from reconciler.errors import (
    AlreadyTaken,
    ApiError,
    BadAnswer,
    NotFound,
    PermissionDenied,
    RateLimited,
    Rejected,
    ServerFault,
    Unauthenticated,
    UnknownOrganization,
)
from reconciler.remote.masking import beginning

MAX_WORDS = 300
MAX_PAGE_WORDS = 80  # of an HTML page
MAX_WAIT = 60.0  # seconds a server may ask for

_JSON = json.JSONDecoder()
_BLANK = re.compile(r"\s*")
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_HTML = re.compile(r"\s*<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>([^<]*)", re.IGNORECASE)
# of an object store: what follows the message may repeat what was signed
_STORES = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?<Error>.*?<Code>([^<]*)</Code>(?:.*?<Message>([^<]*))?", re.DOTALL
)
_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
# "must by unique" is how the server spells it for agent types (C 2.3)
_TAKEN = re.compile(
    r"has already been taken|is already taken|already exists|must b[ey] unique", re.IGNORECASE
)
# a missing schedule is answered with 400 (A 14)
_MISSING_SCHEDULE = re.compile(r"periodic with id\b.*\bnot found", re.IGNORECASE)
# the only routes whose own words for a missing object are those of the front door (D 2)
_CAPITAL_NOT_FOUND = re.compile(
    r"/api/v1alpha/(?:plumber-workflows|pipelines|promotions|schedules|tasks"
    r"|projects/[^/]+/(?:test_results|insights)|troubleshoot/(?:workflow|pipeline))(?:/|$)"
)
_ADDRESS_REFUSED = re.compile(r"\bIP\b|\bip address", re.ASCII)

_GRPC_ALREADY_EXISTS, _GRPC_UNAUTHENTICATED = 6, 16


class AnswerTooLarge(RateLimited):
    """The gateway can't carry so long an answer; it says 429 but means its size (B 1.4)."""

    advice = "the answer is longer than the server can send; ask for less at once"


class NotJson(Exception):
    """Raised for a text that is not JSON; it carries nothing of the text."""


@dataclass(frozen=True, slots=True)
class _Told:
    """The words of an error body, and what its wrapping tells about who wrote it."""

    words: str
    quoted: bool = False  # it was JSON, so not from the front door
    code: int | None = None  # of gRPC
    most: int = MAX_WORDS


def parse(text: str) -> Any:
    """Return the JSON value of ``text``, the first one of two (D 4); None for an empty text.

    No Content-Type is asked for: most answers have none (D 3). Raises NotJson, also for half a
    character (a lone surrogate), which can be neither stored nor sent.
    """
    begin = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    if begin == len(text):
        return None
    try:
        value, end = _JSON.raw_decode(text, begin)
        while (begin := _next(text, end)) < len(text):
            _, end = _JSON.raw_decode(text, begin)
        if _SURROGATE.search(text):
            json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        pass  # the error holds the whole text, so it must not be part of what is raised
    else:
        return value
    raise NotJson


def _next(text: str, end: int) -> int:
    """Return where something stands again: all is looked at once, and nothing copied."""
    blank = _BLANK.match(text, end)
    return blank.end() if blank else end


def failure(  # noqa: PLR0913 — the parts of one answer
    method: str,
    path: str,
    status: int,
    headers: Mapping[str, str],
    text: str,
    *,
    hide: Collection[str] = (),
) -> ApiError:
    """Return the error that an answer other than success stands for.

    Values in ``hide`` are replaced wherever the server repeats them.
    """
    headers = {name.lower(): value for name, value in headers.items()}
    told = _told(text)
    error: type[ApiError]
    if 300 <= status < 400:  # noqa: PLR2004 — the redirects
        place = _shown(_place(headers.get("location", "")), MAX_WORDS, hide)
        error = Rejected
        words = f"redirected to {place or 'another page'}"
        advice = f"check --org, perhaps it should be {place}" if place else ""
    else:
        error, advice = _meaning(path, status, told)
        words = _shown(told.words, told.most, hide)
    return error(
        method,
        path,
        status=status,
        words=words,
        advice=advice,
        retry_after=_wait(headers),
    )


def _shown(words: str, limit: int, hide: Collection[str]) -> str:
    """Return what may be told of a server's words: the one way from there into an error."""
    return trimmed(beginning(words, 8 * MAX_WORDS, hide), limit)


def trimmed(words: str, limit: int = MAX_WORDS) -> str:
    """Return ``words`` on one line, without control characters, at most ``limit`` long."""
    safe = (" " if unicodedata.category(char)[0] in "CZ" else char for char in words[: 8 * limit])
    line = " ".join("".join(safe).split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _told(text: str) -> _Told:
    """Find the words in any of the eight kinds of error bodies (D 6), and in those of stores."""
    if stored := _STORES.match(text[:10_000]):
        return _Told(": ".join(filter(None, stored.groups())))
    if _HTML.match(text):
        title = _TITLE.search(text[:10_000])
        page = title[1] if title and title[1].strip() else _TAGS.sub(" ", text[:10_000])
        return _Told(" ".join(page.split()), most=MAX_PAGE_WORDS)
    try:
        data = parse(text)
    except NotJson:
        return _Told(text.strip())
    if not isinstance(data, dict):
        return _Told(_as_words(data), quoted=data is not None)
    code = data.get("code")
    words = next((data[key] for key in ("message", "error") if data.get(key)), "")
    return _Told(_as_words(words), quoted=True, code=code if isinstance(code, int) else None)


def _as_words(data: Any) -> str:
    if isinstance(data, str):
        return data.strip()
    return "" if data is None else json.dumps(data)


def _meaning(path: str, status: int, told: _Told) -> tuple[type[ApiError], str]:
    """Return the class of error and, where its own advice would mislead, a better one."""
    error: type[ApiError] = BadAnswer
    advice = ""
    match status:
        case 401:
            error = _unauthorized(told)
        case 403:
            error, advice = PermissionDenied, _forbidden(told)
        case 404:
            error, advice = _missing(path, told)
        case 429:
            error = AnswerTooLarge if "larg" in told.words.lower() else RateLimited
        case 501:
            error, advice = Rejected, "this server does not offer this operation"
        case _ if status in (408, 499) or status >= 500:  # noqa: PLR2004 — the server's faults
            error = ServerFault
        case _ if status >= 400:  # noqa: PLR2004 — the client's
            error = _refused(told)
        case _:
            pass
    return error, advice


def _unauthorized(told: _Told) -> type[ApiError]:
    """Tell a bad token from a missing permission: both are 401 (D 2)."""
    if told.code == _GRPC_UNAUTHENTICATED:
        return Unauthenticated
    if told.quoted or told.words.lower() == "permission denied":
        return PermissionDenied
    return Unauthenticated


def _forbidden(told: _Told) -> str:
    if not told.words:  # the login service is down or slow (D 2)
        return "an empty refusal often passes; try again"
    if "feature" in told.words.lower():
        return "this organization's plan or edition does not include it"
    return ""


def _missing(path: str, told: _Told) -> tuple[type[ApiError], str]:
    """Tell a missing object from a missing route, organization or allowed address."""
    if told.words == "oops" or (told.quoted and told.words == "Not Found"):
        return Rejected, "this server has no such route"
    if told.quoted:
        return NotFound, ""
    if told.words == "Not Found" and not _CAPITAL_NOT_FOUND.search(path):
        return UnknownOrganization, ""
    if _ADDRESS_REFUSED.search(told.words):
        return PermissionDenied, "the organization accepts requests from listed addresses only"
    return NotFound, ""


def _refused(told: _Told) -> type[ApiError]:
    if told.code == _GRPC_ALREADY_EXISTS or _TAKEN.search(told.words):
        return AlreadyTaken
    return NotFound if _MISSING_SCHEDULE.match(told.words) else Rejected


def _place(location: str) -> str:
    """Return scheme and host of an address; its query may hold a credential (D 15.1)."""
    try:
        there = urlsplit(location)
    except ValueError:
        return ""
    return f"{there.scheme}://{there.netloc.rpartition('@')[2]}" if there.netloc else ""


def _wait(headers: Mapping[str, str]) -> float | None:
    """Return the seconds of Retry-After within bounds, None where it makes no sense.

    A date is measured against the server's own clock, not ours.
    """
    asked = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d+(\.\d+)?", asked, re.ASCII):
        return min(float(asked), MAX_WAIT)
    try:
        until, now = parsedate_to_datetime(asked), parsedate_to_datetime(headers.get("date", ""))
        return max(0.0, min((until - now).total_seconds(), MAX_WAIT))
    except (TypeError, ValueError, OverflowError):
        return None
